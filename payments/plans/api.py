"""`/api/billing/…`: plans, subscriptions and saved cards."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Body, Query, Router, Status
from pydantic import ConfigDict, Field

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.api import In
from core.cursors import page_of
from core.errors import Refusal, Refused
from core.requests import find_or_404
from payments.api import person_with_payments
from payments.models import Plan, SavedCard, Subscription
from payments.plans import cards, changing, charges, following_up, queries, services, starting
from payments.plans.schemas import (
    CardPageAnswer,
    CardPageOut,
    ChangeAnswer,
    PaymentMethodAnswer,
    PaymentMethodOut,
    PaymentMethodPatch,
    PaymentMethodsAnswer,
    PlanAnswer,
    PlanIn,
    PlanOut,
    PlanPatch,
    PlansAnswer,
    ProrationOut,
    SubscriptionAnswer,
    SubscriptionIn,
    SubscriptionOut,
    SubscriptionPatch,
    SubscriptionsAnswer,
    instant,
)

router = Router(tags=["Billing"])
ORDER = ("-created_at", "-id")


def person_with_plan(request: HttpRequest) -> User:
    """Authenticates a request about one plan: one that the person may not see is a 404, before the body is checked."""
    person = person_with_payments(request)
    _plan(person, _identity(request))
    return person


def person_with_subscription(request: HttpRequest) -> User:
    person = person_with_payments(request)
    _subscription(person, _identity(request))
    return person


def person_with_card(request: HttpRequest) -> User:
    person = person_with_payments(request)
    _card(person, _identity(request))
    return person


def maker_of_plans(request: HttpRequest) -> User:
    """Authenticates a builder or an admin."""
    person = person_with_payments(request)
    if not {Role.BUILDER, Role.ADMIN} & set(person.roles):
        raise Refused(Refusal.FORBIDDEN)
    return person


def _identity(request: HttpRequest) -> str:
    match = request.resolver_match
    assert match is not None
    return str(match.kwargs["id"])


def _plan(person: User, identity: str) -> Plan:
    return find_or_404(queries.plans_visible_to(person), identity)


def _subscription(person: User, identity: str) -> Subscription:
    return find_or_404(queries.subscriptions_of(person), identity)


def _card(person: User, identity: str) -> SavedCard:
    return find_or_404(SavedCard.objects.usable().filter(person=person), identity)


class PlansQuery(In):
    model_config = ConfigDict(extra="ignore")
    builder_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


class PageQuery(In):
    model_config = ConfigDict(extra="ignore")
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


@router.get("/billing/plans", response=PlansAnswer, auth=person_with_payments, by_alias=True, summary="Plans")
def billing_plans(request: SignedInRequest, query: Query[PlansQuery]) -> PlansAnswer:
    """On offer or mine; of one builder with `builderId`. Those of the platform are for builders."""
    rows = queries.plans_visible_to(request.user)
    if query.builder_id is not None:
        rows = rows.filter(owner=query.builder_id)
    filters = {"builder_id": str(query.builder_id or "")}
    page = page_of(rows, order=ORDER, limit=query.limit, cursor=query.cursor, filters=filters)
    return PlansAnswer(plans=[PlanOut.of(plan) for plan in page.rows], next_cursor=page.next_cursor)


@router.post(
    "/billing/plans", response={201: PlanAnswer}, auth=maker_of_plans, by_alias=True, summary="Offer a plan"
)  # fmt: skip
def create_billing_plan(request: SignedInRequest, payload: Body[PlanIn]) -> Status[PlanAnswer]:
    """A builder's own monthly plan, or one of the platform by an admin."""
    owner = payload.owner or ("builder" if Role.BUILDER in request.user.roles else "platform")
    fields = services.PlanFields(**payload.model_dump(exclude={"owner"}))
    plan = services.create_plan(
        owner=request.user if owner == "builder" else None, fields=fields, by=request.user
    )  # fmt: skip
    return Status(201, PlanAnswer(plan=PlanOut.of(plan)))


