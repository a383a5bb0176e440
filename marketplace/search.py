"""What somebody looks for, and the listings that fit: one query for a page, whatever is asked for together."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    Subquery,
    Value,
)
from django.db.models.expressions import OuterRef, RawSQL
from django.db.models.functions import ACos, Cast, Coalesce, Cos, Least, Radians, Sin

from core.rates import per_dollar
from marketplace.models import BuilderListing, ListingQuerySet
from scheduling.intervals import instant
from scheduling.models import SessionAvailability

RATING, RATE, DISTANCE, SOONEST, RELEVANCE = "rating", "rate", "distance", "soonest", "relevance"
SORTS = {
    RATING: "Best rated", RATE: "Lowest rate", SOONEST: "Free soonest", DISTANCE: "Nearest", RELEVANCE: "Fits your words",
}  # fmt: skip
DAYS = 14  # as far as free times are known
EARTH_MILES = 3959.0
MILES_A_DEGREE = 69.0
MOST_RANKED = 200
MOST_TIMED = 2_000
SHORTEST_SLIP = 4  # letters from which on a word may be misspelt
NEVER = datetime(9000, 1, 1, tzinfo=ZoneInfo("UTC"))


STRETCH: Any = ArrayField(BigIntegerField())


class IsFree(Func):
    """Whether a session of that builder can begin and end within one of the stretches, as far as times are known."""

    template = """EXISTS (
        SELECT 1 FROM (VALUES (%(expressions)s)) AS asked (builder, firsts, lasts)
        JOIN scheduling_freetimes free ON free.builder_id = asked.builder
        CROSS JOIN unnest(asked.firsts, asked.lasts) AS wish (first, last)
        CROSS JOIN generate_series(1, coalesce(array_length(free.runs, 1), 0), 2) AS place
        CROSS JOIN LATERAL (SELECT greatest(
            wish.first, floor(extract(epoch FROM statement_timestamp()))::bigint + greatest(1, free.notice)) AS earliest) AS clock
        WHERE free.runs[place] + (greatest(0, clock.earliest - free.runs[place]) + free.step - 1) / free.step * free.step
            <= least(free.runs[place + 1], wish.last - 60 * free.minutes))"""
    output_field = BooleanField()

    def __init__(self, windows: Sequence[tuple[int, int]]) -> None:
        edges = [Cast(Value(list(side), STRETCH), STRETCH) for side in zip(*windows, strict=True)]
        super().__init__(F("builder_id"), *edges)


@dataclass(frozen=True)
class SearchCentre:
    """Where to look, and how far around."""

    name: str
    latitude: float
    longitude: float
    miles: float = 25.0


@dataclass(frozen=True)
class Area:
    """What a map shows, in degrees. Where it reaches over the date line, its east lies west of its west."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class SearchRequest:
    """Everything that can be asked for at once. `windows` are stretches of seconds in which a session has to fit."""

    words: str = ""
    services: Sequence[str] = ()
    pathway: str = ""
    skill: str = ""
    roles: Sequence[str] = ()
    category: str = ""
    rating: float | None = None
    most: Decimal | None = None
    currency: str = "USD"
    place: SearchCentre | None = None
    area: Area | None = None
    is_verified: bool = False
    windows: Sequence[tuple[int, int]] = field(default_factory=tuple)
    sort: str = RATING


def matching(wanted: SearchRequest) -> ListingQuerySet:
    """The listings that fit, in no order yet. No query but for exchange rates and near-misses."""
    listings = BuilderListing.objects.public().filter(_facts(wanted))
    if wanted.place is not None:
        listings = _near(listings, wanted.place)
    if wanted.area is not None:
        listings = listings.filter(inside(wanted.area))
    if wanted.windows:
        listings = listings.filter(IsFree(wanted.windows))
    return _saying(listings, wanted.words)


def _facts(wanted: SearchRequest) -> Q:
    """What the row itself tells."""
    asked: dict[str, Any] = {
        "services__overlap": list(wanted.services),
        "roles__overlap": list(wanted.roles),
        "pathways__contains": [wanted.pathway] if wanted.pathway else None,
        "skill_slugs__contains": [wanted.skill] if wanted.skill else None,
        "categories__contains": [wanted.category] if wanted.category else None,
        "rating__gte": wanted.rating,
        "is_verified": wanted.is_verified or None,
    }
    if wanted.most is not None:
        asked["hourly_dollars__lte"] = wanted.most / per_dollar()[wanted.currency]
    return Q(**{name: value for name, value in asked.items() if value not in (None, [])})


