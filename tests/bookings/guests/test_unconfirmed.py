"""The notice about guests who have not confirmed their address, and the page to cancel several of their sessions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement.requests import Contact
from bookings.guests import services as guests
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from tests.bookings.cast import book, book_as_guest, free_shop, latest
from tests.bookings.guests.many import HOURS, try_all_starts
from tests.emails import delivered, to
from tests.reading import visible_text
from tests.scheduling.cast import free_session, live, open_hours, rates, soon

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/bookings/unconfirmed/"
WARNING = "Guests who have not confirmed their address have booked"
FULL = "Unconfirmed guests can take no more of your next two weeks"


@pytest.fixture
def free(ada: User) -> SessionType:
    return free_shop(ada)


@pytest.fixture
def adas(ada: User, browser_of: Callable[[User | None], Client]) -> Client:
    return browser_of(ada)


def book_guests(free: SessionType, count: int) -> list[Booking]:
    return [
        book_as_guest(free, soon(9 + number), guest=Contact(f"Gwen {number}", f"gwen-{number}@guests.test"))
        for number in range(count)
    ]


@pytest.mark.parametrize("address", ["/dashboard/", "/dashboard/bookings/"])
def test_pages_warn_of_five_unconfirmed_sessions(free: SessionType, adas: Client, address: str) -> None:
    bookings = book_guests(free, 4)
    assert WARNING not in visible_text(adas.get(address))
    bookings += [book_as_guest(free, soon(15))]

    page = visible_text(adas.get(address))
    assert f"{WARNING} 5 sessions" in page
    assert FULL not in page
    guests.prove(booking=bookings[0], now=clock.now())
    assert WARNING not in visible_text(adas.get(address))


def test_pages_warn_when_guests_have_used_up_their_share(ada: User, adas: Client) -> None:
    rates(ada)
    open_hours(ada, HOURS)
    try_all_starts(free_session(ada, auto_confirm=True), range(1, 14))

    for address in ("/dashboard/", "/dashboard/bookings/", PAGE):
        assert FULL in visible_text(adas.get(address)), address


def test_bookings_from_accounts_are_not_counted(free: SessionType, adas: Client, cleo: User) -> None:
    for number in range(6):
        book(free, cleo, soon(9 + number))

    assert WARNING not in visible_text(adas.get("/dashboard/bookings/"))
    assert "Everyone has confirmed" in visible_text(adas.get(PAGE))


def test_several_sessions_are_cancelled_after_confirmation(
    free: SessionType, adas: Client, cleo: User, mail_folder: Path
) -> None:
    first, second, third = book_guests(free, 3)
    book(free, cleo, soon(15))
    chosen = {"reference": [first.reference, second.reference]}

    asked = adas.post(PAGE, chosen)
    assert "Cancel 2 sessions?" in visible_text(asked)
    assert live() == 4, "the first click only asks"
    assert adas.post(PAGE, chosen | {"sure": "yes", "reason": ""}).status_code == 422
    assert live() == 4
    done = adas.post(PAGE, chosen | {"sure": "yes", "reason": "I do not know you."}, follow=True)

    assert "2 sessions cancelled" in visible_text(done)
    assert Booking.objects.filter(state="CANCELLED").count() == 2
    assert live() == 2
    assert third.reference in done.content.decode()
    email = to(delivered(mail_folder), "gwen-0@guests.test")[-1]
    assert str(email["Subject"]).startswith("Cancelled")


def test_only_the_sessions_shown_on_the_page_are_cancelled(free: SessionType, adas: Client) -> None:
    """A session that is booked after the page was shown is not cancelled with the others."""
    first, second = book_guests(free, 2)
    asked = adas.post(PAGE, {"all": "yes"})
    assert "Cancel 2 sessions?" in visible_text(asked)
    late = book_as_guest(free, soon(15))

    adas.post(PAGE, {"reference": [first.reference, second.reference], "sure": "yes", "reason": "Spam."})

    assert Booking.objects.get(state="CONFIRMED") == late


def test_pending_requests_are_declined(ada: User, adas: Client) -> None:
    rates(ada)
    open_hours(ada)
    booking = book_as_guest(free_session(ada))
    adas.post(PAGE, {"reference": booking.reference, "sure": "yes", "reason": "Spam."})

    assert latest(booking).verb == "decline"


def test_only_own_bookings_of_unconfirmed_guests_can_be_cancelled(
    free: SessionType, cleo: User, adas: Client, browser_of: Any
) -> None:
    (booking,) = book_guests(free, 1)
    theirs = book(free, cleo, soon(15))

    assert (
        browser_of(cleo).post(PAGE, {"reference": booking.reference, "sure": "yes", "reason": "x"}).status_code == 403
    )
    answer = adas.post(PAGE, {"reference": theirs.reference, "sure": "yes", "reason": "x"}, follow=True)
    assert "Choose at least one session." in visible_text(answer)
    assert live() == 2


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_has_the_same_query_count_for_few_and_many(
    free: SessionType, adas: Client, count: int, django_assert_num_queries: Any
) -> None:
    book_guests(free, count)
    adas.get(PAGE)

    with django_assert_num_queries(8):
        adas.get(PAGE)
