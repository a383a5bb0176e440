"""Loads schedules and reservations as plain values for the slot engine: two queries for any number of builders."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from coaching.models import SessionType
from scheduling.intervals import Stretch
from scheduling.models import Schedule
from scheduling.patterns import Hours, Pattern
from scheduling.slots import Calendar, HoursPlan, Kind, Limits, SlotRequest, Taken

FRESH = timedelta(seconds=60)  # a connected calendar that was read since counts as up to date for a booking
MARGIN = 2 * 86_400  # covers buffers, and whole local days for the daily cap
KINDS = {"HOLD": Kind.SESSION, "BOOKED": Kind.SESSION, "EXTERNAL": Kind.BUSY, "TIME_OFF": Kind.TIME_OFF}
CLOSED = HoursPlan(ZoneInfo("UTC"), ((),) * 7)

SCHEDULES = """
    SELECT s.builder_id, s.id, s.kind, s.is_default, s.timezone, s.starts_on, s.ends_on, s.buffer_before,
           s.buffer_after, s.minimum_notice, s.horizon_days, s.max_per_day, s.holiday_country,
           ARRAY(SELECT ARRAY[r.weekday, r.start, r."end"] FROM scheduling_rule r
                 WHERE r.schedule_id = s.id ORDER BY r.weekday, r.start),
           (SELECT json_agg(json_build_array(e.date, e.intervals)) FROM scheduling_exceptionday e
            WHERE e.schedule_id = s.id AND e.date BETWEEN %(first)s AND %(last)s),
           (SELECT json_agg(json_build_array(h.weekday, h.start, h."end", h.every_weeks, h.ordinal, h.starts_on, h.ends_on))
            FROM scheduling_recurringhours h WHERE h.schedule_id = s.id
              AND (h.ends_on IS NULL OR h.ends_on >= %(first)s)),
           ARRAY(SELECT w.date FROM scheduling_workedholiday w WHERE w.schedule_id = s.id),
           ARRAY(SELECT t.session_type_id FROM scheduling_typeschedule t WHERE t.schedule_id = s.id),
           EXISTS(SELECT FROM connections_connection c WHERE c.owner_id = s.builder_id
               AND (c.tried_at IS NULL OR c.tried_at < clock_timestamp() - make_interval(secs => %(fresh)s))
               AND (c.ask_again_at IS NULL OR c.ask_again_at <= clock_timestamp())),
           EXISTS(SELECT FROM connections_connection c WHERE c.owner_id = s.builder_id AND c.when_unread = 'request'
               AND COALESCE(c.read_at, c.created_at) < clock_timestamp() - make_interval(mins => c.patience))
    FROM scheduling_schedule s WHERE s.builder_id = ANY(%(builders)s::uuid[]) AND s.is_active
"""
# A builder is identified by their position in the given list, because reading a UUID takes longer than the rest of a
# row.
COLUMNS = """
    SELECT array_position(%(builders)s::uuid[], r.builder_id), extract(epoch FROM lower(r.during))::bigint, extract(epoch FROM upper(r.during))::bigint,
           r.kind, r.buffer_before, r.buffer_after, r.note, r.session_type_id, r.capacity
"""
# The conditions repeat those of the two partial indexes, without which they would not be used.
SESSIONS = f"""
    {COLUMNS},
           CASE WHEN r.capacity > 1 OR %(holder)s <> '' THEN ARRAY(
               SELECT s.holder || CASE WHEN s.expires_at IS NULL THEN ' taken' ELSE ' held' END
               FROM scheduling_seat s WHERE s.reservation_id = r.id AND s.released_at IS NULL
                 AND (s.expires_at IS NULL OR s.expires_at > %(now)s)) END,
           NULL::bigint[]
    FROM scheduling_reservation r
    WHERE r.builder_id = ANY(%(builders)s::uuid[]) AND r.during && tstzrange(%(start)s, %(end)s)
      AND r.released_at IS NULL AND r.kind IN ('HOLD', 'BOOKED') AND (r.expires_at IS NULL OR r.expires_at > %(now)s)
    UNION ALL
