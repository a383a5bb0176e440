"""Reads of free times for pages and the API, each with the number of queries it costs."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from coaching.models import Offer, SessionType
from coaching.quotes import Quote, Terms, price_list
from coaching.terms import offers_of, terms_of
from core.compiled import CompiledQuery
from scheduling import loading
from scheduling.explain import Obstacle, why_not
from scheduling.intervals import Stretch, instant, midnight
from scheduling.loading import Busy
from scheduling.models import FreeTimes, SessionAvailability
from scheduling.slots import Calendar, Slot, free_slots
from scheduling.time_requests import TimeRequest

_availability = CompiledQuery(lambda builder: SessionAvailability.objects.filter(builder=builder))
_times = CompiledQuery(lambda builder: FreeTimes.objects.filter(builder=builder, session_type__is_active=True))


@dataclass(frozen=True)
class DescribedSessionType:
    """A session type with its terms, its next free time, and whether it can be booked."""

    session_type: SessionType
    terms: Terms
    next_slot: datetime | None
    is_bookable: bool

    @cached_property
    def prices(self) -> list[tuple[int, Quote]]:
        return price_list(self.terms)


def describe_session_types(
    session_types: Iterable[SessionType], offer: Offer | None = None
) -> list[DescribedSessionType]:
    """Returns loaded session types (`priced()` or `complete()`) with prices and next times.

    Three queries for any number of them, or one if all are of the same builder, whose offer was loaded before.
    """
    types = list(session_types)
    if offer:
        offers, known = {offer.pk: offer}, _availability.rows(offer.pk)
    else:
        offers = offers_of(session_type.builder_id for session_type in types)
        known = list(SessionAvailability.objects.filter(session_type__in=[session_type.pk for session_type in types]))
    times = {row.session_type_id: row for row in known}
    return [
        _describe(session_type, offers[session_type.builder_id], times.get(session_type.pk)) for session_type in types
    ]


def _describe(session_type: SessionType, offer: Offer, times: SessionAvailability | None) -> DescribedSessionType:
    is_bookable = bool(times and times.is_bookable)
    return DescribedSessionType(
        session_type, terms_of(session_type, offer), times.next_slot if times and is_bookable else None, is_bookable
    )


def free_times(
    session_type: SessionType,
    minutes: int,
    window: Stretch,
    now: datetime,
    holder: str = "",
    moving: Stretch | None = None,
    calendar: Calendar | None = None,
    *,
    travels: bool = False,
) -> list[Slot]:
    """Returns the slots that start in the window. Two queries; one with a calendar of the window.

    A hold of `holder` does not count as taken, nor does the session at `moving`, which is to move elsewhere. `travels`:
    whether the session is at the client's address.
    """
    builder = session_type.builder_id
    if calendar is None:
        calendar = loading.load_hours([builder], window)[builder].calendar_for(session_type.pk)
    shortest = minutes if moving is None else 0  # the time that is moved is looked for below
    busy = _beside(loading.load_taken([builder], window, now, holder, shortest=shortest)[builder], moving)
    taken = loading.for_engine(busy, holder, session_type.pk)
    wanted = loading.wanted(session_type, minutes, travels=travels)
    return free_slots(calendar, taken, wanted, window, int(now.timestamp()))


def _beside(busy: list[Busy], moving: Stretch | None) -> list[Busy]:
    """Returns what is taken, without the session that is being moved."""
    return [entry for entry in busy if entry.capacity > 1 or (entry.taken.start, entry.taken.end) != moving]


def why_not_free(
    session_type: SessionType,
    minutes: int,
    start: datetime,
    now: datetime,
    holder: str = "",
    moving: Stretch | None = None,
    *,
    travels: bool = False,
) -> list[Obstacle]:
    """Returns the rules that remove a start which `free_times` leaves out. Two queries."""
    builder, at = session_type.builder_id, int(start.timestamp())
    window = at, at + 1
    calendar = loading.load_hours([builder], window)[builder].calendar_for(session_type.pk)
    busy = _beside(loading.load_taken([builder], window, now, holder)[builder], moving)
    taken = loading.for_engine(busy, holder, session_type.pk)
    wanted = loading.wanted(session_type, minutes, travels=travels)
    return why_not(calendar, taken, wanted, at, int(now.timestamp()))


def travel_error(ask: TimeRequest, now: datetime) -> str | None:
    """Returns why there is no time for travelling to the client's place; None if there is, or if the time is not free for
    another reason. Two queries, where travel was not checked when the time was held."""
    if not ask.needs_more_than_its_hold:
        return None
    builder = ask.session_type.builder_id
    busy = loading.load_taken([builder], ask.window, now, ask.visitor.key)[builder]
    taken = loading.for_engine(busy, ask.visitor.key, ask.session_type.pk)
    obstacles = why_not(ask.calendar, taken, ask.wanted, ask.window[0], int(now.timestamp()))
    return next((obstacle.sentence for obstacle in obstacles if obstacle.rule == "travel"), None)


def free_days(builder: UUID, zone: tzinfo, now: datetime) -> dict[date, datetime]:
    """Returns the days of the next two weeks on which an active session type of the builder can start, and the first start
    of each. One query."""
    first_starts: dict[date, datetime] = {}
    for row in _times.rows(builder):
        for first, last in _runs_ahead(row, now):
            for start in range(first, last + 1, row.step):
                begins = datetime.fromtimestamp(start, zone)
                day = begins.date()
                first_starts[day] = min(begins, first_starts.get(day, begins))
    return first_starts


class StoredTimes(NamedTuple):
    """What a row of free times says of when a session type can begin, without the rest of it."""

    session_type_id: UUID
    runs: list[int]
    step: int
    minutes: int
    notice: int


@dataclass(frozen=True)
class FirstSlot:
    """The first free start of a builder within some windows of time, and the session type that starts then."""

    start: datetime
    session_type_id: UUID


def times_of(builders: Iterable[UUID]) -> dict[UUID, list[FreeTimes]]:
    """Returns the stored free times of the active session types of these builders. One query."""
    rows: dict[UUID, list[FreeTimes]] = defaultdict(list)
    for row in FreeTimes.objects.filter(builder__in=list(builders), session_type__is_active=True).order_by("pk"):
        rows[row.builder_id].append(row)
    return rows


def first_within(
    rows: Iterable[FreeTimes | StoredTimes], windows: Sequence[Stretch], now: datetime
) -> FirstSlot | None:
    """Returns the first free start from which a session fits into one of the windows, as the search finds it.

    No query.
    """
    best: tuple[int, UUID] | None = None
    for row in rows:
        for first, last in _runs_ahead(row, now):
            if best is not None and first >= best[0]:
                break
            for opens, closes in windows:
                start = first + max(0, math.ceil((opens - first) / row.step)) * row.step
                if start <= min(last, closes - 60 * row.minutes) and (best is None or start < best[0]):
                    best = start, row.session_type_id
    return None if best is None else FirstSlot(datetime.fromtimestamp(best[0], UTC), best[1])


def first_starts(
    rows: Iterable[FreeTimes | StoredTimes], windows: Sequence[Stretch], now: datetime
) -> list[FirstSlot | None]:
    """Returns the first free start in each of the windows, wherever the session ends. No query."""
    best: list[tuple[int, UUID] | None] = [None] * len(windows)
    for row in rows:
        runs = list(_runs_ahead(row, now))
        lasts = [last for _, last in runs]
        for number, (opens, closes) in enumerate(windows):
            place = bisect_left(lasts, opens)  # of the first run that does not end before the window opens
            if place == len(runs):
                continue
            first, known = runs[place][0], best[number]
            start = first + max(0, math.ceil((opens - first) / row.step)) * row.step
            if start < closes and (known is None or start < known[0]):
                best[number] = start, row.session_type_id
    return [None if slot is None else FirstSlot(datetime.fromtimestamp(slot[0], UTC), slot[1]) for slot in best]


def starts_by_day(
    rows: Iterable[FreeTimes | StoredTimes], days: Sequence[date], zone: tzinfo, now: datetime
) -> list[tuple[date, int]]:
    """Returns how many free starts each of these consecutive local days has, over all the session types. No query."""
    midnights = [midnight(day, zone) for day in (*days, days[-1] + timedelta(days=1))]
    starts: set[int] = set()
    for row in rows:
        for first, last in _runs_ahead(row, now):
            if first >= midnights[-1]:
                break
            starts.update(range(first, min(last + 1, midnights[-1]), row.step))
    in_order = sorted(starts)
    edges = [bisect_left(in_order, start_of_day) for start_of_day in midnights]
    return [(day, after - before) for day, before, after in zip(days, edges, edges[1:], strict=False)]


def _runs_ahead(row: FreeTimes | StoredTimes, now: datetime) -> Iterator[tuple[int, int]]:
    """Yields the runs of starts without those that have passed or are within the notice."""
    earliest = int(now.timestamp()) + max(1, row.notice)
    for first, last in zip(row.runs[::2], row.runs[1::2], strict=True):
        start = first + max(0, math.ceil((earliest - first) / row.step)) * row.step
        if start <= last:
            yield start, last


def nearest_free(
    session_type: SessionType,
    minutes: int,
    start: datetime,
    now: datetime,
    holder: str = "",
    moving: Stretch | None = None,
    calendar: Calendar | None = None,
    *,
    travels: bool = False,
) -> list[Slot]:
    """Returns the five free slots nearest to a time that is taken.

    Two queries; one with the calendar around the time.
    """
    at = int(start.timestamp())
    week = 7 * 86_400
    window = (at - week, at + 2 * week)
    slots = free_times(session_type, minutes, window, now, holder, moving, calendar, travels=travels)
    return sorted(sorted(slots, key=lambda slot: abs(slot.start - at))[:5])


def local_window(first: date, last: date, zone: tzinfo) -> Stretch:
    """Returns the window from the beginning of one local day to the end of another."""
    return instant(first, 0, zone), instant(last + timedelta(days=1), 0, zone)
