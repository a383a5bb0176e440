"""A guest's address, once it is proven, and the account that the booking then belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.erasure import end_sessions
from accounts.models import User
from bookings import services
from bookings.models import Booking, Guest
from core import audit


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
    person, _ = User.objects.get_or_create(
        email=User.objects.normalize_email(guest.email),
        defaults={"display_name": guest.name, "timezone": booking.timezone, "clock": guest.clock, "password": "!"},
    )
    _own(person)
    services.join(booking=booking, person=person, now=now)
    return Joined(person, not person.has_usable_password())


def _own(person: User) -> None:
    """The address is this person's from now on. A password that somebody chose before it was proven could be anybody's."""
    address, _ = EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
    if address.verified:
        return
    address.verified = True
    address.save(update_fields=["verified"])
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end_sessions(person)
    audit.record(actor=person, action="email address proven", subject=person, before=None, after=None)


def set_reminders(*, guest: Guest, are_wanted: bool) -> None:
    """Whether this guest is reminded of what they booked."""
    guest.wants_reminders = are_wanted
    guest.save(update_fields=["wants_reminders", "changed_at"])
