"""The time zone while booking: the browser's or one chosen from the list, which a new account then keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.guests import services as guests
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from tests.bookings.cast import free_shop
from tests.bookings.wizard.steps import choose, go_on, key_of, page
from tests.cast import make_person
from tests.factories.core import FlagFactory
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(client: Client) -> User:
    """A person signed in whose account has never had a time zone set."""
    person = make_person("Nora New", timezone="UTC")
    client.force_login(person)
    return person


def book(client: Client, session_type: SessionType, **chosen: str) -> Any:
    review = go_on(client, choose(client, session_type, **chosen), notes="")["Location"]
    return client.post(review, {"key": key_of(client.get(review))}, follow=True)


def test_a_stranger_sees_times_in_the_zone_of_the_browser(client: Client, ada: User) -> None:
    client.cookies["zone"] = "Asia/Calcutta"

    answer = client.get(page("times", free_shop(ada))).content.decode()

    assert '<option value="Asia/Kolkata" selected>Asia/Kolkata</option>' in answer


def test_without_a_browser_zone_the_builders_is_used(client: Client, ada: User) -> None:
    answer = client.get(page("times", free_shop(ada))).content.decode()

    assert '<option value="Europe/Berlin" selected>' in answer
    assert '<option value="UTC">UTC</option>' in answer


def test_an_account_in_utc_shows_utc_as_chosen(client: Client, hour: SessionType, newcomer: User) -> None:
    assert '<option value="UTC" selected>UTC</option>' in client.get(page("times", hour)).content.decode()


def test_the_first_booking_gives_the_account_the_zone_of_the_browser(
    client: Client, hour: SessionType, newcomer: User
) -> None:
    client.cookies["zone"] = "Europe/Berlin"

    answer = visible_text(book(client, hour, zone="Europe/Berlin"))

    newcomer.refresh_from_db()
    assert (newcomer.timezone, Booking.objects.get().timezone) == ("Europe/Berlin", "Europe/Berlin")
    assert "Times are now shown in Berlin time" in answer


def test_without_javascript_the_account_gets_the_zone_that_was_chosen(
    client: Client, hour: SessionType, newcomer: User
) -> None:
    book(client, hour, zone="Asia/Tokyo")

    newcomer.refresh_from_db()
    assert newcomer.timezone == "Asia/Tokyo"


def test_a_booking_does_not_change_the_zone_of_an_account(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    client.cookies["zone"] = "Asia/Tokyo"

    book(client, hour, zone="Asia/Tokyo")

    cleo.refresh_from_db()
    assert cleo.timezone == "Europe/London"


def test_a_guest_who_confirms_the_address_keeps_their_zone(client: Client, ada: User) -> None:
    client.cookies["zone"] = "Asia/Tokyo"
    free = free_shop(ada)
    review = go_on(client, choose(client, free, zone=""), name="Gwen", email="gwen@guests.test")["Location"]
    client.post(review, {"key": key_of(client.get(review))})

    joined = guests.prove(booking=Booking.objects.get(), now=clock.now())

    assert joined
    assert joined.person.timezone == "Asia/Tokyo"


def test_the_plain_page_offers_the_zones(client: Client, ada: User, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    FlagFactory.create(name="booking_wizard", everyone=False)
    free_shop(ada)

    answer = client.get("/book/ada-moreno/").content.decode()
    assert '<option value="Europe/Berlin" selected>' in answer
    assert f'value="{soon().isoformat()}"' not in answer

    answer = client.get("/book/ada-moreno/", {"zone": "UTC"}).content.decode()
    assert '<option value="UTC" selected>UTC</option>' in answer
    assert f'value="{soon().isoformat()}"' in answer, "the same time, on that clock"
    assert "Times are shown in UTC." in answer
