"""Turns what somebody filters by into a search. The search page and the API parse their input and then call this."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Place
from accounts.places import BOTH_OR_NEITHER, missing_coordinate
from marketplace import search
from marketplace.search import Area, SearchCentre, SearchRequest

DEFAULT_MILES = 25.0
DEFAULT_CURRENCY = "USD"
EMPTY_WINDOW = (0, 0)  # too short for any session: matches nobody
Problems = dict[str, list[str]]
NEEDS = {
    search.DISTANCE: "Enter a place to sort by distance.",
    search.RELEVANCE: "Enter search words to sort by best match.",
}


@dataclass(frozen=True)
class Filters:
    """What somebody filters by, parsed. `town` counts only without coordinates, and `is_town_unknown` says that there is
    none because its name was wrong. A session has to fit into one of `windows`, if there are any, within `days`."""

    words: str = ""
    services: Sequence[str] = ()
    pathway: str = ""
    skill: str = ""
    roles: Sequence[str] = ()
    category: str = ""
    rating: float | None = None
    most: Decimal | None = None
    currency: str = DEFAULT_CURRENCY
    town: Place | None = None
    is_town_unknown: bool = False
    latitude: float | None = None
    longitude: float | None = None
    miles: float = DEFAULT_MILES
    area: Area | None = None
    is_verified: bool = False
    languages: Sequence[str] = ()
    format: str = ""
    days: int | None = None
    windows: Sequence[tuple[int, int]] = ()
    sort: str = search.RATING


def search_request(filters: Filters, *, currencies: Collection[str], now: datetime) -> tuple[SearchRequest, Problems]:
    """Returns the search without the filters that are wrong, and what is wrong with them by the names of `Filters`.

    `currencies` are those with an exchange rate, which the callers have loaded already.
    """
    problems: Problems = {}
    if filters.currency not in currencies:
        problems["currency"] = [f"There is no exchange rate for {filters.currency}."]
    place = _centre(filters, problems)
    is_sortable = _is_sortable(filters, place)
    if not is_sortable and not filters.is_town_unknown and not problems.keys() & {"latitude", "longitude"}:
        problems["sort"] = [NEEDS[filters.sort]]
    wanted = SearchRequest(
        words=filters.words.strip(),
        services=filters.services,
        pathway=filters.pathway,
        skill=filters.skill,
        roles=filters.roles,
        category=filters.category,
        rating=filters.rating,
        most=filters.most,
        currency=DEFAULT_CURRENCY if "currency" in problems else filters.currency,
        place=place,
        area=filters.area,
        is_verified=filters.is_verified,
        languages=filters.languages,
        format=filters.format,
        windows=_windows(filters, now),
        sort=filters.sort if is_sortable else search.RATING,
    )
    return wanted, problems


def _centre(filters: Filters, problems: Problems) -> SearchCentre | None:
    if missing := missing_coordinate(filters.latitude, filters.longitude):
        problems[missing] = [BOTH_OR_NEITHER]
        return None
    if filters.latitude is not None and filters.longitude is not None:
        return SearchCentre("", filters.latitude, filters.longitude, filters.miles)
    if (town := filters.town) is None:
        return None
    return SearchCentre(str(town), float(town.latitude), float(town.longitude), filters.miles)


def _is_sortable(filters: Filters, place: SearchCentre | None) -> bool:
    """Whether the search has what its order needs: a place for distances, words for how well they fit."""
    if filters.sort == search.DISTANCE:
        return place is not None
    return filters.sort != search.RELEVANCE or bool(filters.words.strip())


def _windows(filters: Filters, now: datetime) -> list[tuple[int, int]]:
    """Returns the windows as far as they lie within `days`."""
    if not filters.days:
        return list(filters.windows)
    first, last = search.within(filters.days, now)[0]
    windows = [(max(start, first), min(end, last)) for start, end in filters.windows or [(first, last)]]
    return [window for window in windows if window[0] < window[1]] or [EMPTY_WINDOW]
