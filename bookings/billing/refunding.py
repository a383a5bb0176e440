"""Gives back what was paid for a cancelled booking above its fee."""

from __future__ import annotations

from decimal import Decimal

from bookings.billing.rules import Bill
from bookings.models import Booking
from bookings.states import State
from payments import refunds
from payments.models import Payment
from payments.states import Provider, Status

CANCELLED = "The session was cancelled."
SETTLED = "The dispute was settled."
TOLD_ELSEWHERE = (CANCELLED, SETTLED)  # refunds that are part of the mail about the booking itself


def give_back_excess(booking: Booking, payment: Payment) -> None:
    """Refunds what was paid through a provider above the fee of a cancelled booking, once.

    A refund that has failed counts as given back here: the builder or support tries it again or gives it up, as the same
    card would refuse it once more. While the client's bank has been asked to take the payment back, nothing is refunded. Called at
    the cancellation, and again when money arrives after it or the bank has decided for the builder.
    """
    if payment.provider == Provider.MANUAL or booking.state != State.CANCELLED or not payment.refundable.amount:
        return
    if payment.status == Status.DISPUTED:
        return
    failed = sum((refund.amount for refund in payment.refunds.all().not_replaced()), Decimal(0))
    excess = Bill(booking, payment).to_return.amount - failed
    if excess > 0:
        refunds.refund(payment=payment, amount=excess, reason=CANCELLED, by=None)
