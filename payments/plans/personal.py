"""Registers the personal data of plans and subscriptions."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from core.personal import register_personal
from payments.models import CardPage, Plan, ProviderCustomer, SavedCard, Subscription, SubscriptionCharge
from payments.plans import delivery
from payments.plans.ending import close_offer_of, end_all_of

RECORDS = "Records of payments are kept for as long as the law asks. They name no person once the account is deleted."


def register() -> None:
    register_personal(
        Plan,
        rows=lambda person: Plan.objects.filter(owner=person),
        fields=("name", "description", "price", "currency", "interval", "sessions_per_period", "created_at"),
        erase=close_offer_of,
        why="A plan is archived. It stays as a part of what its subscribers have paid for.",
    )
    register_personal(
        Subscription,
        rows=lambda person: Subscription.objects.filter(subscriber=person),
        fields=("status", "started_at", "current_period_start", "current_period_end", "ended_at", "end_reason"),
        erase=end_all_of,
        why=RECORDS,
    )
    register_personal(
        SubscriptionCharge,
        rows=lambda person: SubscriptionCharge.objects.filter(
            Q(subscription__subscriber=person) | Q(subscription__seller=person)
        ),
        fields=("kind", "period_start", "period_end", "amount", "currency", "state", "paid_at"),
        erase=None,
        why=RECORDS,
    )
    register_personal(
        SavedCard,
        rows=lambda person: SavedCard.objects.filter(person=person),
        fields=("brand", "last4", "expires_month", "expires_year", "is_default", "created_at", "removed_at"),
        erase="delete",
    )
    register_personal(
        CardPage,
        rows=lambda person: CardPage.objects.filter(person=person),
        fields=("state", "created_at"),
        erase="delete",
    )
    register_personal(
        ProviderCustomer,
        rows=lambda person: ProviderCustomer.objects.filter(person=person),
        fields=("created_at",),
        erase=_delete_customer,
    )


def _delete_customer(person: Any) -> None:
    """Deletes the row, and has the provider delete the customer with all cards."""
    for customer in ProviderCustomer.objects.filter(person=person):
        delivery.put(f"customer:{person.pk}", "stripe", delete_customer=customer.provider_id)
        customer.delete()
