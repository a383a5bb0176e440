"""Follows what the provider says about the payments of subscriptions: in any order, and any number of times."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from core import clock
from payments import provider_payments
from payments.checkouts import payment_named
from payments.models import Payment, SubscriptionCharge
from payments.payouts.scheduling import PayoutPlan, schedule
from payments.plans import cards, changing, charges, delivery, notifications, starting
from payments.plans.states import ChargeKind, ChargeState, SubscriptionStatus
from payments.stripe.objects import ProviderPayment, ProviderPaymentState

WHOLE = Decimal(100)


@transaction.atomic
def follow(truth: ProviderPayment) -> None:
    """Copies the provider's payment to ours. Once it was taken, its charge is paid and the subscription goes on."""
    known = payment_named(truth.reference)
    if known is None or known.subject_kind != charges.KIND:
        return
    charge = SubscriptionCharge.objects.select_related("subscription", "plan").get(pk=known.subject_id)
    current = charges.fresh(charge.subscription)
    charge.subscription = current
    payment = Payment.objects.select_for_update(no_key=True).get(pk=known.pk)
    is_taken = truth.state is ProviderPaymentState.CAPTURED
    if provider_payments.is_another(payment, truth):
        if is_taken and truth.refunded != truth.money:
            delivery.put(f"another:{truth.id}", payment.pk, another=truth.id, payment=str(payment.pk))
        return
    provider_payments.copy(payment, truth, clock.now())
    if not is_taken:
        return
    if truth.card_id and truth.customer_id:
        cards.save_card_of(payment, truth.card_id)
    _settle(payment, charge)


def _settle(payment: Payment, charge: SubscriptionCharge) -> None:
    """Lets what was paid take effect, once."""
    now = payment.paid_at or clock.now()
    current = charge.subscription
    charge.refresh_from_db(fields=["state"])
    if charge.state == ChargeState.VOID:
        delivery.put(f"too_late:{payment.pk}", payment.pk, too_late=str(payment.pk))
    if charge.state != ChargeState.OPEN:
        return
    if current.status == SubscriptionStatus.INCOMPLETE:
        starting.start_paid(subscription=current, charge=charge, now=now)
        charge.refresh_from_db(fields=["period_start", "period_end"])
    if not charges.set_paid(charge, now):
        return
    current = charges.fresh(current)
    if charge.kind == ChargeKind.CHANGE:
        changing.take_effect(current, charge)
    if current.status == SubscriptionStatus.PAST_DUE:
        current.status, current.grace_until = SubscriptionStatus.ACTIVE, None
        current.save()
        notifications.recovered(current, payment)
    elif charge.kind == ChargeKind.RENEWAL:
        notifications.renewed(current, payment)
    _schedule_payout(payment, charge)


def _schedule_payout(payment: Payment, charge: SubscriptionCharge) -> None:
    """Schedules what the builder gets: after the period, because until then its sessions can be used or refunded."""
    if payment.payee_id is not None:
        schedule([PayoutPlan(payment.pk, charge.period_end, [(payment.payee_id, WHOLE)])])
