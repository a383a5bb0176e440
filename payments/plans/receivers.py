"""Answers to a lost builder role, and to money for a period that was given back."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.roles import Role
from accounts.signals import role_lost
from payments.disputes.states import DisputeStatus
from payments.models import Payment, PaymentDispute, Refund
from payments.plans import sessions
from payments.plans.charges import KIND
from payments.plans.ending import close_offer_of
from payments.signals import payment_disputed, payment_refunded


@receiver(role_lost, dispatch_uid="payments.plans")
def close_plans_of_former_builder(sender: Any, user: User, role: Role, **kwargs: Any) -> None:
    if role == Role.BUILDER:
        close_offer_of(user)


@receiver(payment_refunded, dispatch_uid="payments.plans")
def take_sessions_back(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    if payment.subject_kind == KIND:
        sessions.take_back(payment, refund.pk)


@receiver(payment_disputed, dispatch_uid="payments.plans")
def take_sessions_back_after_dispute(
    sender: Any, payment: Payment, dispute: PaymentDispute, before: str, **kwargs: Any
) -> None:
    if payment.subject_kind == KIND and dispute.status == DisputeStatus.LOST:
        sessions.take_back(payment, dispute.pk, is_lost=True)
