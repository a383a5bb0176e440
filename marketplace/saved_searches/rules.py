"""What counts as news among free times, and when a person may be told of it. Pure functions, no queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.waiting_list.rules import WeeklyHours, suits
from marketplace.usual_hours import DAYS, PARTS
from messaging.models import MessagePreferences
from messaging.notifications import quiet_for
from scheduling.intervals import Stretch, instant
from scheduling.queries import FirstSlot

NIGHT_FROM, NIGHT_UNTIL = time(21), time(8)  # when nobody is told, unless they have chosen quiet hours of their own
DIGEST_FROM = 3  # builders, that one notice tells of together
MOST_A_DAY = 4  # notices for one person


@dataclass(frozen=True)
class AnyTime:
    """All days and hours: what suits somebody whose favourite notifies them."""

    weekdays: list[int] = field(default_factory=list)
    from_minute: int = 0
    to_minute: int = 24 * 60


@dataclass(frozen=True)
class DayPart:
    """A part of a local day, as far as it suits somebody."""

    day: date
    part: str
    window: Stretch

    @property
    def key(self) -> str:
        """By which it is remembered, such as `2026-12-01 evening`."""
        return f"{self.day.isoformat()} {self.part}"


def suitable_parts(hours: WeeklyHours, zone: str, now: datetime) -> list[DayPart]:
    """Returns the parts of the days of the next two weeks, as far as they suit, earliest first."""
    timezone = ZoneInfo(zone)
    today = now.astimezone(timezone).date()
    parts = []
    for day in (today + timedelta(days=number) for number in range(DAYS + 1)):
        if hours.weekdays and day.weekday() not in hours.weekdays:
            continue
        for part, (first, last) in PARTS.items():
            opens, closes = max(first * 60, hours.from_minute), min(last * 60, hours.to_minute)
            if opens < closes:
                window = instant(day, opens, timezone), instant(day, closes, timezone)
                parts.append(DayPart(day, part, window))
    return parts


def free_parts(
    parts: list[DayPart], firsts: list[FirstSlot | None], hours: WeeklyHours, zone: str
) -> dict[str, FirstSlot]:
    """Returns the parts in which there is a free start that suits, each with the first one."""
    timezone = ZoneInfo(zone)
    return {
        part.key: first
        for part, first in zip(parts, firsts, strict=True)
        if first is not None and suits(hours, first.start.astimezone(timezone))
    }


def news(free: Mapping[str, FirstSlot], seen: Collection[str] | None, seen_until: date | None) -> dict[str, FirstSlot]:
    """Returns the parts that are free now and were not when they were last looked at.

    Nothing is news of a builder who was not looked at before (`seen` is None), nor on a day that was still too far ahead.
    """
    if seen is None or seen_until is None:
        return {}
    return {key: slot for key, slot in free.items() if key not in seen and date.fromisoformat(key[:10]) <= seen_until}


def may_be_told(preferences: MessagePreferences | None, zone: str, now: datetime) -> bool:
    """Whether it is outside of the person's quiet hours, which are the night where they have not chosen any."""
    if preferences is None or preferences.quiet_from is None:
        preferences = MessagePreferences(quiet_from=NIGHT_FROM, quiet_until=NIGHT_UNTIL)
    return quiet_for(preferences, zone, now) is None
