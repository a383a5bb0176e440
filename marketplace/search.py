"""Finds the listings that match a search. A page of results costs one query, whatever filters are combined."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    Value,
)
from django.db.models.functions import ACos, Cast, Cos, Least, Radians, Sin

from core.rates import per_dollar
from marketplace.models import BuilderListing, ListingQuerySet
from marketplace.words import KnownWords, known_words
from scheduling.intervals import instant

RATING, RATE, DISTANCE, SOONEST, RELEVANCE = "rating", "rate", "distance", "soonest", "relevance"
SORTS = {
    RATING: "Best rated", RATE: "Lowest rate", SOONEST: "Available soonest", DISTANCE: "Nearest", RELEVANCE: "Best match",
}  # fmt: skip
DAYS = 14  # for which free times are calculated
EARTH_MILES = 3959.0
MILES_A_DEGREE = 69.0


STRETCH: Any = ArrayField(BigIntegerField())


class IsFree(Func):
    """Whether a session of the builder can start and end within one of the windows, as far ahead as times are calculated.

    OFFSET 0 makes PostgreSQL find the builder's rows by their index. Without it, it expects the first row of EXISTS so soon
    that it reads the whole table for each builder.
    """

    template = """EXISTS (
        SELECT 1 FROM (VALUES (%(expressions)s)) AS wanted (builder, firsts, lasts)
        CROSS JOIN LATERAL (SELECT * FROM scheduling_freetimes WHERE builder_id = wanted.builder OFFSET 0) AS free
        CROSS JOIN unnest(wanted.firsts, wanted.lasts) AS stretch (first, last)
        CROSS JOIN generate_series(1, coalesce(array_length(free.runs, 1), 0), 2) AS place
        CROSS JOIN LATERAL (SELECT greatest(
            stretch.first, floor(extract(epoch FROM statement_timestamp()))::bigint + greatest(1, free.notice)) AS earliest) AS clock
        WHERE free.runs[place] + (greatest(0, clock.earliest - free.runs[place]) + free.step - 1) / free.step * free.step
            <= least(free.runs[place + 1], stretch.last - 60 * free.minutes))"""
    output_field = BooleanField()

    def __init__(self, windows: Sequence[tuple[int, int]]) -> None:
        edges = [Cast(Value(list(side), STRETCH), STRETCH) for side in zip(*windows, strict=True)]
        super().__init__(F("builder_id"), *edges)


class IsWithin(Func):
    """Whether the annotated distance is at most so many miles.

    PostgreSQL expects a third of the rows to fulfil a comparison of a calculated value, and two thirds to be IS NOT TRUE. Of a
    box, a circle is four fifths. With a third, it read and sorted all builders in a city instead of the best until they are 24.
    """

    template = "(%(expressions)s) IS NOT TRUE"
    arg_joiner = " > "
    output_field = BooleanField()

    def __init__(self, miles: float) -> None:
        super().__init__(F("distance"), Value(miles))


@dataclass(frozen=True)
class SearchCentre:
    """The place to search around, and the radius."""

    name: str
    latitude: float
    longitude: float
    miles: float = 25.0


@dataclass(frozen=True)
class Area:
    """An area of a map, in degrees. `east` is smaller than `west` if the area crosses the date line."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class SearchRequest:
    """All filters and the order of a search. `windows` are pairs of timestamps between which a session has to fit."""

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
    languages: Sequence[str] = ()
    format: str = ""  # remote or in_person
    windows: Sequence[tuple[int, int]] = field(default_factory=tuple)
    sort: str = RATING

    @cached_property
    def known_words(self) -> KnownWords:
        """The search words by where they occur, looked up once."""
        return known_words(self.words)

    def changed(self, **changes: Any) -> SearchRequest:
        """Returns the search with other filters. Words that stay the same are not looked up again."""
        request = replace(self, **changes)
        if request.words == self.words:
            request.__dict__["known_words"] = self.known_words
        return request


def matching(wanted: SearchRequest) -> ListingQuerySet:
    """Returns the listings that match, not yet sorted. Runs no query except for exchange rates and search words."""
    listings = BuilderListing.objects.public().filter(_column_filters(wanted))
    if wanted.place is not None:
        listings = _filter_distance(listings, wanted.place)
    if wanted.area is not None:
        listings = listings.filter(inside(wanted.area))
    if wanted.windows:
        listings = listings.filter(IsFree(wanted.windows))
    return _filter_words(listings, wanted)


