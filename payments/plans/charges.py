"""What is charged for subscriptions: created, queued, paid, or given up. Called with the subscription locked."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from core import clock
from core.money import Money
from payments import services as payments
from payments.credits.models import OF_PLAN
from payments.models import Payment, Plan, Subscription, SubscriptionCharge
from payments.plans import delivery
from payments.plans.proration import Proration
from payments.plans.sessions import grant_sessions
from payments.plans.states import ChargeKind, ChargeState
from payments.services import PaymentClaim

KIND = OF_PLAN  # of the subject of payments: the subject is one charge


def fresh(subscription: Subscription) -> Subscription:
    """Returns the subscription as it is now, locked until the transaction ends. It is locked before its payments."""
    rows = Subscription.objects.select_related("plan", "next_plan", "subscriber", "seller")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=subscription.pk)


def open_charge(subscription: Subscription) -> SubscriptionCharge | None:
    """Returns the charge that is not paid yet. One query."""
    rows = SubscriptionCharge.objects.select_related("plan", "subscription")
    return rows.filter(subscription=subscription, state=ChargeState.OPEN).first()


def create(
    subscription: Subscription,
    kind: ChargeKind,
    plan: Plan,
    *,
    period: tuple[datetime, datetime],
    now: datetime,
    proration: Proration | None = None,
) -> SubscriptionCharge:
    """Creates the next charge: for the whole price and all sessions of the plan, unless it is prorated."""
    if proration is None:
        nothing = Money(Decimal(0), plan.currency)
        proration = Proration(
            is_at_once=True, starts_new_period=False, price=plan.money, credit=nothing,
            sessions=plan.sessions_per_period or 0,
        )  # fmt: skip
    last = SubscriptionCharge.objects.filter(subscription=subscription).order_by("-number").first()
    return SubscriptionCharge.objects.create(
        subscription=subscription, number=last.number + 1 if last else 1, kind=kind, plan=plan, period_start=period[0],
        period_end=period[1], starts_new_period=proration.starts_new_period, price=proration.price.amount,
        credit=proration.credit.amount, amount=proration.due.amount, currency=plan.currency, due_at=now,
        sessions=proration.sessions,
    )  # fmt: skip


def claim_of(charge: SubscriptionCharge) -> PaymentClaim:
    """Returns what is owed for a charge, and to whom."""
    subscription = charge.subscription
    return PaymentClaim(
        KIND, charge.pk, charge.reference, charge.money, subscription.seller_id, subscription.subscriber_id
    )


def queue(charge: SubscriptionCharge, cause: str = "", delay: timedelta | None = None) -> None:
    """Queues an attempt to charge the saved card: once for each failed attempt before it, and for each cause."""
    event = f"charge:{charge.pk}:{charge.attempts}{f':{cause}' if cause else ''}"
    delivery.put(event, charge.subscription_id, delay=delay, charge=str(charge.pk), attempts=charge.attempts)


def queue_failed(person: User, cause: str) -> None:
    """Queues what could not be charged to the person before, such as after they have saved another card."""
    rows = SubscriptionCharge.objects.filter(subscription__subscriber=person, state=ChargeState.OPEN, attempts__gt=0)
    for charge in rows:
        queue(charge, cause)


def set_paid(charge: SubscriptionCharge, now: datetime) -> bool:
    """Marks a charge as paid and brings its sessions, once; returns False if it was not open any more."""
    rows = SubscriptionCharge.objects.filter(pk=charge.pk, state=ChargeState.OPEN)
    if not rows.update(
        state=ChargeState.PAID, paid_at=now, next_attempt_at=None, problem="", changed_at=clock.now()
    ):  # fmt: skip
        return False
    charge.refresh_from_db()
    grant_sessions(charge.subscription, charge)
    return True


def void(charge: SubscriptionCharge) -> None:
    """Gives up what is open. A payment that still arrives is refunded."""
    rows = SubscriptionCharge.objects.filter(pk=charge.pk, state=ChargeState.OPEN)
    if rows.update(state=ChargeState.VOID, next_attempt_at=None, changed_at=clock.now()):
        payments.set_amount(kind=KIND, subject_id=charge.pk, amount=Decimal(0))
        delivery.put(f"void:{charge.pk}", charge.subscription_id, close=str(charge.pk))


def payment_of(charge: SubscriptionCharge) -> Payment | None:
    return Payment.objects.filter(subject_kind=KIND, subject_id=charge.pk).first()
