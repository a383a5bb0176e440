"""Copies what the provider says about a payment to our row. Called with the row locked."""

from __future__ import annotations

from datetime import datetime

from payments.models import Payment
from payments.signals import payment_taken
from payments.states import Status
from payments.stripe.objects import ProviderPayment, ProviderPaymentState

State = ProviderPaymentState

# Older states can arrive after newer ones, so these statuses never change back to an earlier one.
ORDER = {State.OPEN: 0, State.CANCELLED: 1, State.AUTHORISED: 1, State.CAPTURED: 2}
STATUS_ORDER = {
    Status.AUTHORISED: 1, Status.PAID: 2, Status.PARTLY_REFUNDED: 2, Status.REFUNDED: 2, Status.DISPUTED: 2,
}  # fmt: skip


def is_another(payment: Payment, truth: ProviderPayment) -> bool:
    """Whether the payment has been reserved or taken already, with another provider payment than this one."""
    is_settled = Status(payment.status) in STATUS_ORDER
    return is_settled and payment.intent_id != truth.id and bool(payment.intent_id or payment.amount_from_credit)


def copy(payment: Payment, truth: ProviderPayment, now: datetime) -> Status:
    """Writes state, sum and method of the provider's payment to the row; returns the status that it had before.

    What was refunded is left to `payments.refunds`, which also counts refunds that the provider does not have yet.
    """
    before = Status(payment.status)
    had_paid = payment.amount_paid > payment.amount_from_credit
    if ORDER[truth.state] < STATUS_ORDER.get(before, 0):
        return before
    payment.intent_id, payment.charge_id = truth.id, truth.charge_id or payment.charge_id
    payment.card_fingerprint = truth.card_fingerprint[:40] or payment.card_fingerprint
    payment.problem = truth.problem[:300] if truth.state == State.OPEN else ""
    if truth.state != State.OPEN:
        payment.method = truth.method[:20] or payment.method
    if truth.state == State.AUTHORISED:
        payment.authorised_at = payment.authorised_at or now
        payment.capture_before = truth.capture_before
    if truth.state == State.CAPTURED:
        payment.amount_paid = truth.captured.amount + payment.amount_from_credit
        payment.paid_at = payment.paid_at or now
        payment.capture_before = None
    payment.status = _status_of(payment, truth, before)
    payment.save()
    if truth.state == State.CAPTURED and not had_paid:
        payment_taken.send(Payment, payment=payment)
    return before


def _status_of(payment: Payment, truth: ProviderPayment, before: Status) -> Status:
    if truth.state == State.CAPTURED:
        return before if before == Status.DISPUTED else status_of_captured(payment)
    if truth.state == State.AUTHORISED:
        return Status.AUTHORISED
    if truth.state == State.CANCELLED and payment.amount_from_credit and not payment.due.amount:
        return status_of_captured(payment)  # credit has paid for all that is due
    if truth.state == State.CANCELLED:
        lost = Status.FAILED if before == Status.AUTHORISED else before
        return lost if payment.amount else Status.CANCELLED
    is_open = before in (Status.DUE, Status.FAILED)
    return (Status.FAILED if truth.problem else Status.DUE) if is_open else before


def status_of_captured(payment: Payment) -> Status:
    """Returns the status of a payment that was taken and is not disputed."""
    if not payment.amount_refunded:
        return Status.PAID
    return Status.REFUNDED if payment.refundable.amount <= 0 else Status.PARTLY_REFUNDED
