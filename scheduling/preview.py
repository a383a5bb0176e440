"""Previews for builders and support: the times that clients see in one week, and why a time is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coaching.models import SessionType
from scheduling import loading, queries
from scheduling.booked_sessions import BookedSession, sessions_beside
from scheduling.explain import Obstacle, why_not
from scheduling.intervals import Stretch
from scheduling.slots import Limits, by_day, free_starts, local_day


@dataclass(frozen=True)
class PreviewDay:
    """One day of the preview: the free starts, and those inside the opening hours that a rule removes."""

    day: date
    starts: list[datetime]
    missing: list[datetime]

    @property
    def times(self) -> list[tuple[datetime, bool]]:
        """Returns all starts in order, each with whether it is free."""
        return sorted([(start, True) for start in self.starts] + [(start, False) for start in self.missing])


def preview_week(*, session: SessionType, zone: str, day: date, at: time | None, now: datetime) -> dict[str, Any]:
    """Returns what the preview page shows of the seven days from `day`, and why `at` on that day is not offered."""
    timezone = ZoneInfo(zone)
    asked_at = datetime.combine(day, at, timezone) if at else None
    return {
        "days": preview_days(session, day, timezone, now),
        "zone": zone,
        "before": day - timedelta(days=7),
        "after": day + timedelta(days=7),
        "asked_at": asked_at,
        "reasons": reasons_for(session, asked_at, now) if asked_at else None,
        "beside": booked_beside(session, asked_at, now) if asked_at else [],
    }


def preview_days(session: SessionType, first: date, zone: ZoneInfo, now: datetime) -> list[PreviewDay]:
    """Returns seven days of starts, by their local day in `zone`. Three queries."""
    window = queries.local_window(first, first + timedelta(days=6), zone)
    free = {slot.start for slot in queries.free_times(session, session.default_minutes, window, now)}
    missing = _all_starts(session, window) - free
    free_days, missing_days = by_day(sorted(free), zone), by_day(sorted(missing), zone)

    def on_the_clock(starts: list[int]) -> list[datetime]:
        return [datetime.fromtimestamp(start, zone) for start in starts]

    days = [first + timedelta(days=number) for number in range(7)]
    return [
        PreviewDay(day, on_the_clock(free_days.get(day, [])), on_the_clock(missing_days.get(day, []))) for day in days
    ]


def _all_starts(session: SessionType, window: Stretch) -> set[int]:
    """Returns every start inside the opening hours, as if nothing were taken and no limits applied."""
    hours = loading.load_hours([session.builder_id], window)[session.builder_id]
    wanted = loading.wanted(session, session.default_minutes)
    unlimited = replace(wanted, limits=Limits(0, 0, 0, 100_000, 100_000))
    return set(free_starts(hours.calendar_for(session.pk), (), unlimited, window, window[0] - 1))


def reasons_for(session: SessionType, start: datetime, now: datetime) -> list[Obstacle]:
    """Returns every rule that removes a start; none for a free one. Two queries."""
    at = int(start.timestamp())
    builder = session.builder_id
    hours = loading.load_hours([builder], (at, at + 1))[builder]
    busy = loading.load_taken([builder], (at, at + 1), now)[builder]
    taken = loading.for_engine(busy, "", session.pk)
    wanted = loading.wanted(session, session.default_minutes)
    return why_not(hours.calendar_for(session.pk), taken, wanted, at, int(now.timestamp()))


def booked_beside(session: SessionType, start: datetime, now: datetime) -> list[BookedSession]:
    """Returns the booked sessions that take this time, or are too close to it, with links to their bookings. Three
    queries."""
    at = int(start.timestamp())
    calendar = loading.load_hours([session.builder_id], (at, at + 1))[session.builder_id].calendar_for(session.pk)
    wanted = loading.wanted(session, session.default_minutes)
    limits = wanted.limits.over(calendar.plan_on(local_day(calendar, at)).limits)
    end = start + timedelta(minutes=session.default_minutes)
    buffers = limits.buffer_before or 0, limits.buffer_after or 0
    return sessions_beside(session.builder_id, start, end, buffers, now)