def _saying(listings: ListingQuerySet, words: str) -> ListingQuerySet:
    """With all the words, the last one maybe half typed; where nothing has them, what is spelt much like them."""
    if not words:
        return listings
    query = _query(words)
    if query is None:
        return listings.none()
    if len(words) < SHORTEST_SLIP or _is_written(query):
        return listings.filter(search=query)
    like = RawSQL("%s <%% words", [words.lower()], output_field=BooleanField())
    return listings.alias(is_like=like).filter(is_like=True)


def _is_written(query: SearchQuery) -> bool:
    """Whether anybody has these words. Common ones stand among the best; only for rare ones the index is asked, by a
    count, since for "is there one" PostgreSQL would rather read them all."""
    public = BuilderListing.objects.public().order_by()
    best = public.order_by("-score", "-review_count", "builder_id").values("pk")[:MOST_RANKED]
    return BuilderListing.objects.filter(pk__in=best, search=query).exists() or public.filter(search=query).count() > 0


def _query(text: str) -> SearchQuery | None:
    words = re.findall(r"\w+", text.lower())[:8]
    if not words:
        return None
    *whole, last = words
    expression = " & ".join([*whole, f"{last}:*"])
    return SearchQuery(expression, config="english", search_type="raw")


def _near(listings: ListingQuerySet, place: SearchCentre) -> ListingQuerySet:
    """First the box, which an index knows, then the circle."""
    up = place.miles / MILES_A_DEGREE
    across = up / max(0.05, math.cos(math.radians(place.latitude)))
    box = Q(latitude__range=(place.latitude - up, place.latitude + up))
    box &= Q(longitude__range=(place.longitude - across, place.longitude + across))
    return listings.filter(box).annotate(distance=_miles(place)).filter(distance__lte=place.miles)


def inside(area: Area) -> Q:
    """For whatever has a latitude and a longitude."""
    if area.west <= area.east:
        across = Q(longitude__range=(area.west, area.east))
    else:
        across = Q(longitude__gte=area.west) | Q(longitude__lte=area.east)
    return Q(latitude__range=(area.south, area.north)) & across


def _miles(place: SearchCentre) -> Any:
    here, there = Radians(Value(place.latitude)), Radians(F("latitude"))
    apart = Radians(F("longitude")) - Radians(Value(place.longitude))
    cosine = Sin(here) * Sin(there) + Cos(here) * Cos(there) * Cos(apart)
    return ExpressionWrapper(ACos(Least(cosine, Value(1.0))) * EARTH_MILES, output_field=FloatField())


def ordered(listings: ListingQuerySet, wanted: SearchRequest) -> tuple[ListingQuerySet, tuple[str, ...]]:
    """The order as a keyset asks for it: nothing null, something unique at the end."""
    if wanted.sort == RATE:
        return listings, ("hourly_dollars", "builder_id")
    if wanted.sort == DISTANCE and wanted.place is not None:
        return listings, ("distance", "builder_id")
    if wanted.sort == SOONEST:
        free = SessionAvailability.objects.filter(builder=OuterRef("builder_id"), is_bookable=True)
        first = Subquery(free.order_by("next_slot").values("next_slot")[:1], output_field=DateTimeField())
        timed = _best_of(listings, wanted, MOST_TIMED)
        return timed.annotate(first_free=Coalesce(first, Value(NEVER))), ("first_free", "builder_id")
    query = _query(wanted.words)
    if wanted.sort == RELEVANCE and query is not None:
        ranked = _best_of(listings, wanted, MOST_RANKED)
        return ranked.annotate(rank=SearchRank(F("search"), query)), ("-rank", "builder_id")
    return listings, ("-score", "-review_count", "builder_id")


def _best_of(listings: ListingQuerySet, wanted: SearchRequest, most: int) -> ListingQuerySet:
    """So many of them, the best rated: what costs something for each row is asked of no more."""
    best = listings.order_by("-score", "-review_count", "builder_id").values("builder_id")[:most]
    few = BuilderListing.objects.filter(builder_id__in=best)
    return few.annotate(distance=_miles(wanted.place)) if wanted.place is not None else few


# Free at a time --------------------------------------------------------------------------------------------


def within(days: int, now: datetime) -> list[tuple[int, int]]:
    at = int(now.timestamp())
    return [(at, at + days * 86_400)]


def at_times(weekdays: Sequence[int], after: int, before: int, zone: str, now: datetime) -> list[tuple[int, int]]:
    """Those weekdays between two hours on somebody's own clock, in the two weeks that are known."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    days = [today + timedelta(days=number) for number in range(DAYS + 1)]
    return [on(day, after, before, here) for day in days if not weekdays or day.weekday() in weekdays]


def on(day: date, after: int, before: int, zone: ZoneInfo) -> tuple[int, int]:
    return instant(day, after * 60, zone), instant(day, before * 60, zone)
