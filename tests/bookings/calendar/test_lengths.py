"""Making a session shorter or longer in the calendar: lengths, price, refusals, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement import emails
from bookings.calendar import lengths
from bookings.models import Booking
from bookings.states import Side
from coaching.early_booking.services import save_for_builder
from coaching.models import SessionType
from core.models import OutboxMessage
from tests.bookings.cast import builder_of, confirmed, shop
from tests.reading import visible_text
from tests.scheduling.cast import offer, refused, soon

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User | None], Client]


@pytest.fixture
def any_length(ada: User) -> SessionType:
    """Returns a session of 30, 60 or 90 minutes, for 50, 90 or 120."""
    shop(ada)
    return offer(ada, minutes=(60, 30, 90), title="Critique")


@pytest.fixture
def booking(any_length: SessionType, cleo: User) -> Booking:
    return confirmed(any_length, cleo, soon(12))


def address(booking: Booking, page: str = "calendar_length") -> str:
    return reverse(f"bookings:{page}", args=[booking.reference])


def state(booking: Booking) -> tuple[int, Decimal]:
    current = Booking.objects.get(pk=booking.pk)
    return current.minutes, current.total


def test_a_longer_session_costs_what_was_agreed(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    browser = browser_of(ada)
    page = visible_text(browser.get(address(booking), {"end": soon(13, 20).isoformat()}))
    assert "Change it to 1 h 30 min?" in page, "it snaps to the closest length that is offered"
    assert "as you have agreed" in page

    browser.post(address(booking), {"minutes": "90"})

    assert state(booking) == (90, Decimal(90))


def test_a_shorter_session_costs_less(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    browser = browser_of(ada)
    assert "instead of" in visible_text(browser.get(address(booking), {"minutes": "30"}))

    browser.post(address(booking), {"minutes": "30"})

    assert state(booking) == (30, Decimal(50))
    event = booking.events.last()
    assert event is not None
    mail = emails.about(event, Side.CLIENT)
    assert mail.subject.startswith("New length: Critique")
    assert "Ada Moreno has changed the length of your session. It now lasts 30 min, until 11:30." in mail.paragraphs
    assert "Previously" not in dict(mail.facts)
    assert "Length changed" in visible_text(browser.get(booking.get_absolute_url()))


@pytest.mark.parametrize("minutes", ["45", "0", "x", "9999"])
def test_a_length_that_is_not_offered_is_refused(
    browser_of: BrowserOf, ada: User, booking: Booking, minutes: str
) -> None:
    answer = browser_of(ada).post(address(booking), {"minutes": minutes})

    assert answer.status_code == 422
    assert state(booking) == (60, Decimal(90))


def test_a_session_cannot_become_longer_than_the_free_time_after_it(
    browser_of: BrowserOf, ada: User, sam: User, any_length: SessionType, booking: Booking
) -> None:
    confirmed(any_length, sam, soon(13))

    answer = browser_of(ada).post(address(booking), {"minutes": "90"})

    assert answer.status_code == 422
    assert state(booking) == (60, Decimal(90))


def test_one_that_is_paid_when_booking_keeps_its_length(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    Booking.objects.filter(pk=booking.pk).update(payment_timing="at_booking")

    page = visible_text(browser_of(ada).get(address(booking), {"minutes": "30"}))

    assert "It was paid by card for its current length." in page


def test_undo_gives_back_length_and_price_and_mails_nobody(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    messages = OutboxMessage.objects.filter(channel="booking").count()
    former = lengths.former_terms(booking)
    lengths.change_length(booking=booking, minutes=30, by=builder_of(booking))

    browser_of(ada).post(address(booking, "calendar_undo"), {"former": former})

    assert state(booking) == (60, Decimal(90))
    assert OutboxMessage.objects.filter(channel="booking").count() == messages


def test_undo_needs_the_signed_terms_of_the_last_change(booking: Booking) -> None:
    by = builder_of(booking)
    first = lengths.former_terms(booking)
    changed = lengths.change_length(booking=booking, minutes=30, by=by)
    lengths.change_length(booking=changed, minutes=90, by=by)

    for former in (first, "nonsense", f"{first}x"):
        refused(lambda former=former: lengths.undo_length(booking=booking, by=by, former=former))  # type: ignore[misc]  # mypy does not infer the type of the default

    assert state(booking) == (90, Decimal(50))


def test_a_shorter_session_keeps_the_discount_for_booking_early(any_length: SessionType, cleo: User) -> None:
    save_for_builder(builder=any_length.builder, tiers={1: 50})
    booking = confirmed(any_length, cleo)
    shorter = next(length for length in lengths.offered_lengths(booking) if length.minutes < booking.minutes)

    changed = lengths.change_length(booking=booking, minutes=shorter.minutes, by=builder_of(booking))

    assert (changed.total, changed.list_price.amount) == (Decimal(25), Decimal(50))
    assert changed.discount_reason == "booked 1 day ahead"
