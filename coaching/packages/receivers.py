"""Answers to what payments report about packages."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from coaching.packages import notifications, services
from coaching.packages.models import PackagePurchase
from coaching.packages.services import KIND
from payments.disputes.states import DisputeStatus
from payments.models import Payment, PaymentDispute, Refund
from payments.signals import payment_disputed, payment_refunded, refund_failed


@receiver(payment_refunded, dispatch_uid="packages")
def notify_of_refund(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    if purchase := _purchase_of(payment):
        services.end_unpaid_credits(payment)
        notifications.refunded(purchase, refund)


@receiver(payment_disputed, dispatch_uid="packages")
def end_credits_after_dispute(
    sender: Any, payment: Payment, dispute: PaymentDispute, before: str, **kwargs: Any
) -> None:
    """Ends what is unused of a package whose payment the client's bank has taken back for good."""
    if payment.subject_kind == KIND and dispute.status == DisputeStatus.LOST:
        services.end_unpaid_credits(payment)


@receiver(refund_failed, dispatch_uid="packages")
def notify_of_failed_refund(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    if purchase := _purchase_of(payment):
        notifications.refund_failed(purchase, refund)


def _purchase_of(payment: Payment) -> PackagePurchase | None:
    """Returns what was bought with the payment; None if it is for something else."""
    if payment.subject_kind != KIND:
        return None
    return PackagePurchase.objects.select_related("package__builder", "buyer").filter(pk=payment.subject_id).first()
