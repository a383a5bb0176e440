"""Creates, changes and archives plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from core import audit, clock
from core.errors import Refusal, Refused
from core.money import BadMoney, Money
from payments.models import Plan
from payments.plans.features import BadFeature, cleaned
from payments.refusals import PaymentRefusal
from payments.stripe.amounts import in_stripe_units

MOST_TRIAL_DAYS, MOST_SESSIONS, MOST_PLANS = 90, 60, 20
FIXED = ("price", "currency", "interval", "sessions_per_period")  # once somebody has subscribed


@dataclass(frozen=True)
class PlanFields:
    """What a plan is made of."""

    name: str
    price: Decimal
    currency: str
    description: str = ""
    interval: str = Plan.Interval.MONTH
    trial_days: int = 0
    sessions_per_period: int | None = None
    features: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_plan(*, owner: User | None, fields: PlanFields, by: User) -> Plan:
    """Creates a builder's plan, or one of the platform without an owner, which only admins may."""
    check_rights(owner, by)
    if owner is not None:
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if Plan.objects.offered().filter(owner=owner).count() >= MOST_PLANS:
            raise Refused(Refusal.INVALID, f"You can offer up to {MOST_PLANS} plans. Archive one first.")
    plan = Plan(owner=owner, **_values(owner, fields))
    plan.save()
    audit.record(actor=by, action="plan created", subject=plan, before=None, after=_shown(plan))
    return plan


@transaction.atomic
def change_plan(*, plan: Plan, changes: Mapping[str, Any], by: User) -> Plan:
    """Changes a plan. What people pay and get for it is fixed once somebody has subscribed."""
    current = Plan.objects.select_for_update(of=("self",)).select_related("owner").get(pk=plan.pk)
    check_rights(current.owner, by)
    fields = replace(fields_of(current), **changes)
    values = check(current, fields)
    before = _shown(current)
    for name, value in values.items():
        setattr(current, name, value)
    current.save()
    if _shown(current) != before:
        audit.record(actor=by, action="plan changed", subject=current, before=before, after=_shown(current))
    return current


@transaction.atomic
def archive_plan(*, plan: Plan, by: User) -> Plan:
    """Stops offering a plan. Those who have subscribed keep it."""
    current = Plan.objects.select_for_update(of=("self",)).select_related("owner").get(pk=plan.pk)
    check_rights(current.owner, by)
    if current.archived_at is None:
        current.archived_at = clock.now()
        current.save()
        audit.record(actor=by, action="plan archived", subject=current, before=None, after=None)
    return current


def check(plan: Plan, fields: PlanFields) -> dict[str, Any]:
    """Returns the columns of a plan with these fields. Refuses what it cannot have, by field, and what is fixed."""
    values = _values(plan.owner, fields)
    is_changed = any(getattr(plan, name) != values[name] for name in FIXED)
    if not plan._state.adding and is_changed and plan.subscriptions.exists():
        raise Refused(PaymentRefusal.PLAN_IN_USE)
    return values


def check_rights(owner: User | None, by: User) -> None:
    """Refuses people who are neither the builder of a plan nor, of one of the platform, an admin."""
    is_allowed = Role.ADMIN in by.roles if owner is None else owner.pk == by.pk and Role.BUILDER in by.roles
    if not is_allowed:
        raise Refused(Refusal.FORBIDDEN)


def fields_of(plan: Plan) -> PlanFields:
    return PlanFields(
        name=plan.name, description=plan.description, price=plan.price, currency=plan.currency,
        interval=plan.interval, trial_days=plan.trial_days, sessions_per_period=plan.sessions_per_period,
        features=plan.features,
    )  # fmt: skip


def _values(owner: User | None, fields: PlanFields) -> dict[str, Any]:
    """Returns the columns of a plan. Refuses what it cannot have, by field."""
    problems: dict[str, list[str]] = {}
    features: dict[str, str | int] = {}
    if not fields.name.strip():
        problems["name"] = ["Enter a name."]
    try:
        money = Money(fields.price, fields.currency)
        in_stripe_units(money)
        if money.amount <= 0:
            problems["price"] = ["Enter a price above zero."]
    except BadMoney as bad:
        problems["price"] = [str(bad)]
    if not 0 <= fields.trial_days <= MOST_TRIAL_DAYS:
        problems["trial_days"] = [f"A trial has up to {MOST_TRIAL_DAYS} days."]
    if fields.interval not in Plan.Interval.values:
        problems["interval"] = ["The interval is month or year."]
    try:
        features = cleaned(fields.features)
    except BadFeature as bad:
        problems["features"] = [str(bad)]
    problems |= _problems_of_kind(owner, fields)
    if problems:
        raise Refused(Refusal.INVALID, fields=problems)
    return {
        "name": fields.name, "description": fields.description, "price": fields.price, "currency": fields.currency,
        "interval": fields.interval, "trial_days": fields.trial_days, "features": features,
        "sessions_per_period": fields.sessions_per_period,
    }  # fmt: skip


def _problems_of_kind(owner: User | None, fields: PlanFields) -> dict[str, list[str]]:
    sessions = fields.sessions_per_period
    if owner is None:
        return {"sessions_per_period": ["A plan of the platform brings no sessions."]} if sessions is not None else {}
    problems: dict[str, list[str]] = {}
    if sessions is None or not 1 <= sessions <= MOST_SESSIONS:
        problems["sessions_per_period"] = [f"Enter a number of sessions from 1 to {MOST_SESSIONS}."]
    if fields.interval != Plan.Interval.MONTH:
        problems["interval"] = ["Plans of builders are paid each month."]
    if fields.features:
        problems["features"] = ["Only plans of the platform have features."]
    return problems


def _shown(plan: Plan) -> dict[str, Any]:
    values = {name: getattr(plan, name) for name in ("name", "description", *FIXED, "trial_days", "features")}
    return values | {"price": str(plan.money)}
