"""The links from a session of a builder to its bookings, for pages of the app `scheduling`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from bookings.agreement.rules import allowed_verbs
from bookings.models import Booking
from bookings.states import LIVE, Side, Verb
from scheduling.outside.booking_links import BookingLink

BUILDER = frozenset({Side.BUILDER})


def links_of(sessions: Sequence[UUID], now: datetime) -> dict[UUID, list[BookingLink]]:
    """Returns the links to the live bookings of each of these reservations, in the order they were made. One query."""
    bookings = Booking.objects.filter(seat__reservation__in=sessions, seat__released_at__isnull=True, state__in=LIVE)
    # a booking that must be paid first is shown to the builder once it is paid
    bookings = bookings.filter(payment_due_at__isnull=True)
    rows = bookings.select_related("seat", "client", "guest").order_by("id")
    links: dict[UUID, list[BookingLink]] = {}
    for booking in rows:
        links.setdefault(booking.seat.reservation_id, []).append(_link(booking, now))
    return links


def _link(booking: Booking, now: datetime) -> BookingLink:
    verbs = allowed_verbs(booking, BUILDER, now)
    can_end = Verb.CANCEL in verbs or Verb.DECLINE in verbs
    return BookingLink(
        client=booking.client_name,
        page=booking.get_absolute_url(),
        move=reverse("bookings:move", args=[booking.reference]) if Verb.RESCHEDULE in verbs else None,
        cancel=reverse("bookings:end", args=[booking.reference]) if can_end else None,
        cancel_label="Decline" if Verb.DECLINE in verbs else "Cancel",
    )
