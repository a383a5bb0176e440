"""Saves the state of a bank's disputes at Stripe, and marks the payment as disputed."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from core import clock, outbox
from payments.disputes import notifications
from payments.disputes.models import PaymentDispute
from payments.disputes.posting import is_outdated
from payments.disputes.states import CLOSED, DisputeStatus, status_of
from payments.models import Payment, PayoutHold
from payments.payouts import holds
from payments.provider_payments import status_of_captured
from payments.signals import payment_disputed
from payments.states import Provider, Status, is_allowed
from payments.stripe.objects import ProviderDispute, ProviderPayment

CHANNEL = "dispute"
BUILDER_HAS = timedelta(hours=72)
LEFT_FOR_SUPPORT = timedelta(hours=24)  # between the end of the builder's time and that of the bank


def follow(paid: ProviderPayment) -> None:
    """Saves the disputes of a payment as Stripe has them. Called in the transaction that posts them."""
    if not paid.disputes:
        return
    payment = Payment.objects.select_for_update(no_key=True).filter(provider=Provider.STRIPE, intent_id=paid.id).first()
    if payment is None:
        return
    now = clock.now()
    known = {dispute.provider_id: dispute for dispute in payment.disputes.all()}
    changes = [_save(payment, known.get(remote.id), remote, now) for remote in paid.disputes]
    _count(payment)
    for dispute, before in changes:
        if dispute.status != before:
            notifications.notify_of_change(dispute, before)
            payment_disputed.send(Payment, payment=payment, dispute=dispute, before=before)


def _save(
    payment: Payment, dispute: PaymentDispute | None, remote: ProviderDispute, now: datetime
) -> tuple[PaymentDispute, str]:
    """Returns the saved dispute, and its status before; an empty string if it is new.

    Older states can arrive after newer ones, so a closed dispute stays closed, and an answer with fewer movements of
    money than are known changes nothing. One that was lost can be won on appeal.
    """
    if dispute is None:
        return _create(payment, remote, now), ""
    before, status = dispute.status, status_of(remote.status)
    if (before in CLOSED and status not in CLOSED) or is_outdated(remote):
        return dispute, before
    dispute.status = status
    dispute.is_withdrawn, dispute.is_refundable = _is_withdrawn(remote), remote.is_refundable
    dispute.closed_at = (dispute.closed_at or now) if status in CLOSED else None
    if remote.due_at not in (None, dispute.evidence_due_at):
        dispute.evidence_due_at, dispute.remind_at = remote.due_at, now  # the next reminder follows the new deadline
    dispute.save()
    _freeze(dispute)
    return dispute, before


def _create(payment: Payment, remote: ProviderDispute, now: datetime) -> PaymentDispute:
    """Saves a new dispute, and queues its evidence to be prepared while it can be submitted."""
    status = status_of(remote.status)
    dispute = PaymentDispute.objects.create(
        payment=payment, provider_id=remote.id, status=status, reason=remote.reason[:60], amount=remote.money.amount,
        currency=remote.money.currency, is_withdrawn=_is_withdrawn(remote), is_refundable=remote.is_refundable,
        opened_at=remote.opened_at, evidence_due_at=remote.due_at, builder_until=builder_until(remote.due_at, now),
        closed_at=now if status in CLOSED else None,
    )  # fmt: skip
    if dispute.is_answerable:
        PaymentDispute.objects.filter(pk=dispute.pk).update(remind_at=notifications.next_reminder(dispute, now))
        queue_preparing(dispute)
    _freeze(dispute)
    return dispute


def _freeze(dispute: PaymentDispute) -> None:
    """Keeps the payment from being transferred to the builder while the bank has not decided."""
    keep = holds.hold if dispute.is_open else holds.release
    keep(payment=dispute.payment, reason=PayoutHold.Reason.BANK_DISPUTE, key=dispute.provider_id)


def builder_until(due_at: datetime | None, now: datetime) -> datetime:
    """Returns until when the builder can add to the evidence: 72 hours from now, or a day before the bank's deadline."""
    until = now + BUILDER_HAS
    return until if due_at is None else max(now, min(until, due_at - LEFT_FOR_SUPPORT))


def queue_preparing(dispute: PaymentDispute) -> None:
    """Lets the outbox prepare the evidence from the present version of the dispute."""
    outbox.put(
        event=f"dispute:{dispute.pk}:prepare:{dispute.version}", channel=CHANNEL, recipient="stripe",
        payload={"act": "prepare", "dispute": str(dispute.pk)},
    )  # fmt: skip


def _is_withdrawn(remote: ProviderDispute) -> bool:
    return sum((movement.money.amount for movement in remote.movements), Decimal(0)) < 0


def _count(payment: Payment) -> None:
    """Sets what was lost, and whether the payment is disputed."""
    lost = payment.disputes.filter(status=DisputeStatus.LOST).aggregate(total=Sum("amount"))["total"]
    payment.amount_lost = lost or Decimal(0)
    if payment.disputes.all().decisive().exists():
        payment.status = Status.DISPUTED if is_allowed(payment.status, Status.DISPUTED) else payment.status
    elif payment.status == Status.DISPUTED:
        payment.status = status_of_captured(payment)
    payment.save()
