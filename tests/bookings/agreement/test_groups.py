"""Groups: how many fit in, how many it takes, and what the others notice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import User
from bookings.agreement import due_changes, services
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from core import clock
from core.errors import Refusal
from core.registry import integrity_findings
from scheduling.models import Reservation
from tests.bookings.agreement.test_emails import delivered, to
from tests.bookings.cast import book, book_as_guest, client_of, shop
from tests.cast import make_person
from tests.scheduling.cast import live, offer, refused, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(ada: User) -> SessionType:
    shop(ada)
    return offer(ada, title="Clinic", seats=6, min_seats=3, decide_hours=24, auto_confirm=True)


def joined(clinic: SessionType, count: int) -> list[Booking]:
    return [book(clinic, make_person(f"Client {number}"), soon(10)) for number in range(count)]


def the_day_before() -> None:
    Booking.objects.filter(decide_at__isnull=False).update(decide_at=clock.now() - timedelta(seconds=1))
    due_changes.apply_due_changes(clock.now())
    due_changes.apply_due_changes(clock.now())


def test_six_share_one_reservation_and_a_seventh_hears_that_it_is_full(clinic: SessionType) -> None:
    joined(clinic, 6)

    assert live() == 1
    error = refused(lambda: book(clinic, make_person("Late Lee"), soon(10)))
    assert error.refusal in (Refusal.SLOT_TAKEN, Refusal.OUTSIDE_AVAILABILITY)


def test_one_who_leaves_touches_nobody_else(clinic: SessionType, mail_folder: Path) -> None:
    bookings = joined(clinic, 4)
    delivered(mail_folder)
    for letter in mail_folder.glob("*.eml"):
        letter.unlink()

    services.cancel(booking=bookings[0], by=client_of(bookings[0]))

    letters = delivered(mail_folder)
    assert sorted(letter["To"] for letter in letters) == sorted([bookings[0].client.email, clinic.builder.email])  # type: ignore[union-attr]
    assert Booking.objects.filter(state=State.CONFIRMED).count() == 3
    assert Reservation.objects.get().released_at is None


def test_too_few_and_it_is_called_off_for_everybody(clinic: SessionType, mail_folder: Path) -> None:
    bookings = joined(clinic, 2)

    the_day_before()

    assert {booking.state for booking in Booking.objects.all()} == {State.CANCELLED}
    assert live() == 0
    told = to(delivered(mail_folder), bookings[0].client.email)  # type: ignore[union-attr]
    assert told[-1]["Subject"].startswith("Called off: Clinic")
    assert Booking.objects.filter(cancel_fee__gt=0).count() == 0
    assert integrity_findings(clock.now()) == []


def test_enough_and_it_takes_place_whoever_leaves_afterwards(clinic: SessionType) -> None:
    bookings = joined(clinic, 3)
    the_day_before()
    services.cancel(booking=Booking.objects.get(pk=bookings[0].pk), by=client_of(bookings[0]))

    the_day_before()

    assert Booking.objects.filter(state=State.CONFIRMED).count() == 2


def test_the_clock_decides_only_when_it_is_time(clinic: SessionType) -> None:
    (booking,) = joined(clinic, 1)

    services.decide(booking=booking)

    assert Booking.objects.get().state == State.CONFIRMED


def test_who_books_after_the_decision_is_not_decided_upon(clinic: SessionType) -> None:
    SessionType.objects.update(decide_hours=24 * 30)

    assert joined(clinic, 1)[0].decide_at is None


def test_a_free_group_takes_guests(ada: User) -> None:
    shop(ada)
    group = offer(ada, title="Open hour", category="FREE", seats=2, auto_confirm=True)

    one = book_as_guest(group, soon(10))

    assert one.seat.reservation.capacity == 2
