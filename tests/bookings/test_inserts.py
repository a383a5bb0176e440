"""Tests inserting rows of several models in one statement."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from bookings.agreement.transitions import Actor, new_event
from bookings.models import Booking, BookingEvent
from bookings.states import Side, Verb
from core import clock
from core.ids import uuid7
from core.inserts import insert_together
from scheduling.models import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def copy(done: Booking) -> Booking:
    """Returns a booking that can be inserted."""
    copy = Booking.objects.get(pk=done.pk)
    copy.pk, copy.reference, copy.calendar_uid, copy.form_key = uuid7(), "WM-COPIED", "copied", None
    copy.seat = Seat.objects.create(reservation=done.seat.reservation, holder="copied")
    copy.tiers = [[48, 50], [24, 100]]
    return copy


def event_of(booking: Booking) -> BookingEvent:
    return new_event(booking, Verb.REQUEST, Actor(Side.SYSTEM), clock.now(), before="")


def test_the_rows_are_saved_as_the_orm_saves_them(copy: Booking, django_assert_num_queries: Any) -> None:
    event = event_of(copy)

    with django_assert_num_queries(1):
        insert_together(copy, event)
    connection.check_constraints()  # foreign keys are checked at the commit, which a test does not reach

    saved = Booking.objects.get(pk=copy.pk)
    fields = [field.attname for field in Booking._meta.concrete_fields]
    assert {name: getattr(saved, name) for name in fields} == {name: getattr(copy, name) for name in fields}
    assert saved.events.get() == event
    assert not copy._state.adding


def test_a_text_that_is_too_long_is_an_error_and_not_cut_off(copy: Booking) -> None:
    copy.reference = "WM-TOO-LONG"

    with pytest.raises(DataError), transaction.atomic():
        insert_together(copy, event_of(copy))


def test_a_broken_constraint_saves_none_of_the_rows(copy: Booking, done: Booking) -> None:
    copy.reference = done.reference

    with pytest.raises(IntegrityError, match="bookings_booking_reference_key"), transaction.atomic():
        insert_together(copy, event_of(copy))

    assert not BookingEvent.objects.filter(booking=copy.pk).exists()
