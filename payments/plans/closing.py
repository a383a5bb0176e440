"""Refunds what is unused of plans whose builder has left.

A builder without their role holds no sessions, so those that are left in the present period are worth nothing to the
subscriber. They are refunded a day later: until then a role that was taken away by mistake can be given back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import RoleGrant
from accounts.roles import Role
from core.errors import Refused
from payments import refunds
from payments.credits import queries
from payments.credits import services as credit_services
from payments.models import CreditGrant, Payment, Subscription, SubscriptionCharge
from payments.plans import notifications
from payments.plans.charges import KIND
from payments.plans.ending import end
from payments.plans.states import ChargeState, EndReason, SubscriptionStatus
from payments.refusals import PaymentRefusal

REFUNDED_AFTER = timedelta(days=1)
REASON = "The builder is no longer on Waymark, so the sessions that were left are refunded."


def of_former_builders(now: datetime) -> Q:
    """Returns the condition for subscriptions that end early, because their builder has been none for a day."""
    grants = RoleGrant.objects.live().filter(user=OuterRef("seller"), role=Role.BUILDER)
    return Q(
        ~Exists(grants), seller__isnull=False, cancel_requested_at__lte=now - REFUNDED_AFTER, current_period_end__gt=now
    )


def end_and_refund(current: Subscription, now: datetime) -> None:
    """Ends a locked subscription of a former builder, and refunds its unused sessions at their part of the price."""
    seller = current.seller
    if current.status == SubscriptionStatus.CANCELED or seller is None or Role.BUILDER in seller.roles:
        return
    charges = SubscriptionCharge.objects.filter(
        subscription=current, state=ChargeState.PAID, period_end=F("subscription__current_period_end")
    )
    for charge in charges:
        _refund(charge)
    end(current, EndReason.CLOSED, now)


def _refund(charge: SubscriptionCharge) -> None:
    payment = Payment.objects.select_for_update(no_key=True).filter(subject_kind=KIND, subject_id=charge.pk).first()
    grant = CreditGrant.objects.filter(source_kind=KIND, source_id=charge.pk).first()
    if payment is None or grant is None:
        return
    left = queries.left_of([grant])[grant.pk]
    worth = min(grant.worth(left).amount, payment.refundable.amount)
    if worth <= 0:
        return
    try:
        refund = refunds.refund(payment=payment, amount=worth, reason=REASON, by=None)
    except Refused as refused:
        if refused.refusal is not PaymentRefusal.PAYMENT_DISPUTED:
            raise
        return  # the client's bank decides
    credit_services.take_back(grant_id=grant.pk, key=charge.pk, total=grant.sessions)
    notifications.rest_refunded(charge, refund, left)
