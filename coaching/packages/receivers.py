"""Answers to what payments report about packages."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from coaching.packages import notifications
from coaching.packages.models import PackagePurchase
from coaching.packages.services import KIND
from payments.models import Payment, Refund
from payments.signals import payment_refunded, refund_failed


@receiver(payment_refunded, dispatch_uid="packages")
def notify_of_refund(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        notifications.refunded(_purchase(payment), refund)


@receiver(refund_failed, dispatch_uid="packages")
def notify_of_failed_refund(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        notifications.refund_failed(_purchase(payment), refund)


def _purchase(payment: Payment) -> PackagePurchase:
    return PackagePurchase.objects.select_related("package__builder", "buyer").get(pk=payment.subject_id)
