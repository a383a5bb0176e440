"""Records for a booking what the builder received directly, and what they gave back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from bookings.agreement.transitions import Actor, fresh
from bookings.billing.checkout.rules import is_paid_online
from bookings.billing.rules import KIND, claim_for
from bookings.models import Booking
from bookings.states import Side
from core.errors import Refusal, Refused
from payments import services as payments
from payments.models import Payment, Refund
from payments.refusals import PaymentRefusal
from payments.states import Method


@transaction.atomic
def record_receipt(
    *, booking: Booking, amount: Decimal, method: Method, received_on: date, note: str, key: UUID, by: Actor
) -> Payment:
    """Records money that came in for the booking. The booking's row is locked first, so that what it owes stays the same
    until then."""
    person = _person(by)
    if by.side != Side.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    current = fresh(booking, None)
    if is_paid_online(current):
        raise Refused(PaymentRefusal.NOTHING_DUE, "The client pays this with a card through Waymark.")
    claim = claim_for(current)
    return payments.record_receipt(
        claim=claim, amount=amount, method=method, received_on=received_on, note=note, key=key, by=person
    )


@transaction.atomic
def record_refund(*, booking: Booking, amount: Decimal, reason: str, key: UUID, by: Actor) -> Refund:
    """Records money that the builder gave back for the booking; by the builder or support."""
    person = _person(by)
    if by.side not in (Side.BUILDER, Side.SUPPORT):
        raise Refused(Refusal.FORBIDDEN)
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=booking.pk).first()
    if payment is None:
        raise Refused(PaymentRefusal.OVER_REFUND, "Nothing was paid for this booking.")
    return payments.record_refund(payment=payment, amount=amount, reason=reason, key=key, by=person)


def _person(by: Actor) -> User:
    if by.person is None:
        raise Refused(Refusal.FORBIDDEN)
    return by.person
