"""Group sessions: how many people fit in, how many are needed, and that one who cancels does not affect the others."""

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
from core.registry import integrity_findings
from scheduling.models import Reservation
from scheduling.refusals import TimeRefusal
from tests.bookings.cast import book, book_as_guest, client_of, shop
from tests.cast import make_person
from tests.emails import delivered, to
from tests.scheduling.cast import live, offer, refused, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(ada: User) -> SessionType:
    shop(ada)
    return offer(ada, title="Clinic", seats=6, min_seats=3, decide_hours=24, auto_confirm=True)


def book_seats(clinic: SessionType, count: int) -> list[Booking]:
    return [book(clinic, make_person(f"Client {number}"), soon(10)) for number in range(count)]


def reach_the_decision() -> None:
    Booking.objects.filter(decide_at__isnull=False).update(decide_at=clock.now() - timedelta(seconds=1))
    due_changes.apply_due_changes(clock.now())
    due_changes.apply_due_changes(clock.now())


def test_six_share_one_reservation_and_a_seventh_is_refused(clinic: SessionType) -> None:
    book_seats(clinic, 6)

    assert live() == 1
    error = refused(lambda: book(clinic, make_person("Late Lee"), soon(10)))
    assert error.refusal in (TimeRefusal.SLOT_TAKEN, TimeRefusal.OUTSIDE_AVAILABILITY)


def test_cancelling_one_seat_leaves_the_others_booked(clinic: SessionType, mail_folder: Path) -> None:
    bookings = book_seats(clinic, 4)
    delivered(mail_folder)
    for mail in mail_folder.glob("*.eml"):
        mail.unlink()

    services.cancel(booking=bookings[0], by=client_of(bookings[0]))

    mails = delivered(mail_folder)
    assert bookings[0].client
    assert sorted(mail["To"] for mail in mails) == sorted([bookings[0].client.email, clinic.builder.email])
    assert Booking.objects.filter(state=State.CONFIRMED).count() == 3
    assert Reservation.objects.get().released_at is None


def test_a_group_with_too_few_people_is_called_off_for_everybody(clinic: SessionType, mail_folder: Path) -> None:
    bookings = book_seats(clinic, 2)

    reach_the_decision()

    assert {booking.state for booking in Booking.objects.all()} == {State.CANCELLED}
    assert live() == 0
    assert bookings[0].client
    mails = to(delivered(mail_folder), bookings[0].client.email)
    assert mails[-1]["Subject"].startswith("Called off: Clinic")
    assert Booking.objects.filter(cancel_fee__gt=0).count() == 0
    assert integrity_findings(clock.now()) == []


def test_a_group_with_enough_people_takes_place_even_if_some_cancel_later(clinic: SessionType) -> None:
    bookings = book_seats(clinic, 3)
    reach_the_decision()
    services.cancel(booking=Booking.objects.get(pk=bookings[0].pk), by=client_of(bookings[0]))

    reach_the_decision()

    assert Booking.objects.filter(state=State.CONFIRMED).count() == 2


def test_nothing_is_decided_before_the_decision_time(clinic: SessionType) -> None:
    (booking,) = book_seats(clinic, 1)

    services.decide(booking=booking)

    assert Booking.objects.get().state == State.CONFIRMED


def test_a_booking_made_after_the_decision_time_is_not_called_off(clinic: SessionType) -> None:
    SessionType.objects.update(decide_hours=24 * 30)

    assert book_seats(clinic, 1)[0].decide_at is None


def test_a_guest_can_book_a_free_group(ada: User) -> None:
    shop(ada)
    group = offer(ada, title="Open hour", category="FREE", seats=2, auto_confirm=True)

    booking = book_as_guest(group, soon(10))

    assert booking.seat.reservation.capacity == 2
