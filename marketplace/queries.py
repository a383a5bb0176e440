"""What the marketplace reads, each with the number of queries it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import BuilderProfile
from bookings import ratings
from bookings.ratings import Rating
from core.money import Money, rounded
from scheduling.models import SessionAvailability


@dataclass(frozen=True)
class BuilderCard:
    """What a card shows of a builder."""

    profile: BuilderProfile
    from_price: Money | None
    next_slot: datetime | None
    rating: Rating


def cards_of(profiles: Iterable[BuilderProfile]) -> list[BuilderCard]:
    """Each builder's lowest price, next free time and rating: two queries for any number of them."""
    found = list(profiles)
    rows: dict[UUID, list[SessionAvailability]] = defaultdict(list)
    for row in SessionAvailability.objects.filter(builder__in=[profile.pk for profile in found], is_bookable=True):
        rows[row.builder_id].append(row)
    stars = ratings.of_builders(profile.pk for profile in found)
    return [_card(profile, rows[profile.pk], stars[profile.pk]) for profile in found]


def _card(profile: BuilderProfile, rows: list[SessionAvailability], rating: Rating) -> BuilderCard:
    prices = [Money(rounded(row.price_from, row.currency), row.currency) for row in rows if row.price_from]
    times = [row.next_slot for row in rows if row.next_slot]
    cheapest = min(prices, key=lambda price: price.amount, default=None)
    return BuilderCard(profile, cheapest, min(times, default=None), rating)


def public_builders() -> QuerySet[BuilderProfile]:
    """Everyone who may be found, with their person: one query."""
    return BuilderProfile.objects.filter(is_published=True, user__is_active=True).select_related("user__place")


def search_builders(words: str) -> QuerySet[BuilderProfile]:
    """Builders in whose name, headline or text every word occurs."""
    found = public_builders()
    for word in words.split()[:8]:
        found = found.filter(
            Q(user__display_name__icontains=word) | Q(headline__icontains=word) | Q(bio__icontains=word)
        )
    return found
