"""Reads for the marketplace's pages and API, each with the number of queries it costs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Exists, Func, OuterRef, Q

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from core.compiled import CompiledQuery
from core.languages import NAMES as LANGUAGE_NAMES
from core.money import Money, rounded
from core.replicas import read_connection
from marketplace import search
from marketplace.models import NEVER, BuilderListing, BuilderMetrics, ListingQuerySet
from marketplace.search import SearchRequest
from marketplace.written_sql import BRIEF_DETAILS, DETAILS, FAVOURITES_AMONG, STATS
from pathways.models import Enrolment
from scheduling.models import FreeTimes
from scheduling.queries import FirstSlot, StoredTimes, first_within, times_of

TOP = 3  # builders on the home page
MIN_CASES = 5  # a card shows a rate only from this many cases on
CATEGORIES = (("FREE", "Free"), ("PATHWAY", "Pathway"), ("SPECIALIZED", "Paid session"))


@dataclass(frozen=True)
class Opening:
    """A category of session types: how many there are, and when the next session can start."""

    label: str
    count: int
    next_slot: datetime | None


@dataclass(frozen=True)
class BuilderCard:
    """A listing with its prices, next free times and metrics. Without metrics, the older card is shown."""

    listing: BuilderListing
    openings: list[Opening]
    lowest: Money | None  # including free session types
    from_price: Money | None  # the lowest price above zero
    next_slot: datetime | None
    metrics: BuilderMetrics | None  # not of brief cards
    computed_at: datetime | None  # when the metrics were counted
    times: Sequence[FreeTimes | StoredTimes] = ()  # loaded by `with_times` and `whole_cards_of`
    pieces: Sequence[ListedPiece] = ()  # loaded by `whole_cards_of`
    slot: FirstSlot | None = None  # the first time that the search asks for
    html: str = ""  # safe; filled in by `card_cache.render_cards`

    @property
    def is_complete(self) -> bool:
        return self.computed_at is not None

    @property
    def miles(self) -> float | None:
        """Distance from the place of the search; None without one."""
        return getattr(self.listing, "distance", None)

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """The labelled metrics that have enough cases to be shown."""
        metrics, rows = self.metrics, []
        if metrics is None:
            return []
        if metrics.completed_sessions:
            rows.append(("Sessions", f"{metrics.completed_sessions:,}"))
        if metrics.ended_sessions >= MIN_CASES and metrics.completion_rate is not None:
            rows.append(("Completed", f"{metrics.completion_rate:.0%}"))
        if metrics.answers >= MIN_CASES and metrics.response_minutes is not None:
            rows.append(("Answers in", _format_duration(metrics.response_minutes)))
        if metrics.known_starts >= MIN_CASES and metrics.on_time_rate is not None:
            rows.append(("On time", f"{metrics.on_time_rate:.0%}"))
        if metrics.clients >= MIN_CASES and metrics.repeat_rate:
            rows.append(("Returning clients", f"{metrics.repeat_rate:.0%}"))
        return rows


def _format_duration(minutes: int) -> str:
    if minutes < 60:
        return f"{max(1, minutes)} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


# The columns of a listing that an order, or the key of a cached card, needs.
BRIEF = (
    "builder", "score", "review_count", "hourly_dollars", "next_start", "version", "refreshed_at", "slug", "timezone",
)  # fmt: skip


class ListedPiece(NamedTuple):
    """What the API says of a piece of a portfolio; `url` is empty if its page is on this site."""

    id: str
    title: str
    kind: str
    url: str


class Availability(NamedTuple):
    """What a card needs of the view `session_availability`."""

    category: str
    is_bookable: bool
    price_from: Decimal | None
    currency: str
    next_slot: datetime | None


def brief(listings: ListingQuerySet) -> ListingQuerySet:
    """Returns the listings with only the columns that cached cards need; `complete` loads the rest."""
    return listings.only(*BRIEF)


def cards_of(builder_listings: Iterable[BuilderListing], *, is_brief: bool = False) -> list[BuilderCard]:
    """Returns the cards of these listings, with prices, next free times and metrics. Two queries for any number.

    Brief cards only know when their metrics were counted, which is enough to find them in the cache. They take one query.
    """
    listings = list(builder_listings)
    ids = [listing.pk for listing in listings]
    with read_connection().cursor() as cursor:
        cursor.execute(BRIEF_DETAILS, [ids])
        rows = {builder: (computed_at, json.loads(available)) for builder, computed_at, available in cursor.fetchall()}
    # Read after `computed_at`: if metrics are counted again in between, the card is cached under the older time, which no
    # later page asks for.
    metrics = {} if is_brief else BuilderMetrics.objects.in_bulk(ids)
    cards = []
    for listing in listings:
        computed_at, available = rows[listing.pk]
        bookable = [_availability(values) for values in available]
        cards.append(_card(listing, bookable, metrics.get(listing.pk), computed_at))
    return cards


def whole_cards_of(builder_listings: Iterable[BuilderListing]) -> list[BuilderCard]:
    """Returns the cards of these listings with free times and visible pieces of work. One query for any number."""
    listings = list(builder_listings)
    with read_connection().cursor() as cursor:
        cursor.execute(DETAILS, [[listing.pk for listing in listings]])
        rows = {builder: json.loads(details) for builder, details in cursor.fetchall()}
    cards = []
    for listing in listings:
        row = rows[listing.pk]
        available = [_availability(values) for values in row["available"]]
        metrics = _metrics(row["metrics"]) if row["metrics"] else None
        card = _card(listing, available, metrics, metrics.computed_at if metrics else None)
        free, work = (
            [StoredTimes(*values) for values in row["times"]],
            [ListedPiece(*values) for values in row["pieces"]],
        )
        cards.append(replace(card, times=free, pieces=work))
    return cards


def _metrics(row: dict[str, Any]) -> BuilderMetrics:
    return BuilderMetrics(**row | {"computed_at": datetime.fromisoformat(row["computed_at"])})


def _availability(row: list[Any]) -> Availability:
    """Returns a row that `DETAILS` has read."""
    category, is_bookable, price, currency, seconds = row
    next_slot = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return Availability(category, is_bookable, None if price is None else Decimal(price), currency, next_slot)


def complete(cards: Iterable[BuilderCard]) -> list[BuilderCard]:
    """Returns the cards with all columns of their listings and metrics. Two queries, or none if they have them already."""
    rows = list(cards)
    if not any(card.listing.get_deferred_fields() for card in rows):
        return rows
    ids = [card.listing.pk for card in rows]
    listings, metrics = BuilderListing.objects.in_bulk(ids), BuilderMetrics.objects.in_bulk(ids)
    return [
        replace(card, listing=listings.get(card.listing.pk, card.listing), metrics=metrics.get(card.listing.pk))
        for card in rows
    ]


def with_times(cards: Iterable[BuilderCard]) -> list[BuilderCard]:
    """Returns the cards with the free times of their builders. One query for any number."""
    loaded = list(cards)
    times = times_of(card.listing.pk for card in loaded)
    return [replace(card, times=times.get(card.listing.pk, [])) for card in loaded]


def with_slots(cards: Iterable[BuilderCard], windows: Sequence[tuple[int, int]], now: datetime) -> list[BuilderCard]:
    """Returns the cards with the first time in the windows; without windows as they are. One query, or none."""
    if not windows:
        return list(cards)
    return [replace(card, slot=first_within(card.times, windows, now)) for card in with_times(cards)]


def _card(
    listing: BuilderListing, rows: list[Availability], metrics: BuilderMetrics | None, computed_at: datetime | None
) -> BuilderCard:
    bookable = [row for row in rows if row.is_bookable]
    prices = [(rounded(row.price_from, row.currency), row.currency) for row in bookable if row.price_from is not None]
    openings = []
    for category, label in CATEGORIES:
        own = [row for row in rows if row.category == category]
        times = [row.next_slot for row in own if row.is_bookable and row.next_slot]
        if own:
            openings.append(Opening(label, len(own), min(times, default=None)))
    times = [opening.next_slot for opening in openings if opening.next_slot]
    return BuilderCard(
        listing,
        openings,
        _lowest(prices),
        _lowest(price for price in prices if price[0]),
        min(times, default=None),
        metrics,
        computed_at,
    )


def _lowest(prices: Iterable[tuple[Decimal, str]]) -> Money | None:
    """Returns the price with the lowest amount; None without any."""
    lowest = min(prices, key=itemgetter(0), default=None)
    return None if lowest is None else Money(*lowest)


def top_builders(*, without: Iterable[UUID] = ()) -> list[BuilderCard]:
    """Returns brief cards for the home page without those that it shows elsewhere: featured builders, then the best rated."""
    elsewhere = list(without)
    return cards_of(_top(elsewhere) if elsewhere else _top_of_all.rows(), is_brief=True)


def _top(elsewhere: list[UUID]) -> ListingQuerySet:
    listings = BuilderListing.objects.public().exclude(pk__in=elsewhere)
    return brief(listings).order_by("-is_featured", "-score", "-review_count", "pk")[:TOP]


_top_of_all = CompiledQuery(lambda: _top([]))


def soonest(wanted: SearchRequest, most: int = 3) -> list[BuilderCard]:
    """Returns the cards of builders who have a free time, soonest first. Three queries."""
    listings, order = search.ordered(search.matching(wanted), SearchRequest(sort=search.SOONEST))
    free = Q(next_start__lt=NEVER)
    return cards_of(listings.filter(free).order_by(*order)[:most])


def leaders(client: User, pathway: str, most: int = 12) -> list[tuple[BuilderCard, bool]]:
    """Returns builders who could guide this client on the pathway, each with whether the client has booked them before.

    Those they have booked come first, then those who offer sessions on the pathway. Three queries.
    """
    known = Booking.objects.filter(client=client, builder=OuterRef("pk")).exclude(state=State.CANCELLED)
    leading = Enrolment.objects.under_way().filter(client=client, pathway__slug=pathway, builder=OuterRef("pk"))
    guiding = SessionType.objects.filter(builder=OuterRef("pk"), is_active=True, pathways__slug=pathway)
    others = BuilderListing.objects.public().exclude(pk=client.pk).exclude(Exists(leading))
    candidates: Any = others.annotate(is_known=Exists(known), is_guide=Exists(guiding))
    rows = list(candidates.filter(Q(is_known=True) | Q(is_guide=True)).order_by("-is_known", "-score", "pk")[:most])
    return [(card, row.is_known) for card, row in zip(cards_of(rows), rows, strict=True)]


def favourites_among(person: Any, listings: Iterable[BuilderListing]) -> set[UUID]:
    """Returns the ids of the listings that are this person's favourites. One query; none for anonymous visitors."""
    if not person.is_authenticated:
        return set()
    with read_connection().cursor() as cursor:
        cursor.execute(FAVOURITES_AMONG, [person.pk, [listing.pk for listing in listings]])
        return {builder for (builder,) in cursor.fetchall()}


