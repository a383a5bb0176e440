"""Moves a guest's booking to the account of their address once they have proven it, and keeps their preferences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.addresses import services as addresses
from accounts.addresses.services import Newcomer
from accounts.models import User
from accounts.sign_up import invitations
from bookings.agreement import services
from bookings.models import Booking, Guest


@dataclass(frozen=True)
class JoinedAccount:
    """The account that a booking has been moved to, and whether it has no password yet."""

    person: User
    needs_password: bool


@transaction.atomic
def prove(*, booking: Booking, now: datetime, referral_code: str = "") -> JoinedAccount | None:
    """Moves the booking to the account with its guest's address, and creates that account if there is none.

    Proving the address twice changes nothing. Returns None for a booking that never had a guest. `referral_code` is that of
    whoever invited them, and counts if the account is new.
    """
    guest = booking.guest
    if guest is None:
        return None
    newcomer = Newcomer(guest.email, guest.name, booking.timezone, guest.hour_format, referral_code=referral_code)
    person = addresses.claim(newcomer).person
    services.join(booking=booking, person=person, now=now)
    return JoinedAccount(person, not person.has_usable_password())


@transaction.atomic
def keep_in_account(*, booking: Booking, now: datetime, referral_code: str = "") -> JoinedAccount | None:
    """As `prove`, for a guest who asks for it. Refuses to create an account while people cannot join without invitation."""
    if booking.guest is not None and addresses.owner_of(booking.guest.email) is None:
        invitations.require_open()
    return prove(booking=booking, now=now, referral_code=referral_code)


def set_reminders(*, guest: Guest, are_wanted: bool) -> None:
    """Saves whether the guest wants reminders of the booking."""
    guest.wants_reminders = are_wanted
    guest.save(update_fields=["wants_reminders", "changed_at"])
