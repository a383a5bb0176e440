"""The weeks on a builder's page: on which days somebody can begin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.models import SessionType
from scheduling.queries import free_days

DAYS = 14  # as far as free times are known


@dataclass(frozen=True)
class CalendarDay:
    day: date
    first: datetime | None  # when one can begin
    is_inside: bool  # neither past nor further off than we know


def weeks_of(session_types: Iterable[SessionType], zone: str, now: datetime) -> list[list[CalendarDay]]:
    """From this week's Monday to the last week that is known: one query."""
    here = ZoneInfo(zone)
    free, today = free_days(session_types, here, now), now.astimezone(here).date()
    last = today + timedelta(days=DAYS - 1)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=number) for number in range((last - monday).days + 7 - last.weekday())]
    calendar_days = [CalendarDay(day, free.get(day), today <= day <= last) for day in days]
    return [calendar_days[at : at + 7] for at in range(0, len(calendar_days), 7)]