# Counts and statistics over all results -----------------------------------------------------------------------------------------

MOST_COUNTED = 10_000  # by the API
MOST_SHOWN = 1_000  # on the page
CACHE_ABOVE = 2_000  # results; fewer are counted for each request
CACHE_SECONDS = 60  # for which counts and statistics are cached
LANGUAGES_KEY, LANGUAGES_SECONDS = "languages-of-builders", 3600


def count_limit(wanted: SearchRequest) -> int:
    """Returns how far the page counts results; less far for searches by time, which check each builder's free times."""
    return MOST_SHOWN // 10 if wanted.windows else MOST_SHOWN


def count_up_to(listings: ListingQuerySet, most: int) -> int:
    """Returns how many listings there are, at most one more than `most`. One query."""
    return listings.order_by()[: most + 1].count()


@dataclass(frozen=True)
class BuilderStats:
    """Statistics over all results, the same on every page of them."""

    total: int
    average_rating: float | None
    average_dollars: float | None
    services: list[str]
    roles: list[str]


def cached_stats(wanted: SearchRequest, filters: str) -> BuilderStats:
    """Returns the statistics of a search. Those of more than 2,000 results are cached for a minute."""
    key = f"stats:{hashlib.sha256(filters.encode()).hexdigest()}"
    stats: BuilderStats | None = cache.get(key)
    if stats is None:
        stats = stats_of(search.matching(wanted))
        if stats.total > CACHE_ABOVE:
            cache.set(key, stats, CACHE_SECONDS)
    return stats