"""  # noqa: S608  (built from constants only)
BUSY = """
    FROM scheduling_reservation r
    WHERE r.builder_id = ANY(%(builders)s::uuid[]) AND r.during && tstzrange(%(start)s, %(end)s)
      AND r.released_at IS NULL AND r.kind IN ('EXTERNAL', 'TIME_OFF')
"""
TAKEN = f"{SESSIONS} {COLUMNS}, NULL, NULL {BUSY}"
# A full calendar has thousands of busy times, and reading them takes longer than all the rest. Each is extended by the
# gap that is too short for a session, so that busy times with only such a gap between them merge; then the gap is
# removed again. This is only for past times; upcoming ones are stored already merged.
MERGED_NOW = f"""
    {SESSIONS}
    SELECT array_position(%(builders)s::uuid[], builder_id), extract(epoch FROM lower(part))::bigint,
           extract(epoch FROM upper(part))::bigint - %(gap)s, kind, buffer_before, buffer_after, '', session_type_id,
           capacity, NULL, NULL
    FROM (
        SELECT r.builder_id, r.kind, r.buffer_before, r.buffer_after, r.session_type_id, r.capacity,
               unnest(range_agg(tstzrange(lower(r.during), upper(r.during) + make_interval(secs => %(gap)s)))) AS part
        {BUSY}
        GROUP BY r.builder_id, r.kind, r.buffer_before, r.buffer_after, r.session_type_id, r.capacity,
                 CASE WHEN r.capacity > 1 THEN r.id END
    ) AS merged
"""  # noqa: S608  (built from constants only)
# The same from what is stored merged, beside the few reservations that are not (`scheduling.models.NOT_MERGED`).
MERGED = f"""
    {SESSIONS}
    {COLUMNS}, NULL, NULL {BUSY}
      AND (r.kind = 'TIME_OFF' OR r.session_type_id IS NOT NULL OR r.capacity > 1 OR r.buffer_before > 0
           OR r.buffer_after > 0)
    UNION ALL
    SELECT array_position(%(builders)s::uuid[], m.builder_id), NULL, NULL, 'EXTERNAL', 0, 0, '', NULL, 1, NULL,
           ARRAY(SELECT unnest(ARRAY[extract(epoch FROM lower(part))::bigint, extract(epoch FROM upper(part))::bigint])
                 FROM unnest(m.times * tstzmultirange(tstzrange(%(start)s, %(end)s))) AS part)
    FROM scheduling_mergedbusytime m
    WHERE m.builder_id = ANY(%(builders)s::uuid[]) AND m.minutes = %(merged)s
"""  # noqa: S608  (built from constants only)
STORED_MINUTES = (5, 15, 30, 45, 60, 90, 120)  # of the shortest session, for which busy time is stored merged
STORED_DAYS = 30  # so far back what is stored merged is complete; the triggers go back further


@dataclass
class BuilderHours:
    """A builder's schedules, from which calendars for the slot engine are made."""

    usual: HoursPlan = CLOSED
    named: dict[UUID, HoursPlan] = field(default_factory=dict)  # by the session type that uses it
    holidays: list[tuple[date, date, HoursPlan]] = field(default_factory=list)
    has_calendar_to_read: bool = False  # one that was not read in the last minute
    asks_to_confirm: bool = False  # each booking, because a calendar cannot be read

    def calendar_for(self, session_type: UUID | None) -> Calendar:
        usual = self.named.get(session_type, self.usual) if session_type else self.usual
        return Calendar(usual, tuple(self.holidays))


class Busy(NamedTuple):
    """A reservation with its seats, before it is known who wants to book what."""

    taken: Taken
    session_type: UUID | None
    capacity: int
    seats: list[str]

    def seen_by(self, holder: str, session_type: UUID | None) -> Taken | None:
        """Returns the reservation as it counts for `holder`: None if it is only their own hold."""
        if not self.seats and self.capacity == 1:
            return self.taken
        others = [seat for seat in self.seats if seat != f"{holder} held"]
        if self.seats and not others:
            return None
        is_joinable = self.capacity > 1 and session_type == self.session_type and f"{holder} taken" not in self.seats
        if not is_joinable:
            return self.taken
        return self.taken._replace(seats_left=max(0, self.capacity - len(others)))


