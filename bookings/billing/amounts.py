"""Keeps the amount of a payment equal to what its booking owes."""

from __future__ import annotations

from bookings.billing.refunding import give_back_excess
from bookings.billing.rules import KIND, owed_for
from bookings.models import Booking
from payments.services import set_amount


def update_amount(booking: Booking) -> None:
    """Lowers the payment of a booking that has just been cancelled to its fee, and gives back what was paid above it.

    One query; three if it was paid.
    """
    payment = set_amount(kind=KIND, subject_id=booking.pk, amount=owed_for(booking).amount)
    if payment is not None:
        give_back_excess(booking, payment)