def _column_filters(wanted: SearchRequest) -> Q:
    """Returns the filters on columns of the listing itself."""
    conditions: dict[str, Any] = {
        "services__overlap": list(wanted.services),
        "roles__overlap": list(wanted.roles),
        "pathways__contains": [wanted.pathway] if wanted.pathway else None,
        "skill_slugs__contains": [wanted.skill] if wanted.skill else None,
        "categories__contains": [wanted.category] if wanted.category else None,
        "languages__overlap": list(wanted.languages),
        "formats__contains": [wanted.format] if wanted.format else None,
        "rating__gte": wanted.rating,
        "is_verified": wanted.is_verified or None,
    }
    if wanted.most is not None:
        conditions["hourly_dollars__lte"] = wanted.most / per_dollar()[wanted.currency]
    return Q(**{name: value for name, value in conditions.items() if value not in (None, [])})


def _filter_words(listings: ListingQuerySet, wanted: SearchRequest) -> ListingQuerySet:
    """Filters by the words. The order by fit shows everybody with any of them, since those with most come first; in other
    orders builders with one of the words would hide those with all, so all count, unless nobody has them all."""
    if not wanted.words:
        return listings
    if not wanted.known_words:
        return listings if re.search(r"[^\W_]", wanted.words) else listings.none()  # only filler, or no word at all
    if wanted.sort == RELEVANCE or not wanted.known_words.some_have_all:
        return wanted.known_words.any_of(listings)
    return wanted.known_words.all_of(listings)


def _filter_distance(listings: ListingQuerySet, place: SearchCentre) -> ListingQuerySet:
    """Filters by a bounding box, which has an index, then by the exact distance."""
    height = place.miles / MILES_A_DEGREE
    width = height / max(0.05, math.cos(math.radians(place.latitude)))
    box = Q(latitude__range=(place.latitude - height, place.latitude + height))
    box &= Q(longitude__range=(place.longitude - width, place.longitude + width))
    return listings.filter(box).annotate(distance=_distance_miles(place)).filter(IsWithin(place.miles))


def inside(area: Area) -> Q:
    """Returns the filter for rows within the area, of any model with a latitude and a longitude."""
    if area.west <= area.east:
        across = Q(longitude__range=(area.west, area.east))
    else:
        across = Q(longitude__gte=area.west) | Q(longitude__lte=area.east)
    return Q(latitude__range=(area.south, area.north)) & across


def _distance_miles(place: SearchCentre) -> Any:
    here, there = Radians(Value(place.latitude)), Radians(F("latitude"))
    apart = Radians(F("longitude")) - Radians(Value(place.longitude))
    cosine = Sin(here) * Sin(there) + Cos(here) * Cos(there) * Cos(apart)
    return ExpressionWrapper(ACos(Least(cosine, Value(1.0))) * EARTH_MILES, output_field=FloatField())


def ordered(listings: ListingQuerySet, wanted: SearchRequest) -> tuple[ListingQuerySet, tuple[str, ...]]:
    """Returns the listings with the fields to sort by. As keyset pagination needs it, none is null and the last is unique."""
    if wanted.sort == RATE:
        return listings, ("hourly_dollars", "builder_id")
    if wanted.sort == DISTANCE and wanted.place is not None:
        return listings, ("distance", "builder_id")
    if wanted.sort == SOONEST:
        return listings, ("next_start", "builder_id")
    if wanted.sort == RELEVANCE and wanted.known_words:
        ranked = _measured(wanted.known_words.candidates(listings), wanted)
        return ranked.annotate(rank=wanted.known_words.rank()), ("-rank", "-score", "builder_id")
    return listings, ("-score", "-review_count", "builder_id")


def _measured(listings: ListingQuerySet, wanted: SearchRequest) -> ListingQuerySet:
    """Returns the listings with their distance, if the search has a place."""
    return listings.annotate(distance=_distance_miles(wanted.place)) if wanted.place is not None else listings


# Windows of time --------------------------------------------------------------------------------------------


def within(days: int, now: datetime) -> list[tuple[int, int]]:
    """Returns one window, from now to that many days ahead."""
    at = int(now.timestamp())
    return [(at, at + days * 86_400)]


def at_times(weekdays: Sequence[int], after: int, before: int, zone: str, now: datetime) -> list[tuple[int, int]]:
    """Returns windows between two hours, in the given time zone, on these weekdays of the next two weeks; none means all."""
    timezone = ZoneInfo(zone)
    today = now.astimezone(timezone).date()
    days = [today + timedelta(days=number) for number in range(DAYS + 1)]
    return [on(day, after, before, timezone) for day in days if not weekdays or day.weekday() in weekdays]


def on(day: date, after: int, before: int, zone: ZoneInfo) -> tuple[int, int]:
    """Returns the window between two hours of a day."""
    return instant(day, after * 60, zone), instant(day, before * 60, zone)
