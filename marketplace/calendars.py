"""The calendar on a builder's page: the days with free times, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from core.dates import monday_of
from scheduling.queries import free_days

DAYS = 14  # for which free times are calculated


@dataclass(frozen=True)
class CalendarDay:
    day: date
    first: datetime | None  # start of the first free time
    is_inside: bool  # neither past nor after the last day with calculated times


def weeks_of(builder: UUID, zone: str, now: datetime) -> list[list[CalendarDay]]:
    """Returns the days from Monday of this week to the end of the last week with calculated times, by week. One query."""
    timezone = ZoneInfo(zone)
    free, today = free_days(builder, timezone, now), now.astimezone(timezone).date()
    last = today + timedelta(days=DAYS - 1)
    monday = monday_of(today)
    days = [monday + timedelta(days=number) for number in range((last - monday).days + 7 - last.weekday())]
    calendar_days = [CalendarDay(day, free.get(day), today <= day <= last) for day in days]
    return [calendar_days[at : at + 7] for at in range(0, len(calendar_days), 7)]
