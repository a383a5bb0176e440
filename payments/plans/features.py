"""What plans of the platform can give builders, and the one function that says what a builder is allowed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from core import clock
from payments.plans.models import Subscription
from payments.plans.states import SubscriptionStatus

FEE_PERCENT, SESSION_TYPES = "fee_percent", "session_types"
WITH_PLAN = (SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE)
MOST_SESSION_TYPES = 1000


@dataclass(frozen=True)
class Feature:
    """Something that a plan can give. `text` is how pages show it, with the value in it."""

    name: str
    label: str
    help_text: str
    text: str


FEATURES = (
    Feature(FEE_PERCENT, "Fee in percent", "Of what clients pay through Waymark.", "A fee of {} % of what clients pay"),
    Feature(SESSION_TYPES, "Published session types", "The most at a time.", "Up to {} published session types"),
)


@dataclass(frozen=True)
class Allowances:
    """What a builder is allowed. `session_types` is None where there is no limit."""

    fee_percent: Decimal
    session_types: int | None
    plan: str = ""  # its name; empty without one


class BadFeature(ValueError):
    """A plan has a feature that there is not, or a value that it cannot have; the message is shown to people."""


def cleaned(features: Mapping[str, Any]) -> dict[str, str | int]:
    """Returns the features as they are stored: percentages as text, so that they stay exact. Raises BadFeature."""
    values: dict[str, str | int] = {}
    for name, value in features.items():
        if name == FEE_PERCENT:
            values[name] = _percent(value)
        elif name == SESSION_TYPES:
            values[name] = _count(value)
        else:
            names = ", ".join(feature.name for feature in FEATURES)
            raise BadFeature(f"There is no feature {str(name)[:40]}. There are {names}.")
    return values


def _percent(value: Any) -> str:
    try:
        percent = Decimal(str(value))
    except InvalidOperation:
        percent = Decimal("NaN")
    exponent = percent.as_tuple().exponent
    if not percent.is_finite() or not 0 <= percent < 100 or not isinstance(exponent, int) or not -2 <= exponent <= 0:
        raise BadFeature("The fee is a percentage from 0 to 99.99, with at most two decimals.")
    return f"{percent:f}"


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_SESSION_TYPES:
        raise BadFeature(f"The number of session types is a whole number from 1 to {MOST_SESSION_TYPES}.")
    return value


def in_words(features: Mapping[str, Any]) -> list[str]:
    """Returns the features of a plan as pages list them."""
    return [feature.text.format(features[feature.name]) for feature in FEATURES if feature.name in features]


def without_plan() -> Allowances:
    """Returns what builders without a plan are allowed."""
    return Allowances(Decimal(settings.PLATFORM_FEE_PERCENT), settings.FREE_SESSION_TYPES or None)


def allowances_of(builder_ids: Collection[UUID]) -> dict[UUID, Allowances]:
    """Returns what each of these builders is allowed now. One query.

    A plan counts on trial, while it is paid, in the days of grace after a failed payment, and while it is paused until
    the paid period ends. Everything that depends on a plan asks here and nowhere else.
    """
    counts = Q(status__in=WITH_PLAN) | Q(status=SubscriptionStatus.PAUSED, current_period_end__gt=clock.now())
    rows = Subscription.objects.filter(counts, seller=None, subscriber__in=builder_ids).select_related("plan")
    default = without_plan()
    with_plan = {row.subscriber_id: _of_plan(row.plan.name, row.plan.features, default) for row in rows}
    return {pk: with_plan.get(pk, default) for pk in builder_ids}


def allowances(builder_id: UUID) -> Allowances:
    """Returns what one builder is allowed now."""
    return allowances_of([builder_id])[builder_id]


def _of_plan(name: str, features: Mapping[str, Any], default: Allowances) -> Allowances:
    fee = features.get(FEE_PERCENT)
    return Allowances(
        Decimal(fee) if fee is not None else default.fee_percent,
        features.get(SESSION_TYPES, default.session_types),
        name,
    )
