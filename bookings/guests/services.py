"""A guest's address, once it is proven, and the account that the booking then belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.addresses import services as addresses
from accounts.addresses.services import Newcomer
from accounts.models import User
from bookings.agreement import services
from bookings.models import Booking, Guest


@dataclass(frozen=True)
class Joined:
    """Whose account it is in now, and whether that was made just for it."""

    person: User
    needs_password: bool


@transaction.atomic
def prove(*, booking: Booking, now: datetime) -> Joined | None:
    """Puts the booking into the account of its guest's address, made now where there is none. Doing it twice changes
    nothing; None for a booking that never had a guest."""
    guest = booking.guest
    if guest is None:
        return None
    newcomer = Newcomer(guest.email, guest.name, booking.timezone, guest.hour_format)
    person = addresses.claim(newcomer).person
    services.join(booking=booking, person=person, now=now)
    return Joined(person, not person.has_usable_password())


def set_reminders(*, guest: Guest, are_wanted: bool) -> None:
    """Whether this guest is reminded of what they booked."""
    guest.wants_reminders = are_wanted
    guest.save(update_fields=["wants_reminders", "changed_at"])
