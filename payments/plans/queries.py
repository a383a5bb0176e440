"""Reads of plans and subscriptions, each with its number of queries."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from payments.models import Plan, PlanQuerySet, SavedCard, Subscription, SubscriptionCharge, SubscriptionQuerySet
from payments.plans.states import LIVE, SubscriptionStatus
from payments.subjects import ShownSubject

STARTED = [status for status in LIVE if status != SubscriptionStatus.INCOMPLETE]


def plans_visible_to(person: User) -> PlanQuerySet:
    """Returns plans that the person may read: those on offer, their own, those they subscribe to; all for admins."""
    if Role.ADMIN in person.roles:
        return Plan.objects.select_related("owner")
    own = Q(owner=person) | Q(pk__in=Subscription.objects.filter(subscriber=person).values("plan"))
    if Role.BUILDER in person.roles:
        return Plan.objects.filter(Q(archived_at=None) | own).select_related("owner")
    return Plan.objects.filter(Q(archived_at=None, owner__isnull=False) | own).select_related("owner")


def own_plans(builder: User) -> PlanQuerySet:
    """Returns the builder's plans with their number of subscribers, those on offer first. One query."""
    subscribers = Count("subscriptions", filter=Q(subscriptions__status__in=STARTED))
    rows = Plan.objects.filter(owner=builder).annotate(subscribers=subscribers)
    return rows.order_by("archived_at", "price", "id")


def offered_by(builder_id: UUID) -> list[Plan]:
    """Returns the plans that a builder offers, the cheapest first. One query."""
    return list(Plan.objects.offered().filter(owner=builder_id))


def platform_plans() -> list[Plan]:
    return list(Plan.objects.offered().of_platform())


def subscriptions_of(person: User) -> SubscriptionQuerySet:
    """Returns the person's subscriptions, those that go on first."""
    rows = Subscription.objects.visible_to(person).select_related("plan", "next_plan", "seller", "subscriber")
    return rows.exclude(status=SubscriptionStatus.CANCELED, started_at=None).order_by("ended_at", "-created_at", "-id")


def subscription_for(person: User, pk: UUID) -> Subscription | None:
    rows = Subscription.objects.visible_to(person).select_related("plan", "next_plan", "seller", "subscriber")
    return rows.filter(pk=pk).first()


def platform_subscription(person: User) -> Subscription | None:
    """Returns the builder's live subscription to a plan of the platform. One query."""
    return Subscription.objects.live().filter(subscriber=person, seller=None).select_related("plan").first()


def cards_of(person: User) -> list[SavedCard]:
    return list(SavedCard.objects.usable().filter(person=person))


def charges_of(subscription: Subscription) -> list[SubscriptionCharge]:
    rows = SubscriptionCharge.objects.filter(subscription=subscription).select_related("plan", "subscription")
    return list(rows[:50])


def other_plans(subscription: Subscription) -> list[Plan]:
    """Returns the plans that the subscription can change to. One query."""
    return list(Plan.objects.offered().filter(owner=subscription.seller_id).exclude(pk=subscription.plan_id))


def shown_subscriptions(ids: Collection[UUID]) -> dict[UUID, ShownSubject]:
    """Returns title, subscriber and address of what these charges are for. One query."""
    rows = SubscriptionCharge.objects.filter(pk__in=ids).select_related("plan", "subscription__subscriber")
    return {row.pk: _shown(row) for row in rows}


def _shown(charge: SubscriptionCharge) -> ShownSubject:
    return ShownSubject(
        f"{charge.plan.name}, {charge.get_kind_display().lower()}", charge.subscription.subscriber.display_name,
        reverse("payments:subscription", args=[charge.subscription_id]),
    )  # fmt: skip
