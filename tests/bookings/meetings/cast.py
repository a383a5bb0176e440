"""Helpers for the tests of meetings: links, sessions in person, and bookings at times near the present."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts import places
from accounts.models import BuilderProfile, User
from accounts.services import update_builder
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from tests.scheduling.cast import soon

ROOM = "https://meet.example.com/ada"
OTHER_ROOM = "https://meet.example.com/other"
STREET = "Kantstraße 148"
HOME = f"{STREET}, Berlin, Germany"
STUDIO = "Oranienstraße 24, Berlin"


def set_standing_link(builder: User, url: str = ROOM) -> None:
    update_builder(profile=BuilderProfile.objects.get(user=builder), meeting_url=url)


def begin_in(booking: Booking, minutes: float) -> Booking:
    """Moves the booking in the database, so that it begins in so many minutes and lasts an hour."""
    start = clock.now() + timedelta(minutes=minutes)
    Booking.objects.filter(pk=booking.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    return loaded(booking)


def loaded(booking: Booking) -> Booking:
    return Booking.objects.complete().get(pk=booking.pk)


def in_person(hour: SessionType, whose: str, **fields: Any) -> SessionType:
    berlin = places.find("Berlin")
    assert berlin is not None
    User.objects.filter(pk=hour.builder_id).update(place=berlin)
    address = "" if whose == "client" else STUDIO
    fields = {"is_remote": False, "is_in_person": True, "in_person_at": whose, "address": address, **fields}
    SessionType.objects.filter(pk=hour.pk).update(**fields)
    return SessionType.objects.get(pk=hour.pk)


def details_of(session_type: SessionType) -> str:
    return f"/book/ada-moreno/{session_type.pk}/details/?minutes=60&rate=fixed&start={soon(10).isoformat().replace('+', '%2B')}"  # fmt: skip
