"""The one page that books where the flag of the wizard is off."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from tests.bookings.cast import free_shop
from tests.bookings.wizard.steps import key_of, page
from tests.factories.core import FlagFactory
from tests.reading import visible_text


@pytest.fixture
def plain(db: None, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    FlagFactory.create(name="booking_wizard", everyone=False)


def test_the_plain_page_books_without_the_wizard(plain: None, client: Client, ada: User) -> None:
    free = free_shop(ada)
    assert client.get(page("times", free))["Location"] == f"/book/ada-moreno/?session={free.pk}"
    seen = client.get("/book/ada-moreno/")
    start = next(iter(re.findall(r'<option value="(\d{4}-[^"]+)"', seen.content.decode())))
    form = {"session": f"{free.pk}:30", "start": start, "name": "Gwen", "email": "g@guests.test", "key": key_of(seen)}

    wrong = client.post("/book/ada-moreno/", form | {"email": ""})
    places = [client.post("/book/ada-moreno/", form)["Location"] for _ in range(2)]

    assert wrong.status_code == 422
    assert "Enter your email address." in visible_text(wrong)
    assert places[0] == places[1]
    assert Booking.objects.get().starts_at.isoformat()[:10] == start[:10]


def test_the_plain_page_refuses_a_time_that_was_taken(
    plain: None, client: Client, ada: User, browser_of: Callable[[User | None], Client]
) -> None:
    free = free_shop(ada)
    seen = client.get("/book/ada-moreno/")
    start = next(iter(re.findall(r'<option value="(\d{4}-[^"]+)"', seen.content.decode())))
    form = {"session": f"{free.pk}:30", "start": start, "name": "Gwen", "email": "g@guests.test"}
    client.post("/book/ada-moreno/", form | {"key": key_of(seen)})
    other = browser_of(None)

    late = other.post("/book/ada-moreno/", form | {"key": key_of(other.get("/book/ada-moreno/"))})

    assert late.status_code == 422
    assert "Somebody else has just taken this time." in visible_text(late)
    assert Booking.objects.count() == 1


def test_sessions_that_are_booked_on_calendly_are_listed_with_a_link(
    plain: None, client: Client, ada: User, settings: Any
) -> None:
    free = free_shop(ada)
    SessionType.objects.filter(pk=free.pk).update(
        books_on_calendly=True, calendly_url="https://calendly.com/ada/intro", title="Intro on Calendly"
    )
    page = client.get("/book/ada-moreno/").text
    assert 'href="https://calendly.com/ada/intro"' in page
    assert "Intro on Calendly" in page
    assert "Nothing to book" not in page
    settings.USE_CALENDLY = False
    assert "calendly.com" not in client.get("/book/ada-moreno/").text
