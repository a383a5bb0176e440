"""Registers what this app keeps about a builder, for the data export and for erasure."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from coaching.models import Offer, PriceShare, SessionType
from coaching.packages.models import Package, PackagePurchase
from coaching.sharing.services import end_shares_of
from core.personal import register_personal

KEPT = "clients keep what they booked; without a name to it"


def register() -> None:
    register_personal(
        Offer,
        rows=lambda person: Offer.objects.filter(builder=person),
        fields=("currency", "hourly_rate", "day_rate", "default_duration", "is_active", "created_at"),
        erase=lambda person: Offer.objects.filter(builder=person).delete(),
    )
    terms = ("title", "sessions", "minutes", "price", "currency", "valid_days", "created_at")
    register_personal(
        Package,
        rows=lambda person: Package.objects.filter(builder=person),
        fields=(*terms, "is_active"),
        erase=archive_packages,
        why="clients keep what they bought; without a name to it",
    )
    register_personal(
        PackagePurchase,
        rows=lambda person: PackagePurchase.objects.filter(Q(buyer=person) | Q(package__builder=person)),
        fields=("reference", *terms, "is_gift"),
        erase=None,
        why="Records of payments are kept for as long as the law asks. They name no person once the account is deleted.",
    )
    register_personal(
        PriceShare,
        rows=lambda person: PriceShare.objects.filter(builder=person),
        fields=("percent", "status", "created_at", "answered_at"),
        erase=end_shares,
        why="bookings that were shared keep who shares them; without a name to it",
    )
    register_personal(
        SessionType,
        rows=lambda person: SessionType.objects.filter(builder=person),
        fields=(
            "title",
            "description",
            "category",
            "address",
            "in_person_at",
            "travel_miles",
            "travel_before",
            "travel_after",
            "meeting_url",
            "default_minutes",
            "is_active",
            "created_at",
        ),
        erase=clear_session_types,
        why=KEPT,
    )


def clear_session_types(person: Any) -> None:
    """Clears the builder's session types. The rows stay, because bookings refer to them."""
    SessionType.objects.filter(builder=person).update(
        title="A session",
        description="",
        address="",
        meeting_url="",
        is_active=False,
        is_remote=True,
        is_in_person=False,
    )


def archive_packages(person: Any) -> None:
    """Takes the builder's packages off sale. The rows stay, because purchases refer to them."""
    Package.objects.filter(builder=person).update(title="A package", is_active=False)


def end_shares(person: Any) -> None:
    """Ends the shares of the person in the prices of others, and deletes them."""
    end_shares_of(person)
    PriceShare.objects.filter(builder=person).delete()
