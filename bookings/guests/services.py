"""Moves a guest's booking to the account of their address once they have proven it, and keeps their preferences."""

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
class JoinedAccount:
    """The account that a booking has been moved to, and whether it has no password yet."""

    person: User
    needs_password: bool


@transaction.atomic
def prove(*, booking: Booking, now: datetime, invited_by: str = "") -> JoinedAccount | None:
    """Moves the booking to the account with its guest's address, and creates that account if there is none.

    Proving the address twice changes nothing. Returns None for a booking that never had a guest. `invited_by` is the code
    of an invitation, which counts if the account is new.
    """
    guest = booking.guest
    if guest is None:
        return None
    newcomer = Newcomer(guest.email, guest.name, booking.timezone, guest.hour_format, invited_by=invited_by)
    person = addresses.claim(newcomer).person
    services.join(booking=booking, person=person, now=now)
    return JoinedAccount(person, not person.has_usable_password())


def set_reminders(*, guest: Guest, are_wanted: bool) -> None:
    """Saves whether the guest wants reminders of the booking."""
    guest.wants_reminders = are_wanted
    guest.save(update_fields=["wants_reminders", "changed_at"])
