"""Looks for free times that have opened up for saved searches and for favourites that notify, and saves them as notices to
tell. A run that is repeated, or goes on where another one died, finds nothing twice."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Func, JSONField, Max, Value
from django.http import QueryDict

from accounts.models import User
from bookings.waiting_list.rules import WeeklyHours
from marketplace import search
from marketplace.models import BuilderListing, Favourite, OpeningNotice, SavedSearch
from marketplace.saved_searches import rules
from marketplace.saved_searches.rules import DayPart
from marketplace.search import SearchRequest
from marketplace.usual_hours import DAYS
from scheduling.models import FreeTimes
from scheduling.queries import FirstSlot, first_starts, times_of

logger = logging.getLogger(__name__)

MOST_BUILDERS = 50  # that one search looks at, the best rated
FRESH = timedelta(minutes=12)  # how long ago times were calculated that the frequent run looks at: two of its periods
MOST_FRESH = 200  # builders that the frequent run looks at, the latest; the nightly one looks at all
MOST_A_RUN = 1000  # searches that the frequent run writes; the next run goes on
BATCH = 500


class SearchReader(Protocol):
    """Reads the address of a search as its page does."""

    def kept_query(self, parameters: QueryDict) -> str: ...

    def wanted_of(self, query: str, now: datetime) -> SearchRequest: ...


_readers: list[SearchReader] = []


def register_reader(reader: SearchReader) -> None:
    """Registers what reads the address of a search: the form of the page, which services do not import."""
    _readers[:] = [reader]


def reader() -> SearchReader:
    return _readers[0]


def look_at_all(now: datetime) -> int:
    """Looks at all builders of all saved searches and favourites; returns how many openings are new."""
    return _look(now, None)


def look_at_fresh(now: datetime) -> int:
    """Looks at the builders whose free times were calculated again just now; returns how many openings are new."""
    times = FreeTimes.objects.filter(computed_at__gt=now - FRESH).values("builder")
    latest = times.annotate(at=Max("computed_at")).order_by("-at", "builder").values_list("builder", flat=True)
    builders = set(latest[:MOST_FRESH])
    return _look(now, builders) if builders else 0


def _look(now: datetime, builders: set[UUID] | None) -> int:
    """Looks at all searches and favourites, or those of these builders. One that fails is logged, and the others go on."""
    count = 0
    for keys in _batches(_searches(now, builders)):
        reads = SharedReads(now)
        for key in keys:
            try:
                count += look_for_search(key, now, builders, reads)
            except Exception:
                logger.exception("a saved search could not be looked at", extra={"search": str(key)})
    favourites = Favourite.objects.filter(notifies=True, person__is_active=True)
    if builders is not None:
        favourites = favourites.filter(builder__in=builders)
    for numbers in _batches(list(favourites.order_by("person__timezone", "pk").values_list("pk", flat=True))):
        reads = SharedReads(now)
        for number in numbers:
            try:
                count += look_for_favourite(number, now, reads)
            except Exception:
                logger.exception("a favourite could not be looked at", extra={"favourite": number})
    return count


def _batches(keys: list[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(keys), BATCH):
        yield keys[first : first + BATCH]


def _searches(now: datetime, builders: set[UUID] | None) -> list[UUID]:
    """Returns the searches to look at. Of all of them, those come first that were looked at longest ago, so that a run that
    goes on where another one died has these before it; then those together that have much to read in common."""
    if builders is not None:
        return list(islice(_searches_with_changes(builders, now), MOST_A_RUN))
    alike = ("person__timezone", "weekdays", "from_minute", "to_minute", "query", "pk")
    return list(SavedSearch.objects.active().order_by("seen_until", *alike).values_list("pk", flat=True))


class _SeenOf(Func):
    """Some builders' part of what was seen: the whole of it, for fifty builders, takes longer to read than to compare."""

    template = "(SELECT jsonb_object_agg(key, value) FROM jsonb_each(%(expressions)s))"
    arg_joiner = ") WHERE key = ANY("
    output_field = JSONField()


def _searches_with_changes(builders: set[UUID], now: datetime) -> Iterator[UUID]:
    """Yields the searches for which something of these builders is free or taken that was not, when they were last looked
    at. Two queries, and one for each batch."""
    reads = SharedReads(now)
    reads.read_times(builders)
    rows = SavedSearch.objects.active().filter(seen__has_any_keys=[pk.hex for pk in builders]).select_related("person")
    for keys in _batches(list(rows.order_by("pk").values_list("pk", flat=True))):
        batch = rows.filter(pk__in=keys).order_by("pk").defer("seen")
        for saved in batch.annotate(known=_SeenOf("seen", Value([pk.hex for pk in builders]))):
            zone = saved.person.timezone
            ahead = {part.key for part in reads.parts_of(saved, zone)}
            seen: dict[str, list[str]] = vars(saved)["known"]
            for pk in builders:
                if pk.hex in seen and reads.free_parts(pk, saved, zone).keys() != ahead.intersection(seen[pk.hex]):
                    yield saved.pk
                    break


