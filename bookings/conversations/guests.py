"""Sends guests mails about messages."""

from __future__ import annotations

from django.urls import reverse

from bookings.agreement.signed_links import Purpose, has_ended, token_for
from bookings.models import Booking
from core import clock
from core.ids import parse_uuid
from messaging.subjects import GuestContact


def contact_of(guest_key: str) -> GuestContact | None:
    """Returns the address of the guest, and the link to the messages of their newest booking. One query."""
    bookings = Booking.objects.complete().filter(guest=parse_uuid(guest_key), client__isnull=True)
    booking = bookings.order_by("-created_at").first()
    if booking is None or booking.guest is None:
        return None
    token = token_for(booking, Purpose.MAIL)
    path = reverse("bookings:guest_messages", args=[token])
    return GuestContact(booking.guest.email, path, is_open=not has_ended(token, booking, clock.now()))
