"""Helpers for the tests of meetings at Zoom."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from core import clock, outbox
from core.models import OutboxMessage
from tests.bookings.cast import confirmed
from tests.bookings.meetings.cast import loaded
from tests.reading import visible_text


def work() -> None:
    """Delivers what waits for Zoom, as the outbox does once its time has come."""
    OutboxMessage.objects.filter(channel="zoom", state="waiting").update(due_at=clock.now(), leased_until=None)
    outbox.deliver_due("zoom")


def booked(hour: SessionType, cleo: User, **fields: Any) -> Booking:
    """Returns a confirmed booking after the outbox has asked Zoom."""
    booking = confirmed(hour, cleo, **fields)
    work()
    return loaded(booking)


def page_of(booking: Booking, person: User) -> str:
    client = Client()
    client.force_login(person)
    return visible_text(client.get(booking.get_absolute_url()))
