"""How subscriptions end: at the period's end, for want of payment, or with the account of either side."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from core import clock
from payments.models import Plan, Subscription
from payments.plans import charges, notifications
from payments.plans.states import ChargeKind, EndReason, SubscriptionStatus, is_allowed

Status = SubscriptionStatus


def end(subscription: Subscription, reason: EndReason, now: datetime) -> None:
    """Ends a locked subscription now. What is open is not charged any more."""
    if not is_allowed(subscription.status, Status.CANCELED):
        raise AssertionError(f"{subscription} cannot end")
    was_started = subscription.status != Status.INCOMPLETE
    charge = charges.open_charge(subscription)
    if charge is not None:
        charges.void(charge)
    subscription.status, subscription.ended_at, subscription.end_reason = Status.CANCELED, now, reason
    subscription.grace_until = subscription.paused_at = None
    subscription.save()
    if was_started:
        notifications.ended(subscription)


def is_paid(subscription: Subscription) -> bool:
    """Whether the present period is paid or free. One query."""
    charge = charges.open_charge(subscription)
    is_due = charge is not None and charge.kind != ChargeKind.CHANGE
    return not is_due and subscription.status not in (Status.INCOMPLETE, Status.PAST_DUE)


def cancel_at_end(subscription: Subscription, now: datetime) -> None:
    """Lets a locked subscription end with its period. A change of plan that is not paid yet is given up."""
    charge = charges.open_charge(subscription)
    if charge is not None:
        charges.void(charge)
    subscription.cancel_requested_at, subscription.next_plan = now, None
    subscription.save()


@transaction.atomic
def end_all_of(person: User) -> None:
    """Ends all subscriptions of somebody who leaves."""
    for row in Subscription.objects.live().filter(subscriber=person).order_by("pk"):
        current = charges.fresh(row)
        if current.status != Status.CANCELED:
            end(current, EndReason.CLOSED, clock.now())


def reason_now(subscription: Subscription) -> EndReason:
    """Returns why a cancelled subscription ends: its subscriber asked for it, or its builder stopped offering plans."""
    is_closed = subscription.seller is not None and Role.BUILDER not in subscription.seller.roles
    return EndReason.CLOSED if is_closed else EndReason.REQUESTED


@transaction.atomic
def close_offer_of(person: User) -> None:
    """Archives the plans of somebody who is no longer a builder. Subscriptions to them end with their paid period, and
    theirs to a plan of the platform ends now."""
    now = clock.now()
    Plan.objects.offered().filter(owner=person).update(archived_at=now, changed_at=now)
    rows = Subscription.objects.live()
    for row in rows.filter(seller=person).order_by("pk"):
        current = charges.fresh(row)
        if current.status == Status.CANCELED:
            continue
        if not is_paid(current):
            end(current, EndReason.CLOSED, now)
        elif current.cancel_requested_at is None:
            cancel_at_end(current, now)
            notifications.offer_closed(current)
    for row in rows.filter(subscriber=person, seller=None).order_by("pk"):
        current = charges.fresh(row)
        if current.status != Status.CANCELED:
            end(current, EndReason.CLOSED, now)
