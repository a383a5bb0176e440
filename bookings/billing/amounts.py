"""Keeps the amount and the payer of a payment in step with its booking."""

from __future__ import annotations

from bookings.billing.refunding import give_back_excess
from bookings.billing.rules import KIND, owed_for
from bookings.models import Booking
from payments import services as payments


def update_amount(booking: Booking) -> None:
    """Lowers the payment of a booking that has just been cancelled to its fee, and gives back what was paid above it.

    One query; three if it was paid.
    """
    payment = payments.set_amount(kind=KIND, subject_id=booking.pk, amount=owed_for(booking).amount)
    if payment is not None:
        give_back_excess(booking, payment)


def update_payer(booking: Booking) -> None:
    """Saves the client of a booking as the payer of what was recorded for it while they were a guest. One query."""
    if booking.client is not None:
        payments.set_payer(kind=KIND, subject_id=booking.pk, payer=booking.client)
