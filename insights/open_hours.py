"""The hours of the week that a builder keeps open, beside those in which sessions began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from scheduling.models import Rule

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Hour = tuple[int, int]  # the weekday, Monday is 0, and the hour


@dataclass(frozen=True)
class OpenStretch:
    """Consecutive open hours of a weekday in which no session began."""

    weekday: int
    first: int
    end: int

    @property
    def hours(self) -> int:
        return self.end - self.first

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} from {self.first:02}:00 to {self.end:02}:00"


def open_hours(builder: UUID) -> set[Hour]:
    """Returns the whole hours of the builder's usual week. One query."""
    rules = Rule.objects.filter(schedule__builder=builder, schedule__is_default=True)
    return {
        (weekday, hour)
        for weekday, start, end in rules.values_list("weekday", "start", "end")
        for hour in range(-(-start // 60), end // 60)
    }


def unbooked(hours: set[Hour], sessions: Mapping[Hour, int]) -> list[OpenStretch]:
    """Returns the stretches of open hours in which no session began, the longest first."""
    empty = sorted(hour for hour in hours if not sessions.get(hour))
    stretches = []
    for (weekday, _), group in groupby(enumerate(empty), key=lambda item: (item[1][0], item[1][1] - item[0])):
        run = [hour for _, (_, hour) in group]
        stretches.append(OpenStretch(weekday, run[0], run[-1] + 1))
    return sorted(stretches, key=lambda stretch: (-stretch.hours, stretch.weekday, stretch.first))
