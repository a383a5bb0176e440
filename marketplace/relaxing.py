"""What to change in a search that finds nobody, with how many builders each change would find."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from coaching.models import Service
from marketplace import queries, search
from marketplace.filters import search_request
from marketplace.forms import LONGEST_DISTANCE, MILES_PER_KM, DiscoverForm
from marketplace.search import SearchRequest
from marketplace.words import CLOSE_SPELLING, MIN_FUZZY_LENGTH, words_of

# The fields of the search that a filter of the form sets, as they are without it.
WITHOUT: dict[str, dict[str, Any]] = {
    "service": {"services": ()}, "role": {"roles": ()}, "pathway": {"pathway": ""}, "skill": {"skill": ""},
    "category": {"category": ""}, "rating": {"rating": None}, "max_rate": {"most": None}, "place": {"place": None},
    "area": {"area": None}, "verified": {"is_verified": False}, "language": {"languages": ()}, "format": {"format": ""},
}  # fmt: skip
DAY_FILTERS, TIME_OF_DAY = ("free", "day", "date"), "time"
MOST = 6
WIDER = 4  # times the radius
WORD = re.compile(r"[^\W_]+")


# What a change to a search says, the parameters that it drops and sets, and the search that it makes.
Change = tuple[str, tuple[str, ...], dict[str, str], SearchRequest]


@dataclass(frozen=True)
class Relaxation:
    """A change to a search: what it says, the parameters that it drops and sets, and how many builders it finds."""

    label: str
    drops: tuple[str, ...]
    sets: dict[str, str]
    count: int


def relaxations(form: DiscoverForm, wanted: SearchRequest, now: datetime) -> list[Relaxation]:
    """Returns the changes that find somebody, at most six: other words first, then those that find most. If one change is
    not enough, they leave out all filters but one; if nothing is known, they are what most builders here do. A few
    queries for each filter and each word."""
    nearest = list(_nearest_services(words_of(wanted.words)))
    near = [*_counted(_word_changes(wanted, nearest)), *_counted(_changes(form, wanted, now))]
    return (near or _counted(_single_filters(form, wanted, nearest)) or _counted(_popular_services(form)))[:MOST]


def _counted(changes: Iterable[Change]) -> list[Relaxation]:
    counted = [
        Relaxation(label, drops, sets, queries.count_up_to(search.matching(relaxed), queries.MOST_SHOWN))
        for label, drops, sets, relaxed in changes
    ]
    return sorted((change for change in counted if change.count), key=lambda change: -change.count)[:MOST]


def _word_changes(wanted: SearchRequest, nearest: Iterable[tuple[str, Service]]) -> Iterable[Change]:
    """Yields the search with any of its words, and with the service nearest to each word in place of the words."""
    if wanted.sort != search.RELEVANCE and len(wanted.known_words.conditions()) > 1:
        yield "With any of these words", ("sort",), {}, wanted.changed(sort=search.RELEVANCE)
    for word, service in nearest:
        by_service = replace(wanted, words="", services=(service.slug,), sort=search.RATING)
        yield f"{service.name} for “{word}”", ("q", "sort"), {"service": service.slug}, by_service


def _nearest_services(words: Sequence[str]) -> Iterable[tuple[str, Service]]:
    """Yields (word, service) where the name or the other words of a service have the word, or one of similar spelling. One
    query."""
    offered = Service.objects.filter(is_offered=True) if words else []
    services = [(service, set(WORD.findall(f"{service.name} {service.keywords}".lower()))) for service in offered]
    suggested = set()
    for word in words:
        for service, names in services:
            is_near = word in names or (
                len(word) >= MIN_FUZZY_LENGTH and get_close_matches(word, names, n=1, cutoff=CLOSE_SPELLING)
            )
            if is_near and service.slug not in suggested:
                suggested.add(service.slug)
                yield word, service


def _changes(form: DiscoverForm, wanted: SearchRequest, now: datetime) -> Iterable[Change]:
    """Yields the search with one filter changed."""
    if wanted.place is not None:
        radius = min(LONGEST_DISTANCE, int(form.distance) * WIDER)
        miles = radius * (MILES_PER_KM if form.unit == "km" else 1.0)
        wider = wanted.changed(place=replace(wanted.place, miles=miles))
        yield f"Search within {radius} {form.unit}", (), {form.unit: str(radius)}, wider
    for chip in form.chips:
        if chip.name in WITHOUT:
            yield f"Without “{chip.label}”", chip.names, {}, wanted.changed(**WITHOUT[chip.name])
    yield from _time_changes(form, wanted, now)
    if wanted.words and form.chips:
        yield f"Without “{wanted.words}”", ("q",), {}, replace(wanted, words="", sort=search.RATING)


def _time_changes(form: DiscoverForm, wanted: SearchRequest, now: datetime) -> Iterable[Change]:
    """Yields the search on any day, at any time of the day, and at any time at all."""
    chosen = [chip.name for chip in form.chips]
    days = tuple(name for name in chosen if name in DAY_FILTERS)
    if days:
        yield "On another day", days, {}, _without_times(form, wanted, days, now)
    if TIME_OF_DAY in chosen:
        yield "At another time of day", (TIME_OF_DAY,), {}, _without_times(form, wanted, (TIME_OF_DAY,), now)
    if days and TIME_OF_DAY in chosen:
        yield "At any time", (*days, TIME_OF_DAY), {}, wanted.changed(windows=())


def _without_times(form: DiscoverForm, wanted: SearchRequest, names: tuple[str, ...], now: datetime) -> SearchRequest:
    filters = form.filters(now)
    filters = replace(filters, windows=form.windows(now, without=names), days=None if "free" in names else filters.days)
    return wanted.changed(windows=search_request(filters, currencies=form.currencies, now=now)[0].windows)


def _single_filters(
    form: DiscoverForm, wanted: SearchRequest, nearest: Iterable[tuple[str, Service]]
) -> Iterable[Change]:
    """Yields the search by its words alone, by the services nearest to them, and by each filter alone."""
    everything = tuple(name for chip in form.chips for name in chip.names)
    plain = SearchRequest(currency=wanted.currency)
    if wanted.words:
        no_filters = {name: value for fields in WITHOUT.values() for name, value in fields.items()}
        yield f"Only “{wanted.words}”", everything, {}, wanted.changed(**no_filters, windows=())
        for word, service in nearest:
            by_service = replace(plain, services=(service.slug,))
            yield f"{service.name} for “{word}”", ("q", "sort", *everything), {"service": service.slug}, by_service
    for chip in form.chips:
        if chip.name in WITHOUT:
            kept = {name: getattr(wanted, name) for name in WITHOUT[chip.name]}
            dropped = tuple(name for name in ("q", *everything) if name not in chip.names)
            yield f"Only “{chip.label}”", dropped, {}, replace(plain, **kept)


def _popular_services(form: DiscoverForm) -> Iterable[Change]:
    """Yields the searches by the services that most builders offer."""
    dropped = ("q", "sort", *(name for chip in form.chips for name in chip.names))
    names = form.labels("service")
    for slug, _ in queries.counts_by(SearchRequest(), "service", "services")[:MOST]:
        if slug in names:
            yield names[slug], dropped, {"service": slug}, SearchRequest(services=(slug,))
