"""Notes of staff about a booking, and mails of staff to its sides."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from bookings.agreement.notifications import address_of, name_of
from bookings.models import Booking
from bookings.states import Side
from core import audit
from core.ids import uuid7
from core.mail import Email, queue_email
from operations.models import StaffNote


@transaction.atomic
def write_note(*, booking: Booking, by: User, text: str) -> StaffNote:
    """Saves a note about a booking."""
    note = StaffNote.objects.create(booking=booking, author=by, text=text)
    audit.record(actor=by, action="note written", subject=booking, before=None, after={"note": str(note.pk)})
    return note


@transaction.atomic
def write_to_side(*, booking: Booking, by: User, side: Side, text: str) -> None:
    """Mails a message of support to one side of a booking. The audit keeps that it was sent, and not its text."""
    email = Email(
        subject=f"About your session {booking.reference}",
        greeting=f"Hello {name_of(booking, side)},",
        paragraphs=[part.strip() for part in text.split("\n\n") if part.strip()],
        small_print=f"Sent by our support team. To answer, write to us: {settings.SITE_URL}{reverse('core:contact')}",
    )
    queue_email(email, to=address_of(booking, side), event=f"{letters_of(booking)}{uuid7()}")
    audit.record(actor=by, action="wrote to a side", subject=booking, before=None, after={"side": str(side)})


def letters_of(booking: Booking) -> str:
    """Returns how the events of such mails begin."""
    return f"support letter:{booking.pk}:"
