"""How subscriptions begin: chosen, then paid on the provider's page, or on trial once a card is saved there."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from core import clock
from core.errors import Refused
from core.money import Money
from payments import checkouts
from payments.models import Checkout, Plan, Subscription, SubscriptionCharge
from payments.plans import charges, delivery, notifications, periods
from payments.plans.customers import customer_of
from payments.plans.ending import end
from payments.plans.proration import Proration
from payments.plans.states import ChargeKind, EndReason, SubscriptionStatus
from payments.refusals import PaymentRefusal
from payments.stripe.configuration import is_configured

Status = SubscriptionStatus
REMINDED_BEFORE = timedelta(days=3)
OPEN_FOR = timedelta(hours=23)  # of a page to pay on; the provider's most is 24


def why_not(plan: Plan, person: User) -> str:
    """Returns why the person cannot subscribe to the plan; an empty text if they can."""
    if not plan.is_offered:
        return "This plan is no longer offered."
    if plan.owner is None:
        return "" if Role.BUILDER in person.roles else "This plan is for builders."
    if plan.owner_id == person.pk:
        return "This is your own plan."
    return "" if Role.BUILDER in plan.owner.roles else "This plan is no longer offered."


@transaction.atomic
def subscribe(*, plan: Plan, person: User, now: datetime) -> Subscription:
    """Returns the person's subscription to the plan, which begins once it is paid or, with a trial, once a card is saved.

    Choosing again before that returns the same one, or one to the plan that was chosen last.
    """
    if not is_configured():
        raise Refused(PaymentRefusal.PROVIDER_DOWN, "This site takes no payments online.")
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).select_related("owner").get(pk=plan.pk)
    if sentence := why_not(plan, locked):
        raise Refused(PaymentRefusal.PLAN_NOT_OFFERED, sentence)
    former = Subscription.objects.live().filter(subscriber=person, seller=plan.owner_id).first()
    if former is not None and (former.status != Status.INCOMPLETE or former.plan_id == plan.pk):
        if former.status == Status.INCOMPLETE:
            return charges.fresh(former)
        raise Refused(PaymentRefusal.SUBSCRIBED, subscription_id=former.pk)
    if former is not None:
        end(charges.fresh(former), EndReason.EXPIRED, now)
    subscription = Subscription.objects.create(
        subscriber=person, seller_id=plan.owner_id, plan=plan, timezone=locked.timezone
    )
    if not has_trial(subscription):
        _charge_start(subscription, now)
    return subscription


def _charge_start(subscription: Subscription, now: datetime) -> SubscriptionCharge:
    plan = subscription.plan
    period = (now, periods.edge(now, subscription.timezone, plan.interval, 1))
    return charges.create(subscription, ChargeKind.START, plan, period=period, now=now)


def has_trial(subscription: Subscription) -> bool:
    """Whether it begins with a trial, which people get once from each seller.

    One that is to be paid keeps that, even if its plan has got a trial meanwhile.
    """
    if not subscription.plan.trial_days or charges.open_charge(subscription) is not None:
        return False
    earlier = Subscription.objects.filter(subscriber=subscription.subscriber_id, seller=subscription.seller_id)
    return not earlier.exclude(pk=subscription.pk).exclude(started_at=None).exists()


@transaction.atomic
def start_trial(*, subscription: Subscription, now: datetime) -> None:
    """Starts the trial of a subscription for which a card was saved. One that has started stays as it is."""
    current = charges.fresh(subscription)
    if current.status != Status.INCOMPLETE or not has_trial(current):
        return
    ends_at = periods.days_after(now, current.timezone, current.plan.trial_days)
    current.status, current.started_at, current.period_number = Status.TRIALING, now, -1
    current.anchor_at = current.current_period_end = ends_at
    current.current_period_start = now
    current.save()
    nothing, sessions = Money(Decimal(0), current.plan.currency), current.plan.sessions_per_period or 0
    free = Proration(is_at_once=True, starts_new_period=False, price=nothing, credit=nothing, sessions=sessions)
    charge = charges.create(
        current, ChargeKind.START, current.plan, period=(now, ends_at), now=now, proration=free
    )  # fmt: skip
    charges.set_paid(charge, now)
    notifications.started(current)
    if ends_at - now > REMINDED_BEFORE:
        delivery.remind(current, ends_at - REMINDED_BEFORE - now)


@transaction.atomic
def start_paid(*, subscription: Subscription, charge: SubscriptionCharge, now: datetime) -> None:
    """Starts the first period of a subscription that was paid, at the time of the payment."""
    current = charges.fresh(subscription)
    current.status, current.started_at, current.period_number, current.anchor_at = Status.ACTIVE, now, 0, now
    current.current_period_start = now
    current.current_period_end = periods.edge(now, current.timezone, current.plan.interval, 1)
    current.save()
    SubscriptionCharge.objects.filter(pk=charge.pk).update(
        period_start=current.current_period_start, period_end=current.current_period_end
    )
    notifications.started(current)


def start_paying(*, subscription: Subscription) -> Checkout:
    """Returns the page of the provider on which what is open is paid, and the card saved. Refuses if nothing is."""
    customer_id = customer_of(subscription.subscriber)
    address = page_address(subscription)
    title = f"{subscription.plan.name}, {seller_name(subscription)}"
    page = checkouts.Page(title, "", f"{address}?returned=yes", address, customer_id)
    return checkouts.start(partial(_begin, subscription), page)


@transaction.atomic
def _begin(subscription: Subscription) -> Checkout:
    current = charges.fresh(subscription)
    charge = charges.open_charge(current)
    if charge is None and current.status == Status.INCOMPLETE and not has_trial(current):
        charge = _charge_start(current, clock.now())  # its plan had a trial when it was chosen
    if charge is None or current.status == Status.CANCELED:
        raise Refused(PaymentRefusal.NOTHING_DUE)
    return checkouts.begin(
        claim=charges.claim_of(charge), is_held=False, expires_at=clock.now() + OPEN_FOR
    )  # fmt: skip


def seller_name(subscription: Subscription) -> str:
    return subscription.seller.display_name if subscription.seller else "Waymark"


def page_address(subscription: Subscription) -> str:
    return f"{settings.SITE_URL}{reverse('payments:subscription', args=[subscription.pk])}"