@router.get("/billing/plans/{id}", response=PlanAnswer, auth=person_with_plan, by_alias=True, summary="One plan")
def billing_plan(request: SignedInRequest, id: str) -> PlanAnswer:
    return PlanAnswer(plan=PlanOut.of(_plan(request.user, id)))


@router.patch(
    "/billing/plans/{id}", response=PlanAnswer, auth=person_with_plan, by_alias=True, summary="Change a plan"
)  # fmt: skip
def change_billing_plan(request: SignedInRequest, id: str, payload: Body[PlanPatch]) -> PlanAnswer:
    """Price, currency, interval and sessions are fixed once somebody has subscribed."""
    changes = payload.model_dump(exclude_none=True)
    plan = services.change_plan(plan=_plan(request.user, id), changes=changes, by=request.user)
    return PlanAnswer(plan=PlanOut.of(plan))


@router.delete(
    "/billing/plans/{id}", response=PlanAnswer, auth=person_with_plan, by_alias=True, summary="Archive a plan"
)  # fmt: skip
def archive_billing_plan(request: SignedInRequest, id: str) -> PlanAnswer:
    """Nobody can subscribe to it any more. Those who have keep it."""
    return PlanAnswer(plan=PlanOut.of(services.archive_plan(plan=_plan(request.user, id), by=request.user)))


@router.get(
    "/billing/subscriptions", response=SubscriptionsAnswer, auth=person_with_payments, by_alias=True,
    summary="My subscriptions",
)  # fmt: skip
def subscriptions(request: SignedInRequest, query: Query[PageQuery]) -> SubscriptionsAnswer:
    """The latest first. `payUrl` is only in the answer about one of them."""
    page = page_of(queries.subscriptions_of(request.user), order=ORDER, limit=query.limit, cursor=query.cursor)
    rows = [SubscriptionOut.of(row, "") for row in page.rows]
    return SubscriptionsAnswer(subscriptions=rows, next_cursor=page.next_cursor)


@router.post(
    "/billing/subscriptions", response={201: SubscriptionAnswer}, auth=person_with_payments, by_alias=True,
    summary="Subscribe",
)  # fmt: skip
def create_subscription(request: SignedInRequest, payload: Body[SubscriptionIn]) -> Status[SubscriptionAnswer]:
    """It begins once it is paid on `payUrl` or, with a trial, once a card is saved there. Asking again before that answers
    the same one."""
    plan = queries.plans_visible_to(request.user).filter(pk=payload.plan_id).first()
    if plan is None:
        raise Refused(Refusal.INVALID, fields={"plan_id": ["There is no such plan."]})
    row = starting.subscribe(plan=plan, person=request.user, now=clock.now())
    address = following_up.lead_on(row)
    row.refresh_from_db()
    return Status(201, SubscriptionAnswer(subscription=SubscriptionOut.of(row, address)))


@router.get(
    "/billing/subscriptions/{id}", response=SubscriptionAnswer, auth=person_with_subscription, by_alias=True,
    summary="One subscription",
)  # fmt: skip
def billing_subscription(request: SignedInRequest, id: str) -> SubscriptionAnswer:
    return SubscriptionAnswer(subscription=_shown(_subscription(request.user, id)))


def _shown(row: Subscription) -> SubscriptionOut:
    return SubscriptionOut.of(row, following_up.pay_url(row, charges.open_charge(row)))