def stats_of(listings: ListingQuerySet) -> BuilderStats:
    """Returns the statistics of these listings. One query."""
    try:
        matches, parameters = listings.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return BuilderStats(0, None, None, [], [])
    with read_connection().cursor() as cursor:
        cursor.execute(STATS.replace("{matches}", matches), parameters)
        total, rating, dollars, services, roles = cursor.fetchone()
    return BuilderStats(
        total=total,
        average_rating=None if rating is None else round(float(rating), 2),
        average_dollars=None if dollars is None else float(dollars),
        services=_distinct_values(services or ""),
        roles=_distinct_values(roles or ""),
    )


# Filters of the search page, with the array column of the listing that each one reads.
FACETS = {
    "service": "services",
    "pathway": "pathways",
    "skill": "skill_slugs",
    "role": "roles",
    "category": "categories",
}
REQUEST_FIELDS = {
    "service": "services",
    "role": "roles",
    "language": "languages",
}  # the filters that allow several values


def facets(wanted: SearchRequest, filters: str) -> dict[str, list[tuple[str, int]]]:
    """Returns how many results each value of each filter would have, with the other filters unchanged. Five queries; the
    counts of more than 2,000 results are cached for a minute."""
    key = f"facets:{hashlib.sha256(filters.encode()).hexdigest()}"
    counts: dict[str, list[tuple[str, int]]] | None = cache.get(key)
    if counts is None:
        counts = {name: counts_by(wanted, name, column) for name, column in FACETS.items()}
        if any(count > CACHE_ABOVE for rows in counts.values() for _, count in rows):
            cache.set(key, counts, CACHE_SECONDS)
    return counts


def counts_by(wanted: SearchRequest, name: str, column: str) -> list[tuple[str, int]]:
    """Returns how many results each value of one filter would have, the most frequent first. One query."""
    dropped: Any = {REQUEST_FIELDS.get(name, name): () if name in REQUEST_FIELDS else ""}
    others = search.matching(wanted.changed(**dropped)).order_by().values("pk")
    values = BuilderListing.objects.filter(pk__in=others).annotate(each=Func(column, function="unnest")).order_by()
    rows = values.values_list("each").annotate(count=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def languages() -> list[tuple[str, str, int]]:
    """Returns (code, name, number of builders) of each language that builders speak, those of most first. One query in an
    hour."""
    counts: list[tuple[str, int]] | None = cache.get(LANGUAGES_KEY)
    if counts is None:
        counts = counts_by(SearchRequest(), "language", "languages")
        cache.set(LANGUAGES_KEY, counts, LANGUAGES_SECONDS)
    return [(code, LANGUAGE_NAMES[code], count) for code, count in counts if code in LANGUAGE_NAMES]


def _distinct_values(joined: str) -> list[str]:
    """Returns the distinct values of a text that `_joined` made, sorted."""
    return sorted({value for value in joined.split(",") if value})
