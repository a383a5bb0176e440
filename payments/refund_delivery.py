"""Asks Stripe for the refunds that `payments.refunds` has created: what the outbox does with its channel `refund`."""

from __future__ import annotations

from core import outbox
from core.models import OutboxMessage
from payments.models import Refund
from payments.refunds import CHANNEL, save_refusal
from payments.states import RefundStatus


def deliver(message: OutboxMessage) -> None:
    """Asks Stripe for one refund, then reads the payment: the channel's delivery function."""
    from payments.stripe import operations, refreshing  # with the SDK, which takes a while to import
    from payments.stripe.errors import PaymentRefused

    waiting = Refund.objects.select_related("payment").get(pk=message.payload["refund"])
    if waiting.status != RefundStatus.PENDING:
        return
    payment_id = waiting.payment.intent_id
    try:
        operations.refund(key=str(waiting.pk), payment_id=payment_id, money=waiting.money)
    except PaymentRefused as refused:
        save_refusal(waiting, str(refused))
    refreshing.refresh_payment(payment_id)


def ask_again() -> int:
    """Queues the refunds again that the outbox gave up, so that none is forgotten; returns how many."""
    dead = OutboxMessage.objects.filter(channel=CHANNEL, state=OutboxMessage.State.DEAD)
    count = 0
    for message in dead:
        if Refund.objects.filter(pk=message.payload["refund"], status=RefundStatus.PENDING).exists():
            outbox.retry(message)
            count += 1
    return count
