"""What pages and the API read of a builder's time, each with the number of queries it costs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from coaching.models import Offer, SessionType
from coaching.quotes import Quote, Terms, price_list
from coaching.terms import offers_of, terms_of
from scheduling import loading
from scheduling.intervals import Stretch, instant
from scheduling.models import FreeTimes, SessionAvailability
from scheduling.slots import Slot, free_slots


@dataclass(frozen=True)
class DescribedSessionType:
    """A session type with all that is shown of it."""

    session_type: SessionType
    terms: Terms
    next_slot: datetime | None
    is_bookable: bool

    @property
    def prices(self) -> list[tuple[int, Quote]]:
        return price_list(self.terms)


def describe_session_types(session_types: Iterable[SessionType]) -> list[DescribedSessionType]:
    """Prices and next times for loaded session types (`complete()`): three queries for any number of them."""
    types = list(session_types)
    offers = offers_of(found.builder_id for found in types)
    known = SessionAvailability.objects.filter(session_type__in=[found.pk for found in types])
    times = {row.session_type_id: row for row in known}
    return [_described(found, offers[found.builder_id], times.get(found.pk)) for found in types]


def _described(found: SessionType, offer: Offer, times: SessionAvailability | None) -> DescribedSessionType:
    is_bookable = bool(times and times.is_bookable)
    return DescribedSessionType(
        found, terms_of(found, offer), times.next_slot if times and is_bookable else None, is_bookable
    )


def free_times(
    session_type: SessionType,
    minutes: int,
    window: Stretch,
    now: datetime,
    holder: str = "",
    moving: Stretch | None = None,
) -> list[Slot]:
    """The slots that start in the window, for whoever asks: two queries. `moving`: a session that gives its time up."""
    builder = session_type.builder_id
    hours = loading.load_hours([builder], window)[builder]
    busy = loading.load_taken([builder], window, now, holder)[builder]
    calendar = hours.calendar_for(session_type.pk)
    if moving is not None:
        busy = [one for one in busy if one.capacity > 1 or (one.taken.start, one.taken.end) != moving]
    taken = loading.for_engine(busy, holder, session_type.pk)
    return free_slots(calendar, taken, loading.wanted(session_type, minutes), window, int(now.timestamp()))


def free_days(session_types: Iterable[SessionType], zone: tzinfo, now: datetime) -> dict[date, datetime]:
    """The days of the next two weeks on which one of them can begin, with the first beginning of each: one query."""
    found: dict[date, datetime] = {}
    at = int(now.timestamp())
    for row in FreeTimes.objects.filter(session_type__in=[each.pk for each in session_types]):
        earliest = at + max(1, row.notice)
        for first, last in zip(row.runs[::2], row.runs[1::2], strict=True):
            for start in range(first + max(0, math.ceil((earliest - first) / row.step)) * row.step, last + 1, row.step):
                begins = datetime.fromtimestamp(start, zone)
                day = begins.date()
                found[day] = min(begins, found.get(day, begins))
    return found


def nearest_free(
    session_type: SessionType,
    minutes: int,
    start: datetime,
    now: datetime,
    holder: str = "",
    moving: Stretch | None = None,
) -> list[Slot]:
    """The five free slots nearest to a time that cannot be had: two queries."""
    at = int(start.timestamp())
    week = 7 * 86_400
    found = free_times(session_type, minutes, (at - week, at + 2 * week), now, holder, moving)
    return sorted(sorted(found, key=lambda slot: abs(slot.start - at))[:5])


def local_window(first: date, last: date, zone: tzinfo) -> Stretch:
    """From the beginning of one local day to the end of another."""
    return instant(first, 0, zone), instant(last + timedelta(days=1), 0, zone)
