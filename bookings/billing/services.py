"""Records for a booking what the builder received directly, gives money back, and corrects what was recorded by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from bookings.agreement.transitions import Actor, fresh
from bookings.billing.checkout.rules import can_be_paid_directly, is_paid_online
from bookings.billing.checkout.services import close_page_of
from bookings.billing.rules import KIND, claim_for
from bookings.models import Booking
from bookings.states import Side
from core.errors import Refusal, Refused
from payments import corrections, direct_payments, refunds
from payments import services as payments
from payments.models import Payment, Receipt, Refund
from payments.refusals import PaymentRefusal
from payments.states import Method

PAGE_IS_OPEN = "The page on which the client can pay by card could not be closed. Try again in a minute."
PAID_ONLINE = "This is paid by card through Waymark, so cash or a bank transfer cannot be recorded for it."


def record_receipt(
    *, booking: Booking, amount: Decimal, method: Method, received_on: date, note: str, key: UUID, by: Actor
) -> Payment:
    """Records money that came in for the booking. What was to be paid by card after the session is paid directly from then
    on: the page to pay on is closed before, and the client gets no more reminders."""
    person = _person(by, Side.BUILDER)
    if is_paid_online(booking):
        close_page_of(booking, PAGE_IS_OPEN)
    return _record(booking, Received(amount, method, received_on, note, key), person)


@dataclass(frozen=True)
class Received:
    """What came in, as the builder has entered it."""

    amount: Decimal
    method: Method
    received_on: date
    note: str
    key: UUID


@transaction.atomic
def _record(booking: Booking, received: Received, by: User) -> Payment:
    """Locks the booking first, so that what it owes stays the same until the receipt is saved."""
    current = fresh(booking, None)
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=current.pk).first()
    if not can_be_paid_directly(current, payment):
        raise Refused(PaymentRefusal.NOTHING_DUE, PAID_ONLINE)
    claim = claim_for(current)
    direct_payments.begin(claim)
    return payments.record_receipt(
        claim=claim, amount=received.amount, method=received.method, received_on=received.received_on,
        note=received.note, key=received.key, by=by,
    )  # fmt: skip


@transaction.atomic
def refund(
    *, booking: Booking, amount: Decimal, reason: str, key: UUID, by: Actor, consent: str | None = None
) -> Refund:
    """Gives money back for the booking, by the builder or support; as credit if the client has agreed to that."""
    person = _person(by, Side.BUILDER, Side.SUPPORT)
    payment = Payment.objects.filter(subject_kind=KIND, subject_id=booking.pk).first()
    if payment is None:
        raise Refused(PaymentRefusal.OVER_REFUND, "Nothing was paid for this booking.")
    return refunds.refund(payment=payment, amount=amount, reason=reason, key=key, by=person, consent=consent)


@transaction.atomic
def correct_receipt(*, receipt: Receipt, reason: str, by: Actor) -> None:
    """Takes a receipt that was recorded by mistake out of the payment, which can be paid by card again where that was so
    before. The booking's row is locked first, as when one is recorded."""
    person = _person(by, Side.BUILDER, Side.SUPPORT)
    booking = fresh(Booking(pk=receipt.payment.subject_id), None)
    corrections.correct(receipt=receipt, reason=reason, by=person)
    if is_paid_online(booking):
        direct_payments.end(receipt.payment)


def try_refund_again(*, refund: Refund, by: Actor) -> Refund:
    """Makes another refund in the place of one that has failed; by the builder or support."""
    return refunds.try_again(refund=refund, by=_person(by, Side.BUILDER, Side.SUPPORT))


def give_up_refund(*, refund: Refund, reason: str, by: Actor) -> Refund:
    """Decides that a failed refund is not tried again; by the builder or support."""
    return refunds.give_up(refund=refund, reason=reason, by=_person(by, Side.BUILDER, Side.SUPPORT))


def _person(by: Actor, *sides: Side) -> User:
    if by.person is None or by.side not in sides:
        raise Refused(Refusal.FORBIDDEN)
    return by.person