@transaction.atomic
def look_for_search(
    key: UUID, now: datetime, builders: Collection[UUID] | None = None, reads: SharedReads | None = None
) -> int:
    """Saves what has opened up for a search, and remembers what is free. Two queries, and those of `reads`. Its row is
    locked, so that of two runs at once the second finds nothing new."""
    saved = SavedSearch.objects.active().select_for_update(of=("self",)).select_related("person").filter(pk=key).first()
    if saved is None:
        return 0
    if reads is None or saved.changed_at > now:  # another run has looked since this one began, at newer times
        reads = SharedReads(now)
    ids = reads.builders_of(saved)
    looked_at = [pk for pk in ids if builders is None or pk in builders]
    if builders is not None and not looked_at:
        return 0
    reads.read_times(looked_at)
    zone = saved.person.timezone
    seen = {name: keys for name, keys in saved.seen.items() if builders is not None or UUID(name) in ids}
    notices = []
    for pk in looked_at:
        free = reads.free_parts(pk, saved, zone)
        opened = rules.news(free, seen.get(pk.hex), saved.seen_until)
        notices += _notices(saved.person, pk, opened, saved)
        seen[pk.hex] = sorted(free)
    saved.seen = seen
    if builders is None or saved.seen_until is None:
        saved.seen_until = _last_day(zone, now)
    saved.save(update_fields=["seen", "seen_until", "changed_at"])
    return _save(notices)


@transaction.atomic
def look_for_favourite(number: int, now: datetime, reads: SharedReads | None = None) -> int:
    """Saves what has opened up with a favourite, and remembers what is free. Three queries, and those of `reads`."""
    rows = Favourite.objects.select_for_update(of=("self",)).select_related("person").filter(notifies=True)
    favourite = rows.filter(pk=number).first()
    if favourite is None or not BuilderListing.objects.public().filter(pk=favourite.builder_id).exists():
        return 0
    if reads is None or favourite.changed_at > now:
        reads = SharedReads(now)
    zone = favourite.person.timezone
    reads.read_times([favourite.builder_id])
    free = reads.free_parts(favourite.builder_id, rules.AnyTime(), zone)
    opened = rules.news(free, favourite.seen, favourite.seen_until)
    favourite.seen, favourite.seen_until = sorted(free), _last_day(zone, now)
    favourite.save(update_fields=["seen", "seen_until", "changed_at"])
    return _save(_notices(favourite.person, favourite.builder_id, opened, None))


Hours = tuple[str, tuple[int, ...], int, int]  # the time zone, the days, and the minutes of a search


class SharedReads:
    """What searches match and what is free, read and worked out once for all searches of a batch: many have filters,
    builders, or days and hours in common."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._builders: dict[str, list[UUID]] = {}
        self._times: dict[UUID, list[FreeTimes]] = {}
        self._parts: dict[Hours, list[DayPart]] = {}
        self._free: dict[tuple[Hours, UUID], dict[str, FirstSlot]] = {}

    def builders_of(self, saved: SavedSearch) -> list[UUID]:
        """Returns the builders that the search looks at, the best rated. One query for each set of filters."""
        if saved.query not in self._builders:
            listings = search.matching(reader().wanted_of(saved.query, self.now)).order_by("-score", "builder_id")
            ids = listings.values_list("pk", flat=True)[: MOST_BUILDERS + 1]  # one more: nobody looks at themselves
            self._builders[saved.query] = list(ids)
        return [pk for pk in self._builders[saved.query] if pk != saved.person_id][:MOST_BUILDERS]

    def read_times(self, builders: Iterable[UUID]) -> None:
        """Reads the free times of these builders. One query for those that were not read before."""
        missing = [pk for pk in builders if pk not in self._times]
        if missing:
            times = times_of(missing)
            self._times |= {pk: times.get(pk, []) for pk in missing}

    def parts_of(self, hours: WeeklyHours, zone: str) -> list[DayPart]:
        key = _key_of(hours, zone)
        if key not in self._parts:
            self._parts[key] = rules.suitable_parts(hours, zone, self.now)
        return self._parts[key]

    def free_parts(self, builder: UUID, hours: WeeklyHours, zone: str) -> dict[str, FirstSlot]:
        """Returns the parts of days in which a builder, whose times were read, is free. No query."""
        key = _key_of(hours, zone), builder
        if key not in self._free:
            parts = self.parts_of(hours, zone)
            firsts = first_starts(self._times[builder], [part.window for part in parts], self.now)
            self._free[key] = rules.free_parts(parts, firsts, hours, zone)
        return self._free[key]


def _key_of(hours: WeeklyHours, zone: str) -> Hours:
    return zone, tuple(hours.weekdays), hours.from_minute, hours.to_minute


def _last_day(zone: str, now: datetime) -> date:
    """Returns the last day of which the free times are known throughout."""
    return now.astimezone(ZoneInfo(zone)).date() + timedelta(days=DAYS - 2)


def _notices(
    person: User, builder: UUID, opened: Mapping[str, FirstSlot], saved: SavedSearch | None
) -> list[OpeningNotice]:
    return [
        OpeningNotice(person=person, builder_id=builder, search=saved, stretch=key, starts_at=slot.start)
        for key, slot in opened.items()
    ]


def _save(notices: Iterable[OpeningNotice]) -> int:
    """Saves the notices that the person does not have yet, of another search or of an earlier opening."""
    rows = list(notices)
    OpeningNotice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
