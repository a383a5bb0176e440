"""What keeps the transfers of a payment back: holds of the apps above, and refunds that have not arrived."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from core import clock
from payments.models import Payment, PayoutHold, Refund
from payments.states import RefundStatus

REFUND_UNDER_WAY = "A refund is under way."
REFUND_FAILED = "A refund has failed. It has to be tried again or given up."


@transaction.atomic
def hold(*, payment: Payment, reason: PayoutHold.Reason, key: str = "") -> PayoutHold:
    """Keeps the payment from being transferred; returns the open hold of this reason and key if there is one.

    The payment is locked first, as when a transfer is sent: a transfer that is being sent already is not stopped.
    """
    Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    row, _ = PayoutHold.objects.get_or_create(payment=payment, reason=reason, key=key, released_at=None)
    return row


@transaction.atomic
def release(*, payment: Payment, reason: PayoutHold.Reason, key: str = "") -> bool:
    """Ends the hold of this reason and key; returns False if there is none. What is due is transferred the next night."""
    Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    open_holds = PayoutHold.objects.filter(payment=payment, reason=reason, key=key, released_at=None)
    return bool(open_holds.update(released_at=clock.now(), changed_at=clock.now()))


def frozen_reason(payment: Payment) -> str:
    """Returns why the payment is not transferred now, as a sentence; an empty string if nothing keeps it. Two queries."""
    return frozen_reasons([payment.pk]).get(payment.pk, "")


def frozen_reasons(payment_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Returns the reasons of those payments that are not transferred now. Two queries.

    A refund that has failed keeps its payment too, because the client is still owed the money.
    """
    ids = list(payment_ids)
    refunds = Refund.objects.to_arrive().filter(payment__in=ids).order_by("-status")
    reasons = {
        payment_id: REFUND_UNDER_WAY if status == RefundStatus.PENDING else REFUND_FAILED
        for payment_id, status in refunds.values_list("payment_id", "status")
    }
    holds = PayoutHold.objects.filter(payment__in=ids, released_at=None).order_by("-created_at", "-id")
    return reasons | {row.payment_id: row.get_reason_display() for row in holds}
