"""Takes rewards back when the session that counted is refunded."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bookings.billing.rules import KIND
from payments.models import Payment
from payments.signals import payment_refunded
from payments.states import Status
from referrals import qualifying


@receiver(payment_refunded, dispatch_uid="referrals")
def take_rewards_back(sender: Any, payment: Payment, **kwargs: Any) -> None:
    if payment.subject_kind == KIND and payment.status == Status.REFUNDED:
        qualifying.take_back(payment=payment)
