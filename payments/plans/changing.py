"""What subscribers do with a subscription: change its plan, pause it, resume it, cancel it, and take that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from core.errors import Refused
from core.money import Money
from core.service_calls import ServiceDown
from payments.models import Plan, Subscription, SubscriptionCharge
from payments.plans import charges, notifications, periods
from payments.plans.ending import cancel_at_end, end, is_paid
from payments.plans.proration import Proration, prorate
from payments.plans.states import ChargeKind, EndReason, SubscriptionStatus
from payments.refusals import PaymentRefusal

Status = SubscriptionStatus
WORKER_WAITS = timedelta(minutes=2)  # so that it only charges what the page could not, and both do not ask at once


@dataclass(frozen=True)
class ChangePreview:
    """What changing to a plan would do now. With `is_free` it takes effect at once and costs nothing, as on trial."""

    plan: Plan
    proration: Proration
    is_free: bool
    next_renewal: datetime

    @property
    def due(self) -> Money:
        due = self.proration.due
        return Money(Decimal(0), due.currency) if self.is_free else due


def preview(subscription: Subscription, plan: Plan, now: datetime) -> ChangePreview:
    """Returns what changing to the plan costs today, and when it takes effect. Refuses what cannot be changed."""
    _check_change(subscription, plan, now)
    start, stop = subscription.current_period_start, subscription.current_period_end
    assert start is not None
    assert stop is not None
    zone = subscription.timezone
    days = (periods.day_of(instant, zone) for instant in (start, stop, now))
    proration = prorate(subscription.plan, plan, *days)
    renewal = periods.edge(now, zone, plan.interval, 1) if proration.starts_new_period else stop
    is_trial = subscription.status == Status.TRIALING
    return ChangePreview(plan, proration, is_trial, stop if is_trial else renewal)


def _check_change(subscription: Subscription, plan: Plan, now: datetime) -> None:
    if subscription.status not in (Status.ACTIVE, Status.TRIALING) or subscription.cancel_requested_at is not None:
        raise Refused(PaymentRefusal.SUBSCRIPTION_STATE)
    if plan.pk == subscription.plan_id or plan.owner_id != subscription.seller_id or not plan.is_offered:
        raise Refused(PaymentRefusal.PLAN_NOT_OFFERED)
    if charges.open_charge(subscription) is not None:
        raise Refused(PaymentRefusal.SUBSCRIPTION_STATE, "A payment for this subscription is still on its way.")
    if subscription.current_period_end is not None and subscription.current_period_end <= now:
        raise Refused(PaymentRefusal.SUBSCRIPTION_STATE, "Your subscription is being renewed. Try again in an hour.")


def change(*, subscription: Subscription, plan: Plan, expected: Decimal | None, now: datetime) -> Subscription:
    """Changes the plan: at once where something is due, as soon as that is paid, or else from the next period on.

    `expected` is what the subscriber was shown; another sum is refused. Refuses if the card is declined.
    """
    from payments.plans.collecting import collect  # which takes in what is paid here

    charge = _begin_change(subscription, plan, expected, now)
    if charge is not None:
        try:
            problem = collect(charge.pk, charge.attempts)
        except ServiceDown:
            sentence = "Our payment provider does not answer at the moment. Your plan changes as soon as it does."
            raise Refused(PaymentRefusal.PROVIDER_DOWN, sentence, retry_after=60) from None
        if problem:
            raise Refused(PaymentRefusal.CHARGE_FAILED, f"{problem} Nothing was charged, and your plan is the same.")
    return Subscription.objects.get(pk=subscription.pk)


@transaction.atomic
def _begin_change(
    subscription: Subscription, plan: Plan, expected: Decimal | None, now: datetime
) -> SubscriptionCharge | None:
    """Writes the change, or the charge after which it takes effect."""
    current = charges.fresh(subscription)
    shown = preview(current, plan, now)
    if expected is not None and expected != shown.due.amount:
        raise Refused(PaymentRefusal.DUE_CHANGED)
    if shown.is_free:
        current.plan, current.next_plan = plan, None
        current.save()
        notifications.changed(current)
        return None
    if not shown.proration.is_at_once:
        current.next_plan = plan
        current.save()
        notifications.will_change(current)
        return None
    return _charge_change(current, shown, now)


def _charge_change(current: Subscription, shown: ChangePreview, now: datetime) -> SubscriptionCharge | None:
    start, proration = current.current_period_start, shown.proration
    assert start is not None
    period = (now if proration.starts_new_period else start, shown.next_renewal)
    charge = charges.create(
        current, ChargeKind.CHANGE, shown.plan, period=period, now=now, proration=proration
    )  # fmt: skip
    if charge.amount:
        charges.queue(charge, delay=WORKER_WAITS)
        return charge
    charges.set_paid(charge, now)
    take_effect(current, charge)
    return None


def take_effect(current: Subscription, charge: SubscriptionCharge) -> None:
    """Changes the plan of a locked subscription to the one that was paid."""
    current.plan, current.next_plan = charge.plan, None
    if charge.starts_new_period:
        current.anchor_at = current.current_period_start = charge.period_start
        current.current_period_end, current.period_number = charge.period_end, 0
    current.save()
    notifications.changed(current)


@transaction.atomic
def stay(*, subscription: Subscription) -> Subscription:
    """Takes back a change that was to take effect with the next period."""
    current = charges.fresh(subscription)
    if current.next_plan is not None:
        current.next_plan = None
        current.save()
    return current


@transaction.atomic
def cancel(*, subscription: Subscription, now: datetime) -> Subscription:
    """Cancels at the end of what was paid for; at once where nothing was, such as after a failed payment."""
    current = charges.fresh(subscription)
    if current.status == Status.CANCELED or current.cancel_requested_at is not None:
        return current
    is_over = current.current_period_end is None or current.current_period_end <= now
    if is_over or not is_paid(current):
        end(current, EndReason.REQUESTED, now)
        return current
    cancel_at_end(current, now)
    notifications.will_end(current)
    return current


@transaction.atomic
def keep(*, subscription: Subscription) -> Subscription:
    """Takes a cancellation back, for as long as the subscription has not ended and its seller still offers something."""
    current = charges.fresh(subscription)
    if current.status == Status.CANCELED:
        raise Refused(PaymentRefusal.SUBSCRIPTION_STATE, "This subscription has ended. You can subscribe again.")
    if current.cancel_requested_at is None:
        return current
    if current.seller is not None and "builder" not in current.seller.roles:
        raise Refused(PaymentRefusal.PLAN_NOT_OFFERED)
    current.cancel_requested_at = None
    current.save()
    notifications.kept(current)
    return current


@transaction.atomic
def pause(*, subscription: Subscription, now: datetime) -> Subscription:
    """Pauses renewals. What was paid for can be used until its period ends."""
    current = charges.fresh(subscription)
    if current.status == Status.PAUSED:
        return current
    if current.status not in (Status.ACTIVE, Status.TRIALING) or charges.open_charge(current) is not None:
        raise Refused(PaymentRefusal.SUBSCRIPTION_STATE)
    current.status, current.paused_at = Status.PAUSED, now
    current.save()
    notifications.paused(current)
    return current


@transaction.atomic
def resume(*, subscription: Subscription, now: datetime) -> Subscription:
    """Resumes renewals. If the paid period is over, the next one begins now and is charged."""
    current = charges.fresh(subscription)
    if current.status != Status.PAUSED:
        if current.status == Status.CANCELED:
            raise Refused(PaymentRefusal.SUBSCRIPTION_STATE)
        return current
    if current.cancel_requested_at is not None:
        raise Refused(PaymentRefusal.SUBSCRIPTION_STATE, "You have cancelled it. Take that back first.")
    stop = current.current_period_end
    assert stop is not None
    current.paused_at = None
    is_trial = stop > now and current.period_number < 0
    current.status = Status.TRIALING if is_trial else Status.ACTIVE
    if stop <= now:
        begin_period(current, now, anchor=now)
    else:
        current.save()
    notifications.resumed(current)
    return current


def begin_period(current: Subscription, now: datetime, *, anchor: datetime | None = None) -> None:
    """Begins the next period of a locked subscription, and queues its charge. With an anchor, the calendar starts anew."""
    plan, former = current.next_plan or current.plan, current.plan
    number = current.period_number + 1
    if anchor is None and plan.interval != former.interval and current.period_number >= 0:
        anchor = current.current_period_end
    if anchor is not None:
        current.anchor_at, number = anchor, 0
    assert current.anchor_at is not None
    zone = current.timezone
    number = periods.number_at(current.anchor_at, zone, plan.interval, number, now)
    current.plan, current.next_plan, current.period_number = plan, None, number
    current.current_period_start = periods.edge(current.anchor_at, zone, plan.interval, number)
    current.current_period_end = periods.edge(current.anchor_at, zone, plan.interval, number + 1)
    current.status = Status.ACTIVE
    current.save()
    period = (current.current_period_start, current.current_period_end)
    charge = charges.create(current, ChargeKind.RENEWAL, plan, period=period, now=now)
    charges.queue(charge)
