"""Session types that are booked on Calendly show its page, and the booking that is made there is found."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import User
from bookings.calendly import embed
from bookings.models import Booking
from coaching.models import SessionType
from tests.bookings.calendly.cast import Shop
from tests.calendly import at
from tests.scheduling.cast import open_hours, rates, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def embedded(shop: Shop, ada: User, settings: Any) -> SessionType:
    """Returns a free session type that is booked on Calendly."""
    settings.CALENDLY_SITE = shop.calendly.address
    rates(ada)
    open_hours(ada)
    SessionType.objects.update(books_on_calendly=True)
    return SessionType.objects.get()


def times_of(session_type: SessionType) -> str:
    return f"/book/{session_type.builder.builder_profile.slug}/{session_type.pk}/"


def frame_in(text: str) -> dict[str, list[str]]:
    start = text.index('class="calendly"')
    address = text[start:].split('src="')[1].split('"', maxsplit=1)[0].replace("&amp;", "&")
    return parse_qs(urlsplit(address).query)


def test_a_guest_sees_the_page_of_the_event_type(client: Client, embedded: SessionType) -> None:
    answer = client.get(times_of(embedded))
    query = frame_in(answer.text)
    assert query["embed_domain"]
    assert "email" not in query
    assert f"frame-src 'self' {embed.origin()}" in answer["Content-Security-Policy"]
    assert f'href="{embedded.calendly_url}?' in answer.text


def test_the_page_says_which_step_it_is(client: Client, embedded: SessionType) -> None:
    assert "Step 2 of 2: Time and details, on Calendly" in client.get(times_of(embedded)).text


def test_a_session_that_needs_an_account_asks_for_it_before_calendly(client: Client, embedded: SessionType) -> None:
    SessionType.objects.update(category=SessionType.Category.SPECIALIZED)

    answer = client.get(times_of(embedded))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=/book/")


def test_no_other_page_lets_a_frame_show_calendly(client: Client, embedded: SessionType) -> None:
    assert embed.origin() not in client.get("/builders/")["Content-Security-Policy"]


def test_the_page_is_filled_in_for_a_client(cleos: Client, cleo: User, embedded: SessionType) -> None:
    query = frame_in(cleos.get(times_of(embedded)).text)
    assert (query["name"], query["email"]) == ([cleo.display_name], [cleo.email])


def test_what_a_guest_has_booked_is_shown_to_them(client: Client, shop: Shop, embedded: SessionType) -> None:
    key = frame_in(client.get(times_of(embedded)).text)["utm_content"][0]
    shop.calendly.book(shop.event_type, at(), tracking={"utm_content": key})
    answer = client.post(f"{times_of(embedded)}calendly/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/bookings/guest/")
    assert Booking.objects.get().starts_at == at()


def test_somebody_elses_booking_is_not_shown(client: Client, shop: Shop, embedded: SessionType) -> None:
    client.get(times_of(embedded))
    shop.calendly.book(shop.event_type, at(), tracking={"utm_content": "of somebody else"})
    answer = client.post(f"{times_of(embedded)}calendly/", follow=True)
    assert "Calendly has no booking of yours" in answer.text


def test_calendly_that_does_not_answer_is_said(client: Client, shop: Shop, embedded: SessionType) -> None:
    shop.calendly.service.set_fault("500")
    answer = client.post(f"{times_of(embedded)}calendly/", follow=True)
    assert "Calendly does not answer" in answer.text


def test_it_cannot_be_booked_here_as_well(cleo: User, cleos: Client, embedded: SessionType) -> None:
    body = {"sessionTypeId": str(embedded.pk), "startTime": soon().isoformat()}
    answer = cleos.post("/api/scheduling/bookings/create", body, content_type="application/json")
    assert answer.status_code in (403, 409)
    assert Booking.objects.count() == 0


def test_without_the_flag_it_is_not_shown(client: Client, embedded: SessionType, settings: Any) -> None:
    settings.USE_CALENDLY = False
    assert "iframe" not in client.get(times_of(embedded)).text
