"""Which times suit an entry on the waiting list, and how long an offer is held. Pure functions, no queries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bookings.models import WaitingListEntry
from scheduling.intervals import Stretch
from scheduling.queries import local_window

LONGEST_OFFER, SHORTEST_OFFER = timedelta(hours=2), timedelta(minutes=10)
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def fits(entry: WaitingListEntry, start: datetime) -> bool:
    """Whether the start is within the days and hours of the entry, in its time zone."""
    local = start.astimezone(ZoneInfo(entry.timezone))
    return entry.first_day <= local.date() <= entry.last_day and suits(entry, local)


class WeeklyHours(Protocol):
    """Something with the days of the week and the hours that suit somebody."""

    @property
    def weekdays(self) -> list[int]: ...

    @property
    def from_minute(self) -> int: ...

    @property
    def to_minute(self) -> int: ...


def suits(hours: WeeklyHours, local: datetime) -> bool:
    """Whether a local time is on one of the days, and at the hours, that suit."""
    minute = local.hour * 60 + local.minute
    return (not hours.weekdays or local.weekday() in hours.weekdays) and (hours.from_minute <= minute < hours.to_minute)


def window(entry: WaitingListEntry) -> Stretch:
    """Returns the time from the beginning of the first day of the entry to the end of its last."""
    return local_window(entry.first_day, entry.last_day, ZoneInfo(entry.timezone))


def offer_duration(start: datetime, now: datetime) -> timedelta | None:
    """Returns how long an offer is held: a quarter of the time left until the start, two hours at most.

    None if that is less than ten minutes, too short to answer.
    """
    most = min(LONGEST_OFFER, (start - now) / 4)
    return most if most >= SHORTEST_OFFER else None


def describe(entry: WaitingListEntry) -> str:
    """Describes the entry, such as `Mondays and Tuesdays between 18:00 and 21:00, from 1 May to 31 May`."""
    if entry.first_day == entry.last_day:
        return f"{entry.first_day:%A %-d %B}{_describe_hours(entry)}"
    return f"{describe_week(entry)}, from {entry.first_day:%-d %B} to {entry.last_day:%-d %B}"


def describe_week(hours: WeeklyHours) -> str:
    """Describes the days and hours, such as `Mondays and Tuesdays between 18:00 and 21:00`."""
    return f"{_format_days(sorted(hours.weekdays))}{_describe_hours(hours)}"


def _describe_hours(hours: WeeklyHours) -> str:
    if (hours.from_minute, hours.to_minute) == (0, 24 * 60):
        return ""
    return f" between {_format_minute(hours.from_minute)} and {_format_minute(hours.to_minute)}"


def _format_days(chosen: list[int]) -> str:
    named = {(): "Any day", (0, 1, 2, 3, 4): "Weekdays", (5, 6): "Weekends"}.get(tuple(chosen))
    return named or " and ".join(f"{WEEKDAY_NAMES[day]}s" for day in chosen)


def _format_minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
