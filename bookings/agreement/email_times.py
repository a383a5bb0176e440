"""The times in emails about a booking, in the time zone of the reader or of the place where they meet."""

from __future__ import annotations

from datetime import datetime

from bookings.meetings.places import AT_CLIENT, town_in
from bookings.meetings.rules import in_person_at
from bookings.models import Booking
from bookings.states import Side
from bookings.times import When


def reader_when(booking: Booking, side: Side, starts_at: datetime, ends_at: datetime) -> When:
    """Returns the time in the reader's zone and hour format."""
    person = booking.client if side == Side.CLIENT else booking.builder
    reader = person or booking.guest
    zone = person.timezone if person else booking.timezone
    return When(starts_at, ends_at, zone, reader.hour_format if reader else None)


def leading_when(booking: Booking, side: Side, starts_at: datetime, ends_at: datetime) -> When:
    """Returns the time that an email leads with: that at the place of a session in person, else the reader's."""
    when = reader_when(booking, side, starts_at, ends_at)
    place = _at_place(booking, when)
    return place if place is not None and _differ(place, when) else when


def times_of(booking: Booking, side: Side, starts_at: datetime, ends_at: datetime) -> list[tuple[str, When]]:
    """Returns (label, time) of the leading time, and of another zone whose clocks differ from it: the reader's, where
    they meet in person, else that of the other side."""
    reader = reader_when(booking, side, starts_at, ends_at)
    leading = leading_when(booking, side, starts_at, ends_at)
    if leading != reader:
        return [("When", leading), ("In your time zone", reader)]
    if in_person_at(booking) is not None:
        return [("When", leading)]
    zone = booking.builder.timezone if side == Side.CLIENT else booking.client_zone
    other = booking.builder.display_name if side == Side.CLIENT else booking.client_name
    theirs = [(f"For {other}", When(starts_at, ends_at, zone, reader.reader))] if zone != reader.zone else []
    return [("When", leading), *theirs]


def _at_place(booking: Booking, when: When) -> When | None:
    """Returns the time at the place of a session in person; None for a remote one. A client's place is in the town that
    its address names, or within the builder's reach."""
    place = in_person_at(booking)
    if place is None:
        return None
    town = town_in(booking.location) if place == AT_CLIENT else None
    zone = town.timezone if town is not None else booking.builder.timezone
    return When(when.starts_at, when.ends_at, zone, when.reader)


def _differ(when: When, other: When) -> bool:
    return when.start.utcoffset() != other.start.utcoffset()