def wanted(session_type: SessionType, minutes: int, *, travels: bool = False) -> SlotRequest:
    """Returns the slot request for a session type, with its own limits; the others come from the schedule.

    `travels`: whether the session is at the client's address, which also counts where that is the only place.
    """
    own = Limits(
        session_type.buffer_before,
        session_type.buffer_after,
        session_type.minimum_notice,
        session_type.horizon_days,
        session_type.max_per_day,
    )
    request = SlotRequest(minutes, session_type.slot_interval, session_type.seats, own)
    if not session_type.has_travel_time or not (travels or session_type.is_always_at_client):
        return request
    return replace(request, travel_before=session_type.travel_before or 0, travel_after=session_type.travel_after or 0)


def notice_of(session_type: SessionType, start: datetime) -> timedelta:
    """Returns the minimum notice for that start. One query."""
    at = int(start.timestamp())
    hours = load_hours([session_type.builder_id], (at, at + 1))[session_type.builder_id]
    return notice_in(hours.calendar_for(session_type.pk), session_type, start)


def notice_in(calendar: Calendar, session_type: SessionType, start: datetime) -> timedelta:
    """Returns the minimum notice for that start, from hours that are loaded."""
    plan = calendar.plan_on(start.astimezone(calendar.usual.zone).date())
    limits = wanted(session_type, session_type.default_minutes).limits.over(plan.limits)
    return timedelta(minutes=limits.notice or 0)


def load_hours(builders: Iterable[UUID], window: Stretch) -> dict[UUID, BuilderHours]:
    """Returns each builder's schedules around the window. One query."""
    by_builder = {builder: BuilderHours() for builder in builders}
    first = (moment(window[0]) - timedelta(days=20)).date()  # the engine looks back for the beginning of an opening
    last = (moment(window[1]) + timedelta(days=4)).date()
    with connection.cursor() as cursor:
        cursor.execute(
            SCHEDULES, {"builders": list(by_builder), "first": first, "last": last, "fresh": FRESH.total_seconds()}
        )
        rows = cursor.fetchall()
    for builder, _, kind, is_default, zone, starts_on, ends_on, *rest, is_to_read, asks_to_confirm in rows:
        plan = _plan_from_row(zone, rest, first, last)
        hours = by_builder[builder]
        hours.has_calendar_to_read, hours.asks_to_confirm = is_to_read, asks_to_confirm
        if kind == "holiday":
            hours.holidays.append((starts_on, ends_on, plan))
        elif is_default:
            hours.usual = plan
        if kind != "holiday":
            hours.named.update(dict.fromkeys(rest[-1], plan))
    return by_builder


def load_taken(
    builders: Iterable[UUID], window: Stretch, now: datetime, holder: str = "", *, shortest: int = 0
) -> dict[UUID, list[Busy]]:
    """Returns what takes each builder's time around the window. One query.

    With `shortest`, the minutes of the shortest session that is looked for, busy times between which it does not fit
    are returned as one, without their notes.
    """
    by_builder: dict[UUID, list[Busy]] = {builder: [] for builder in builders}
    lists = [[], *by_builder.values()]  # PostgreSQL counts from one
    with connection.cursor() as cursor:
        cursor.execute(
            _query_for(window, shortest),
            {
                "gap": shortest * 60 - 1,
                "merged": max((minutes for minutes in STORED_MINUTES if minutes <= shortest), default=0),
                "builders": list(by_builder),
                "start": moment(window[0] - MARGIN),
                "end": moment(window[1] + MARGIN),
                "now": now,
                "holder": holder,
            },
        )
        rows = cursor.fetchall()
    for builder, start, end, kind, before, after, note, session_type, capacity, seats, edges in rows:
        if edges is not None:
            lists[builder].extend(
                Busy(Taken(begin, finish, Kind.BUSY), None, 1, [])
                for begin, finish in zip(edges[::2], edges[1::2], strict=True)
            )
            continue
        taken = Taken(start, end, KINDS[kind], before, after, 0, note)
        lists[builder].append(Busy(taken, session_type, capacity, seats or []))
    return by_builder


