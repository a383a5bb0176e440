"""What a client sees of one week, and why a time is missing: for the builder who sets it up, and for support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from coaching.models import SessionType
from scheduling import loading, queries
from scheduling.explain import Reason, why_not
from scheduling.forms import PreviewForm
from scheduling.slots import by_day


@dataclass(frozen=True)
class Day:
    day: date
    starts: list[datetime]


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


def days_from(session: SessionType, first: date, zone: ZoneInfo, now: datetime, holder: str = "") -> list[Day]:
    """Seven days of free starts, each on the day of whoever looks from `zone`: two queries."""
    window = queries.local_window(first, first + timedelta(days=6), zone)
    found = queries.free_times(session, session.default_minutes, window, now, holder)
    grouped = by_day([slot.start for slot in found.slots], zone)
    days = [first + timedelta(days=number) for number in range(7)]
    return [Day(each, [datetime.fromtimestamp(start, zone) for start in grouped.get(each, [])]) for each in days]


def reasons_for(session: SessionType, start: datetime, now: datetime) -> list[Reason]:
    """Every rule that removes a start; none for one that is free. Two queries."""
    at = int(start.timestamp())
    builder = session.builder_id
    hours = loading.load_hours([builder], (at, at + 1))[builder]
    busy = loading.load_taken([builder], (at, at + 1), now)[builder]
    taken = loading.for_engine(busy, "", session.pk)
    wanted = loading.wanted(session, session.default_minutes)
    return why_not(hours.calendar_for(session.pk), taken, wanted, at, int(now.timestamp()))
