"""Schemas of plans and subscriptions in the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from core.api import Amount, In, Line, Out, SuccessBody, upper
from core.openapi import InstantText, enum_of
from payments.models import Plan, SavedCard, Subscription
from payments.plans.changing import ChangePreview
from payments.plans.states import SubscriptionStatus

Interval = Annotated[str, enum_of(Plan.Interval.values)]
StatusText = Annotated[str, enum_of(SubscriptionStatus.values)]
OwnerText = Annotated[str, enum_of(["platform", "builder"])]


Currency = Annotated[str, BeforeValidator(upper), Field(min_length=3, max_length=3)]


def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


class PlanOut(Out):
    id: UUID
    owner: OwnerText
    builder_id: UUID | None
    name: str
    description: str
    price: str
    currency: str
    interval: Interval
    trial_days: int
    features: dict[str, Any]
    sessions_per_period: int | None
    active: bool

    @classmethod
    def of(cls, plan: Plan) -> PlanOut:
        return cls(
            id=plan.pk,
            owner="builder" if plan.owner_id else "platform",
            builder_id=plan.owner_id,
            name=plan.name,
            description=plan.description,
            price=plan.money.on_the_wire(),
            currency=plan.currency,
            interval=plan.interval,
            trial_days=plan.trial_days,
            features=plan.features,
            sessions_per_period=plan.sessions_per_period,
            active=plan.is_offered,
        )


class PlanAnswer(SuccessBody):
    plan: PlanOut


class PlansAnswer(SuccessBody):
    plans: list[PlanOut]
    next_cursor: str | None


class PlanIn(In):
    """`owner` says whose plan it is, for people who could make both; builders make their own without it."""

    owner: OwnerText | None = None
    name: Annotated[Line, Field(min_length=1, max_length=60)]
    description: Annotated[Line, Field(max_length=200)] = ""
    price: Amount
    currency: Currency
    interval: Interval = Plan.Interval.MONTH.value
    trial_days: Annotated[int, Field(ge=0, le=365)] = 0
    features: dict[str, Any] = Field(default_factory=dict)
    sessions_per_period: int | None = None


class PlanPatch(In):
    name: Annotated[Line, Field(min_length=1, max_length=60)] | None = None
    description: Annotated[Line, Field(max_length=200)] | None = None
    price: Amount | None = None
    currency: Currency | None = None
    interval: Interval | None = None
    trial_days: Annotated[int, Field(ge=0, le=365)] | None = None
    features: dict[str, Any] | None = None
    sessions_per_period: int | None = None


class SubscriptionOut(Out):
    """`pay_url` is the page of the provider on which to pay or to save a card, where one is needed."""

    id: UUID
    reference: str
    plan_id: UUID
    next_plan_id: UUID | None
    status: StatusText
    current_period_start: InstantText | None
    current_period_end: InstantText | None
    cancel_at_period_end: bool
    grace_until: InstantText | None
    pay_url: str | None

    @classmethod
    def of(cls, subscription: Subscription, pay_url: str) -> SubscriptionOut:
        return cls(
            id=subscription.pk,
            reference=subscription.reference,
            plan_id=subscription.plan_id,
            next_plan_id=subscription.next_plan_id,
            status=subscription.status,
            current_period_start=instant(subscription.current_period_start),
            current_period_end=instant(subscription.current_period_end),
            cancel_at_period_end=subscription.is_ending,
            grace_until=instant(subscription.grace_until),
            pay_url=pay_url or None,
        )


class ProrationOut(Out):
    """What changing to a plan costs now: `price` less `credit` is `due`. Without `at_once` it takes effect at `renews_at`
    and nothing is due."""

    plan_id: UUID
    at_once: bool
    price: str
    credit: str
    due: str
    currency: str
    more_sessions: int
    renews_at: InstantText

    @classmethod
    def of(cls, shown: ChangePreview) -> ProrationOut:
        proration = shown.proration
        renews_at = instant(shown.next_renewal)
        assert renews_at is not None
        return cls(
            plan_id=shown.plan.pk,
            at_once=proration.is_at_once or shown.is_free,
            price=proration.price.on_the_wire(),
            credit=proration.credit.on_the_wire(),
            due=shown.due.on_the_wire(),
            currency=proration.price.currency,
            more_sessions=proration.sessions,
            renews_at=renews_at,
        )


class SubscriptionAnswer(SuccessBody):
    subscription: SubscriptionOut


class ChangeAnswer(SubscriptionAnswer):
    proration: ProrationOut | None


class SubscriptionsAnswer(SuccessBody):
    subscriptions: list[SubscriptionOut]
    next_cursor: str | None


class SubscriptionIn(In):
    plan_id: UUID


class SubscriptionPatch(In):
    """With `preview` nothing changes, and the answer says what changing to the plan would cost. `due` is that sum as it
    was shown: another one is refused."""

    plan_id: UUID | None = None
    cancel_at_period_end: bool | None = None
    paused: bool | None = None
    preview: bool = False
    due: Amount | None = None


class PaymentMethodOut(Out):
    id: UUID
    brand: str
    last4: str
    expires_month: int
    expires_year: int
    is_default: bool

    @classmethod
    def of(cls, card: SavedCard) -> PaymentMethodOut:
        return cls(
            id=card.pk,
            brand=card.brand,
            last4=card.last4,
            expires_month=card.expires_month,
            expires_year=card.expires_year,
            is_default=card.is_default,
        )


class PaymentMethodsAnswer(SuccessBody):
    payment_methods: list[PaymentMethodOut]


class PaymentMethodAnswer(SuccessBody):
    payment_method: PaymentMethodOut


class PaymentMethodPatch(In):
    is_default: bool


class CardPageOut(Out):
    url: str
    expires_at: InstantText


class CardPageAnswer(SuccessBody):
    page: CardPageOut
