"""What a client sees of one week, and why a time is missing: for the builder who sets it up, and for support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from coaching.models import SessionType
from scheduling import loading, queries
from scheduling.explain import Obstacle, why_not
from scheduling.forms import PreviewForm
from scheduling.intervals import Stretch
from scheduling.slots import Limits, by_day, free_starts


@dataclass(frozen=True)
class PreviewDay:
    """One day of free starts; for the builder also those that some rule has removed."""

    day: date
    starts: list[datetime]
    missing: list[datetime]

    @property
    def times(self) -> list[tuple[datetime, bool]]:
        """All of them in order, and whether each is free."""
        return sorted([(start, True) for start in self.starts] + [(start, False) for start in self.missing])


def week_seen(builder: User, asked: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Seven days from the asked one; missing or bad answers fall to the usual ones."""
    first = builder.session_types.filter(is_active=True).first()
    usual = {
        "session": first.pk if first else None,
        "zone": builder.timezone,
        "day": now.astimezone(ZoneInfo(builder.timezone)).date(),
    }
    form = PreviewForm({**usual, **{name: value for name, value in asked.items() if value}}, builder=builder)
    if first is None or not form.is_valid():
        return {"form": form, "days": [], "reasons": None, "has_sessions": first is not None}
    told = form.cleaned_data
    session, zone, day = told["session"], ZoneInfo(told["zone"]), told["day"]
    return {
        "form": form,
        "has_sessions": True,
        "days": days_from(session, day, zone, now),
        "zone": told["zone"],
        "before": day - timedelta(days=7),
        "after": day + timedelta(days=7),
        "asked_at": datetime.combine(day, told["at"], zone) if told["at"] else None,
        "reasons": reasons_for(session, datetime.combine(day, told["at"], zone), now) if told["at"] else None,
    }


def days_from(session: SessionType, first: date, zone: ZoneInfo, now: datetime) -> list[PreviewDay]:
    """Seven days of starts, each on the day of whoever looks from `zone`: three queries."""
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
    """Whatever the opening hours hold, before anything is taken or limited."""
    hours = loading.load_hours([session.builder_id], window)[session.builder_id]
    wanted = loading.wanted(session, session.default_minutes)
    boundless = replace(wanted, limits=Limits(0, 0, 0, 100_000, 100_000))
    return set(free_starts(hours.calendar_for(session.pk), (), boundless, window, window[0] - 1))


def reasons_for(session: SessionType, start: datetime, now: datetime) -> list[Obstacle]:
    """Every rule that removes a start; none for one that is free. Two queries."""
    at = int(start.timestamp())
    builder = session.builder_id
    hours = loading.load_hours([builder], (at, at + 1))[builder]
    busy = loading.load_taken([builder], (at, at + 1), now)[builder]
    taken = loading.for_engine(busy, "", session.pk)
    wanted = loading.wanted(session, session.default_minutes)
    return why_not(hours.calendar_for(session.pk), taken, wanted, at, int(now.timestamp()))
