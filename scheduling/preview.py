"""Previews for builders and support: the times that clients see in one week, and why a time is missing."""

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
    """One day of the preview: the free starts, and those inside the opening hours that a rule removes."""

    day: date
    starts: list[datetime]
    missing: list[datetime]

    @property
    def times(self) -> list[tuple[datetime, bool]]:
        """Returns all starts in order, each with whether it is free."""
        return sorted([(start, True) for start in self.starts] + [(start, False) for start in self.missing])


def preview_week(builder: User, params: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Returns the context of the preview page. Missing query parameters get defaults; invalid ones leave it empty."""
    first = builder.session_types.filter(is_active=True).first()
    usual = {
        "session": first.pk if first else None,
        "zone": builder.timezone,
        "day": now.astimezone(ZoneInfo(builder.timezone)).date(),
    }
    form = PreviewForm({**usual, **{name: value for name, value in params.items() if value}}, builder=builder)
    if first is None or not form.is_valid():
        return {"form": form, "days": [], "reasons": None, "has_sessions": first is not None}
    cleaned = form.cleaned_data
    session, zone, day = cleaned["session"], ZoneInfo(cleaned["zone"]), cleaned["day"]
    return {
        "form": form,
        "has_sessions": True,
        "days": preview_days(session, day, zone, now),
        "zone": cleaned["zone"],
        "before": day - timedelta(days=7),
        "after": day + timedelta(days=7),
        "asked_at": datetime.combine(day, cleaned["at"], zone) if cleaned["at"] else None,
        "reasons": reasons_for(session, datetime.combine(day, cleaned["at"], zone), now) if cleaned["at"] else None,
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