def _query_for(window: Stretch, shortest: int) -> str:
    """Returns the query for what takes time, merged for the shortest session where that is stored."""
    if not shortest:
        return TAKEN
    is_stored = shortest >= STORED_MINUTES[0] and window[0] > time.time() - STORED_DAYS * 86_400
    return MERGED if is_stored else MERGED_NOW


def for_engine(busy: Iterable[Busy], holder: str, session_type: UUID | None) -> list[Taken]:
    """Returns what is taken for everybody but `holder`, in the form that the slot engine reads."""
    return [taken for entry in busy if (taken := entry.seen_by(holder, session_type)) is not None]


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _plan_from_row(zone: str, row: list[Any], first: date, last: date) -> HoursPlan:
    before, after, notice, horizon, most, country, rules, exceptions, recurring, worked, _ = row
    days = json.loads(exceptions) if isinstance(exceptions, str) else exceptions or []
    patterns = json.loads(recurring) if isinstance(recurring, str) else recurring or []
    return HoursPlan(
        zone=zone_named(zone),
        weekly=_by_weekday(rules),
        dated={date.fromisoformat(day): tuple((start, end) for start, end in hours) for day, hours in days},
        public_holidays=closed_days(country, first, last, worked) if country else {},
        limits=Limits(before, after, notice, horizon, most),
        patterns=tuple(_pattern_from_row(pattern) for pattern in patterns),
    )


def usual_plan(schedule: Schedule) -> HoursPlan:
    """Returns the weekly and recurring hours of a schedule, without those of single dates. Two queries, unless both are
    prefetched; none for a schedule that is not saved."""
    zone = zone_named(schedule.timezone)
    if schedule._state.adding:
        return HoursPlan(zone, CLOSED.weekly)
    rules = [(rule.weekday, rule.start, rule.end) for rule in schedule.rules.all()]
    return HoursPlan(zone, _by_weekday(rules), patterns=tuple(row.pattern for row in schedule.recurring_hours.all()))


def _by_weekday(rules: Iterable[tuple[int, int, int]]) -> tuple[Hours, ...]:
    weekly: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekday, start, end in rules:
        weekly[weekday].append((start, end))
    return tuple(tuple(day) for day in weekly)


def _pattern_from_row(row: list[Any]) -> Pattern:
    weekday, start, end, every_weeks, ordinal, starts_on, ends_on = row
    first, last = (date.fromisoformat(day) if day else None for day in (starts_on, ends_on))
    return Pattern(weekday, start, end, every_weeks, ordinal, first, last)


@cache
def zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def closed_days(country: str, first: date, last: date, worked: Iterable[date] = ()) -> dict[date, str]:
    """Returns the country's public holidays from one day to another, except those that the builder works on."""
    skipped = set(worked)
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in public_holidays(country, year).items()
        if first <= day <= last and day not in skipped
    }


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> dict[date, str]:
    """Returns the names of a year's public holidays by date; none for a country that the library does not know."""
    import holidays  # a large module, needed only for builders who close on holidays

    try:
        calendar = holidays.country_holidays(country, years=year, language="en_US")
    except NotImplementedError:
        return {}
    return {day: str(name) for day, name in sorted(calendar.items())}


@cache
def holiday_countries() -> dict[str, str]:
    """Returns the code and name of every country whose public holidays are known."""
    import holidays
    from babel import Locale  # large modules, needed only here

    names = Locale("en").territories  # the library also has other codes, such as UK for GB
    return {code: names[code] for code in sorted(holidays.list_supported_countries()) if code in names}
