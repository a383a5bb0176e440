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
from marketplace import search
from marketplace.models import BuilderListing, Favourite, OpeningNotice, SavedSearch
from marketplace.saved_searches import rules
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

    def wanted_of(self, saved: SavedSearch, now: datetime) -> SearchRequest: ...


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
    if builders is None:
        keys: Iterable[UUID] = list(SavedSearch.objects.active().values_list("pk", flat=True))
    else:
        keys = islice(_searches_with_changes(builders, now), MOST_A_RUN)
    for key in keys:
        try:
            count += look_for_search(key, now, builders)
        except Exception:
            logger.exception("a saved search could not be looked at", extra={"search": str(key)})
    favourites = Favourite.objects.filter(notifies=True, person__is_active=True)
    if builders is not None:
        favourites = favourites.filter(builder__in=builders)
    for number in list(favourites.values_list("pk", flat=True)):
        try:
            count += look_for_favourite(number, now)
        except Exception:
            logger.exception("a favourite could not be looked at", extra={"favourite": number})
    return count


class _SeenOf(Func):
    """Some builders' part of what was seen: the whole of it, for fifty builders, takes longer to read than to compare."""

    template = "(SELECT jsonb_object_agg(key, value) FROM jsonb_each(%(expressions)s))"
    arg_joiner = ") WHERE key = ANY("
    output_field = JSONField()


def _searches_with_changes(builders: set[UUID], now: datetime) -> Iterator[UUID]:
    """Yields the searches for which something of these builders is free or taken that was not, when they were last looked
    at. Two queries, and one for each batch: what is free at the same days and hours is worked out once."""
    times = times_of(builders)
    known: dict[Any, tuple[set[str], dict[UUID, set[str]]]] = {}
    rows = SavedSearch.objects.active().filter(seen__has_any_keys=[pk.hex for pk in builders]).select_related("person")
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(keys), BATCH):
        batch = rows.filter(pk__in=keys[first : first + BATCH]).order_by("pk")
        for saved in batch.defer("seen").annotate(known=_SeenOf("seen", Value([pk.hex for pk in builders]))):
            zone = saved.person.timezone
            hours = (zone, tuple(saved.weekdays), saved.from_minute, saved.to_minute)
            if hours not in known:
                parts = rules.suitable_parts(saved, zone, now)
                windows = [part.window for part in parts]
                free = {
                    pk: set(rules.free_parts(parts, first_starts(times.get(pk, []), windows, now), saved, zone))
                    for pk in builders
                }
                known[hours] = {part.key for part in parts}, free
            ahead, free = known[hours]
            seen: dict[str, list[str]] = vars(saved)["known"]
            if any(free[pk] != ahead.intersection(seen[pk.hex]) for pk in builders if pk.hex in seen):
                yield saved.pk


@transaction.atomic
def look_for_search(key: UUID, now: datetime, builders: Collection[UUID] | None = None) -> int:
    """Saves what has opened up for a search, and remembers what is free. Five queries. Its row is locked, so that of two
    runs at once the second finds nothing new."""
    saved = SavedSearch.objects.active().select_for_update(of=("self",)).select_related("person").filter(pk=key).first()
    if saved is None:
        return 0
    listings = (
        search.matching(reader().wanted_of(saved, now)).exclude(pk=saved.person_id).order_by("-score", "builder_id")
    )
    ids = list(listings.values_list("pk", flat=True)[:MOST_BUILDERS])
    looked_at = [pk for pk in ids if builders is None or pk in builders]
    if builders is not None and not looked_at:
        return 0
    zone = saved.person.timezone
    parts = rules.suitable_parts(saved, zone, now)
    times = times_of(looked_at)
    seen = {name: keys for name, keys in saved.seen.items() if builders is not None or UUID(name) in ids}
    notices = []
    for pk in looked_at:
        firsts = first_starts(times.get(pk, []), [part.window for part in parts], now)
        free = rules.free_parts(parts, firsts, saved, zone)
        opened = rules.news(free, seen.get(pk.hex), saved.seen_until)
        notices += _notices(saved.person, pk, opened, saved)
        seen[pk.hex] = sorted(free)
    saved.seen = seen
    if builders is None or saved.seen_until is None:
        saved.seen_until = _last_day(zone, now)
    saved.save(update_fields=["seen", "seen_until", "changed_at"])
    return _save(notices)


@transaction.atomic
def look_for_favourite(number: int, now: datetime) -> int:
    """Saves what has opened up with a favourite, and remembers what is free. Four queries."""
    rows = Favourite.objects.select_for_update(of=("self",)).select_related("person").filter(notifies=True)
    favourite = rows.filter(pk=number).first()
    if favourite is None or not BuilderListing.objects.public().filter(pk=favourite.builder_id).exists():
        return 0
    zone, hours = favourite.person.timezone, rules.AnyTime()
    parts = rules.suitable_parts(hours, zone, now)
    times = times_of([favourite.builder_id]).get(favourite.builder_id, [])
    free = rules.free_parts(parts, first_starts(times, [part.window for part in parts], now), hours, zone)
    opened = rules.news(free, favourite.seen, favourite.seen_until)
    favourite.seen, favourite.seen_until = sorted(free), _last_day(zone, now)
    favourite.save(update_fields=["seen", "seen_until", "changed_at"])
    return _save(_notices(favourite.person, favourite.builder_id, opened, None))


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
