"""What to leave out of a search that finds nobody, with how many builders each change would find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from marketplace import queries, search
from marketplace.forms import LONGEST_DISTANCE, MILES_PER_KM, DiscoverForm
from marketplace.search import SearchRequest

# The fields of the search that a filter of the form sets, as they are without it.
WITHOUT: dict[str, dict[str, Any]] = {
    "service": {"services": ()}, "role": {"roles": ()}, "pathway": {"pathway": ""}, "skill": {"skill": ""},
    "category": {"category": ""}, "rating": {"rating": None}, "max_rate": {"most": None}, "place": {"place": None},
    "area": {"area": None}, "verified": {"is_verified": False}, "language": {"languages": ()}, "format": {"format": ""},
}  # fmt: skip
TIME_FILTERS = ("free", "day", "time", "date")
MOST = 6
WIDER = 4  # times the radius


# What a change to a search says, the parameters that it drops and sets, and the search that it makes.
Change = tuple[str, tuple[str, ...], dict[str, str], SearchRequest]


@dataclass(frozen=True)
class Relaxation:
    """A change to a search: what it says, the parameters that it drops and sets, and how many builders it finds."""

    label: str
    drops: tuple[str, ...]
    sets: dict[str, str]
    count: int


def relaxations(form: DiscoverForm, wanted: SearchRequest) -> list[Relaxation]:
    """Returns the changes that find somebody, those that find most first; at most six. If leaving out one filter is not
    enough, they leave out all but one. A few queries for each filter."""
    return _counted(_changes(form, wanted)) or _counted(_single_filters(form, wanted))


def _counted(changes: Iterable[Change]) -> list[Relaxation]:
    counted = [
        Relaxation(label, drops, sets, queries.count_up_to(search.matching(relaxed), queries.MOST_SHOWN))
        for label, drops, sets, relaxed in changes
    ]
    return sorted((change for change in counted if change.count), key=lambda change: -change.count)[:MOST]


def _changes(form: DiscoverForm, wanted: SearchRequest) -> Iterable[Change]:
    """Yields the search with one thing changed."""
    times = tuple(chip.name for chip in form.chips if chip.name in TIME_FILTERS)
    if wanted.place is not None:
        radius = min(LONGEST_DISTANCE, int(form.distance) * WIDER)
        miles = radius * (MILES_PER_KM if form.unit == "km" else 1.0)
        wider = wanted.changed(place=replace(wanted.place, miles=miles))
        yield f"Search within {radius} {form.unit}", (), {form.unit: str(radius)}, wider
    for chip in form.chips:
        if chip.name in WITHOUT:
            yield f"Without “{chip.label}”", chip.names, {}, wanted.changed(**WITHOUT[chip.name])
    if times:
        yield "At any time", times, {}, wanted.changed(windows=())
    if wanted.words and form.chips:
        yield f"Without “{wanted.words}”", ("q",), {}, replace(wanted, words="", sort=search.RATING)


def _single_filters(form: DiscoverForm, wanted: SearchRequest) -> Iterable[Change]:
    """Yields the search by its words alone, and by each filter alone."""
    everything = tuple(name for chip in form.chips for name in chip.names)
    plain = SearchRequest(currency=wanted.currency)
    if wanted.words:
        no_filters = {name: value for fields in WITHOUT.values() for name, value in fields.items()}
        yield f"Only “{wanted.words}”", everything, {}, wanted.changed(**no_filters, windows=())
    for chip in form.chips:
        if chip.name in WITHOUT:
            kept = {name: getattr(wanted, name) for name in WITHOUT[chip.name]}
            dropped = tuple(name for name in ("q", *everything) if name not in chip.names)
            yield f"Only “{chip.label}”", dropped, {}, replace(plain, **kept)