@router.patch(
    "/billing/subscriptions/{id}", response=ChangeAnswer, auth=person_with_subscription, by_alias=True,
    summary="Change a subscription",
)  # fmt: skip
def change_subscription(request: SignedInRequest, id: str, payload: Body[SubscriptionPatch]) -> ChangeAnswer:
    """Its plan, whether it ends with the period, whether it is paused. With `preview` only the proration is answered."""
    row, now, proration = _subscription(request.user, id), clock.now(), None
    plan = None
    if payload.plan_id is not None:
        plan = Plan.objects.filter(pk=payload.plan_id, owner=row.seller_id).first()
        if plan is None:
            raise Refused(Refusal.INVALID, fields={"plan_id": ["There is no such plan."]})
        is_change = plan.pk != row.plan_id
        proration = ProrationOut.of(changing.preview(row, plan, now)) if is_change else None
    if not payload.preview:
        if plan is not None and plan.pk == row.plan_id:
            changing.stay(subscription=row)
        elif plan is not None:
            changing.change(subscription=row, plan=plan, expected=payload.due, now=now)
        _set(row, payload)
    return ChangeAnswer(subscription=_shown(_subscription(request.user, id)), proration=proration)


def _set(row: Subscription, payload: SubscriptionPatch) -> None:
    now = clock.now()
    if payload.cancel_at_period_end is not None:
        if payload.cancel_at_period_end:
            changing.cancel(subscription=row, now=now)
        else:
            changing.keep(subscription=row)
    if payload.paused is not None:
        (changing.pause if payload.paused else changing.resume)(subscription=row, now=now)


@router.delete(
    "/billing/subscriptions/{id}", response=SubscriptionAnswer, auth=person_with_subscription, by_alias=True,
    summary="Cancel a subscription",
)  # fmt: skip
def cancel_subscription(request: SignedInRequest, id: str) -> SubscriptionAnswer:
    """At the end of what was paid for; at once where nothing was."""
    row = changing.cancel(subscription=_subscription(request.user, id), now=clock.now())
    return SubscriptionAnswer(subscription=_shown(row))


@router.get(
    "/billing/payment-methods", response=PaymentMethodsAnswer, auth=person_with_payments, by_alias=True,
    summary="My cards",
)  # fmt: skip
def payment_methods(request: SignedInRequest) -> PaymentMethodsAnswer:
    """The one that is charged comes first."""
    return PaymentMethodsAnswer(payment_methods=[PaymentMethodOut.of(card) for card in queries.cards_of(request.user)])


@router.post(
    "/billing/payment-methods", response={201: CardPageAnswer}, auth=person_with_payments, by_alias=True,
    summary="Add a card",
)  # fmt: skip
def add_payment_method(request: SignedInRequest) -> Status[CardPageAnswer]:
    """Answers the page of the provider on which the card is entered."""
    address = f"{settings.SITE_URL}{reverse('payments:billing')}"
    page = cards.start_page(person=request.user, return_url=f"{address}?card=returned", cancel_url=address)
    expires_at = instant(page.expires_at)
    assert expires_at is not None
    return Status(201, CardPageAnswer(page=CardPageOut(url=page.address, expires_at=expires_at)))


@router.patch(
    "/billing/payment-methods/{id}", response=PaymentMethodAnswer, auth=person_with_card, by_alias=True,
    summary="Have a card charged",
)  # fmt: skip
def change_payment_method(request: SignedInRequest, id: str, payload: Body[PaymentMethodPatch]) -> PaymentMethodAnswer:
    card = _card(request.user, id)
    if payload.is_default:
        cards.make_default(card=card, person=request.user)
    elif card.is_default:
        raise Refused(Refusal.INVALID, fields={"is_default": ["Make another card the default instead."]})
    return PaymentMethodAnswer(payment_method=PaymentMethodOut.of(_card(request.user, id)))


@router.delete(
    "/billing/payment-methods/{id}", response=PaymentMethodsAnswer, auth=person_with_card, by_alias=True,
    summary="Remove a card",
)  # fmt: skip
def remove_payment_method(request: SignedInRequest, id: str) -> PaymentMethodsAnswer:
    """Refused for the only card that pays for a subscription. Answers the cards that are left."""
    cards.remove(card=_card(request.user, id), person=request.user)
    return payment_methods(request)
