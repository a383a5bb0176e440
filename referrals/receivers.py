"""Takes rewards back when the session that counted is refunded, or its bank takes the money back for good."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bookings.billing.rules import KIND
from payments.disputes.states import DisputeStatus
from payments.models import Payment, PaymentDispute
from payments.signals import payment_disputed, payment_refunded
from referrals import qualifying


@receiver(payment_refunded, dispatch_uid="referrals")
def take_rewards_back(sender: Any, payment: Payment, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        qualifying.take_back(payment=payment)


@receiver(payment_disputed, dispatch_uid="referrals")
def take_rewards_back_after_dispute(sender: Any, payment: Payment, dispute: PaymentDispute, **kwargs: Any) -> None:
    if payment.subject_kind == KIND and dispute.status == DisputeStatus.LOST:
        qualifying.take_back(payment=payment)
