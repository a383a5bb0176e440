"""What the marketplace reads, each with the number of queries it costs."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Avg, Count, Exists, Func, OuterRef, Q, QuerySet

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from core.money import Money, rounded
from marketplace import search
from marketplace.models import BuilderListing, BuilderMetrics, Favourite, ListingQuerySet
from marketplace.search import SearchRequest
from pathways.models import Enrolment
from scheduling.models import SessionAvailability

FROM_CASES = 5  # a card tells a rate from so many on
CATEGORIES = (("FREE", "Free"), ("PATHWAY", "Pathway"), ("SPECIALIZED", "Sessions"))


@dataclass(frozen=True)
class Opening:
    """Of one category: how many session types, and when the next can begin."""

    label: str
    count: int
    next_slot: datetime | None


@dataclass(frozen=True)
class BuilderCard:
    """A listing with what the clock changes. Without numbers the older card is shown."""

    listing: BuilderListing
    openings: list[Opening]
    lowest: Money | None  # free ones included
    from_price: Money | None  # of what costs something
    next_slot: datetime | None
    metrics: BuilderMetrics | None
    parts: dict[str, str] = field(default_factory=dict)  # ready ones, where somebody has asked for them

    @property
    def is_complete(self) -> bool:
        return self.metrics is not None

    @property
    def miles(self) -> float | None:
        """From where somebody looks; None where no place was asked for."""
        return getattr(self.listing, "distance", None)

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """What can be said with enough cases behind it."""
        metrics, rows = self.metrics, []
        if metrics is None:
            return []
        if metrics.completed_sessions:
            rows.append(("Sessions", f"{metrics.completed_sessions:,}"))
        if metrics.ended_sessions >= FROM_CASES and metrics.completion_rate is not None:
            rows.append(("Held", f"{metrics.completion_rate:.0%}"))
        if metrics.answers >= FROM_CASES and metrics.response_minutes is not None:
            rows.append(("Answers in", _span(metrics.response_minutes)))
        if metrics.clients >= FROM_CASES and metrics.repeat_rate:
            rows.append(("Come back", f"{metrics.repeat_rate:.0%}"))
        return rows


def _span(minutes: int) -> str:
    if minutes < 60:
        return f"{max(1, minutes)} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def cards_of(builder_listings: Iterable[BuilderListing]) -> list[BuilderCard]:
    """With prices, next times and numbers: two queries for any number of them."""
    listings = list(builder_listings)
    ids = [listing.pk for listing in listings]
    rows: dict[UUID, list[SessionAvailability]] = defaultdict(list)
    for row in SessionAvailability.objects.filter(builder__in=ids, session_type__is_active=True):
        rows[row.builder_id].append(row)
    metrics = BuilderMetrics.objects.in_bulk(ids)
    return [_card(listing, rows[listing.pk], metrics.get(listing.pk)) for listing in listings]


def _card(listing: BuilderListing, rows: list[SessionAvailability], metrics: BuilderMetrics | None) -> BuilderCard:
    bookable = [row for row in rows if row.is_bookable]
    prices = [
        Money(rounded(row.price_from, row.currency), row.currency) for row in bookable if row.price_from is not None
    ]
    openings = []
    for category, label in CATEGORIES:
        own = [row for row in rows if row.category == category]
        times = [row.next_slot for row in own if row.is_bookable and row.next_slot]
        if own:
            openings.append(Opening(label, len(own), min(times, default=None)))
    lowest = min(prices, key=lambda price: price.amount, default=None)
    cheapest = min((price for price in prices if price.amount), key=lambda price: price.amount, default=None)
    times = [opening.next_slot for opening in openings if opening.next_slot]
    return BuilderCard(listing, openings, lowest, cheapest, min(times, default=None), metrics)


def best(most: int = 3) -> list[BuilderCard]:
    """For the home page: featured ones first."""
    return cards_of(BuilderListing.objects.public().order_by("-is_featured", "-score", "-review_count", "pk")[:most])


def soonest(wanted: SearchRequest, most: int = 3) -> list[BuilderCard]:
    """Those who have a free time, the soonest first: three queries."""
    listings, order = search.ordered(search.matching(wanted), SearchRequest(sort=search.SOONEST))
    free = Q(first_free__lt=search.NEVER)
    return cards_of(listings.filter(free).order_by(*order)[:most])


def leaders(client: User, pathway: str, most: int = 12) -> list[tuple[BuilderCard, bool]]:
    """Whom they have booked, then who walks the pathway with people; and whether they have met: three queries."""
    known = Booking.objects.filter(client=client, builder=OuterRef("pk")).exclude(state=State.CANCELLED)
    leading = Enrolment.objects.under_way().filter(client=client, pathway__slug=pathway, builder=OuterRef("pk"))
    guiding = SessionType.objects.filter(builder=OuterRef("pk"), is_active=True, pathways__slug=pathway)
    others = BuilderListing.objects.public().exclude(pk=client.pk).exclude(Exists(leading))
    candidates: Any = others.annotate(is_known=Exists(known), is_guide=Exists(guiding))
    rows = list(candidates.filter(Q(is_known=True) | Q(is_guide=True)).order_by("-is_known", "-score", "pk")[:most])
    return [(card, row.is_known) for card, row in zip(cards_of(rows), rows, strict=True)]


def kept_by(person: Any, listings: Iterable[BuilderListing]) -> set[UUID]:
    """Which of them are favourites of this person: one query, and none for a stranger."""
    if not person.is_authenticated:
        return set()
    return set(
        Favourite.objects.filter(person=person, builder__in=[listing.pk for listing in listings]).values_list(
            "builder", flat=True
        )
    )


# Over all that match -----------------------------------------------------------------------------------------

MOST_COUNTED = 10_000  # by the API
MOST_SHOWN = 1_000  # on the page
FEW = 2_000  # are counted at once
FRESH = 60  # seconds for which what holds over all of them is kept


def most_counted(wanted: SearchRequest) -> int:
    """As many as anybody wants to know; fewer where each of them has to be asked for their time."""
    return MOST_SHOWN // 10 if wanted.windows else MOST_SHOWN


def counted(listings: ListingQuerySet, most: int) -> int:
    """How many match, up to one more than that: one query."""
    return listings.order_by()[: most + 1].count()


@dataclass(frozen=True)
class BuilderStats:
    """Over all that match, the same on every page."""

    total: int
    average_rating: float | None
    average_dollars: float | None
    services: list[str]
    roles: list[str]


def kept_stats(wanted: SearchRequest, asked: str) -> BuilderStats:
    """Of few always as they are; of many counted once a minute for everybody who asks the same, if the cache is there."""
    key = f"stats:{hashlib.sha256(asked.encode()).hexdigest()}"
    stats: BuilderStats | None = cache.get(key)
    if stats is None:
        stats = stats_of(search.matching(wanted))
        if stats.total > FEW:
            cache.set(key, stats, FRESH)
    return stats


def stats_of(listings: ListingQuerySet) -> BuilderStats:
    """Three queries, however many match."""
    plain = BuilderListing.objects.filter(pk__in=listings.order_by().values("pk"))
    priced = Avg("hourly_dollars", filter=Q(hourly_rate__isnull=False))
    totals = plain.aggregate(count=Count("pk"), rating=Avg("rating"), dollars=priced)
    return BuilderStats(
        total=totals["count"],
        average_rating=round(float(totals["rating"]), 2) if totals["rating"] is not None else None,
        average_dollars=float(totals["dollars"]) if totals["dollars"] is not None else None,
        services=_spread(plain, "services"),
        roles=_spread(plain, "roles"),
    )


# A filter of the search: the array of the listing that it asks.
FACETS = {
    "service": "services",
    "pathway": "pathways",
    "skill": "skill_slugs",
    "role": "roles",
    "category": "categories",
}
ASKED_AS = {"service": "services", "role": "roles"}  # where it may be several


def facets(wanted: SearchRequest, asked: str) -> dict[str, list[tuple[str, int]]]:
    """How many there would be with each value of each filter, the others as they are: five queries. Of many
    counted once a minute."""
    key = f"facets:{hashlib.sha256(asked.encode()).hexdigest()}"
    counts: dict[str, list[tuple[str, int]]] | None = cache.get(key)
    if counts is None:
        counts = {name: _counts(wanted, name, column) for name, column in FACETS.items()}
        if any(count > FEW for rows in counts.values() for _, count in rows):
            cache.set(key, counts, FRESH)
    return counts


def _counts(wanted: SearchRequest, name: str, column: str) -> list[tuple[str, int]]:
    dropped: Any = {ASKED_AS.get(name, name): () if name in ASKED_AS else ""}
    others = search.matching(replace(wanted, **dropped)).order_by().values("pk")
    values = BuilderListing.objects.filter(pk__in=others).annotate(each=Func(column, function="unnest")).order_by()
    rows = values.values_list("each").annotate(count=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _spread(listings: QuerySet[BuilderListing], name: str) -> list[str]:
    """Each value of an array once."""
    rows = listings.annotate(each=Func(name, function="unnest")).order_by().values_list("each", flat=True).distinct()
    return sorted(rows)
