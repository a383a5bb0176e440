"""The parts of the day at which a client usually books, and the windows of time that they make."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.intervals import Stretch, instant

NIGHT, MORNING, AFTERNOON, EVENING = "night", "morning", "afternoon", "evening"
PARTS = {NIGHT: (0, 6), MORNING: (6, 12), AFTERNOON: (12, 18), EVENING: (18, 24)}  # hours of the local day
DAYS = 14  # for which free times are calculated
UsualPart = tuple[bool, str]  # whether it is on a weekend, and the part of the day


def part_of(local: datetime) -> str:
    """Returns the part of the day that a local time is in."""
    return next(part for part, (first, last) in PARTS.items() if first <= local.hour < last)


def usual_parts(starts: Iterable[datetime], zone: str) -> set[UsualPart]:
    """Returns the parts of weekdays and weekends in which these sessions began."""
    locals_ = [start.astimezone(ZoneInfo(zone)) for start in starts]
    return {(local.weekday() >= 5, part_of(local)) for local in locals_}


def windows_of(parts: Collection[UsualPart], zone: str, now: datetime) -> list[Stretch]:
    """Returns when these parts are in the next two weeks, earliest first."""
    timezone = ZoneInfo(zone)
    today = now.astimezone(timezone).date()
    days = [today + timedelta(days=number) for number in range(DAYS + 1)]
    return [
        (instant(day, first * 60, timezone), instant(day, last * 60, timezone))
        for day in days
        for part, (first, last) in PARTS.items()
        if (day.weekday() >= 5, part) in parts
    ]
