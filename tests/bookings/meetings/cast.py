"""Helpers for the tests of meetings: links, and bookings at times near the present."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import BuilderProfile, User
from accounts.services import update_builder
from bookings.models import Booking
from core import clock

ROOM = "https://meet.example.com/ada"
OTHER_ROOM = "https://meet.example.com/other"


def set_standing_link(builder: User, url: str = ROOM) -> None:
    update_builder(profile=BuilderProfile.objects.get(user=builder), meeting_url=url)


def begin_in(booking: Booking, minutes: float) -> Booking:
    """Moves the booking in the database, so that it begins in so many minutes and lasts an hour."""
    start = clock.now() + timedelta(minutes=minutes)
    Booking.objects.filter(pk=booking.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    return loaded(booking)


def loaded(booking: Booking) -> Booking:
    return Booking.objects.complete().get(pk=booking.pk)
