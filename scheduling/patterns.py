"""Recurring hours: hours on some of the days with one weekday, such as every other Friday.

No ORM, clock or settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from core import hour_format
from scheduling.intervals import DAY_MINUTES

Hours = tuple[tuple[int, int], ...]  # minutes of the day, start and end
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST = -1
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
MOST_WEEKS = 4  # between two days
WEEK = timedelta(days=7)


class Pattern(NamedTuple):
    """Hours on days with this weekday: every few weeks from a date on, or one day of each month, and between two dates."""

    weekday: int  # 0 is Monday
    start: int  # minutes of the day
    end: int
    every_weeks: int = 1
    ordinal: int | None = None  # 1 to 4, or -1 for the last one of each month
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def first_day(self) -> date | None:
        """The first day with the weekday on or after `starts_on`, from which weeks are counted."""
        if self.starts_on is None:
            return None
        return self.starts_on + timedelta(days=(self.weekday - self.starts_on.weekday()) % 7)

    def includes(self, day: date) -> bool:
        if day.weekday() != self.weekday:
            return False
        if (self.starts_on and day < self.starts_on) or (self.ends_on and day > self.ends_on):
            return False
        if self.ordinal == LAST:
            return (day + WEEK).month != day.month
        if self.ordinal is not None:
            return (day.day - 1) // 7 + 1 == self.ordinal
        first = self.first_day
        return first is None or (day - first).days // 7 % self.every_weeks == 0

    def days_from(self, first: date, count: int) -> Iterator[date]:
        """Yields the next `count` days, `first` among them. Every pattern has days at most five weeks apart."""
        day = max(first, self.starts_on or first)
        day += timedelta(days=(self.weekday - day.weekday()) % 7)
        while count and (self.ends_on is None or day <= self.ends_on):
            if self.includes(day):
                yield day
                count -= 1
            day += WEEK


def with_patterns(hours: Hours, patterns: Iterable[Pattern], day: date) -> Hours:
    """Returns the hours of the day with those of the patterns that include it.

    Hours that overlap or touch become one.
    """
    added = [(pattern.start, pattern.end) for pattern in patterns if pattern.includes(day)]
    if not added:
        return hours
    merged: list[tuple[int, int]] = []
    for start, end in sorted([*hours, *added]):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def why_impossible(pattern: Pattern) -> str:
    """Returns why the hours never occur, or why it is unclear in which weeks they do; an empty string if they are
    valid.
    """
    start, end = hour_format.minute_of_day(pattern.start), hour_format.minute_of_day(pattern.end)
    if not 0 <= pattern.start < pattern.end <= DAY_MINUTES:
        return f"{WEEKDAYS[pattern.weekday]}: {start} to {end} ends before it begins."
    if not 1 <= pattern.every_weeks <= MOST_WEEKS or pattern.ordinal not in (None, *ORDINALS):
        return f"Hours can repeat every 1 to {MOST_WEEKS} weeks, or on one day of each month."
    if pattern.every_weeks > 1 and pattern.ordinal is not None:
        return "Choose weeks or a day of the month, not both."
    return _why_dates_are_wrong(pattern)


def _why_dates_are_wrong(pattern: Pattern) -> str:
    if pattern.every_weeks > 1 and pattern.starts_on is None:
        return f"Enter the date from which it is {days_in_words(pattern)}."
    if pattern.every_weeks == 1 and pattern.ordinal is None and not (pattern.starts_on or pattern.ends_on):
        return f"For {days_in_words(pattern)}, use the hours of the week, or enter from or until when."
    first = pattern.starts_on
    if first and pattern.ends_on and next(pattern.days_from(first, 1), None) is None:
        return f"There is no such day between these dates: {days_in_words(pattern)}."
    return ""


def in_words(pattern: Pattern, near: date) -> str:
    """Returns `every other Friday, 09:00 to 12:00, from 4 December`.

    Dates in the year of `near` are without their year.
    """
    start, end = hour_format.minute_of_day(pattern.start), hour_format.minute_of_day(pattern.end)
    parts = [days_in_words(pattern), f"{start} to {end}"]
    dates = []
    if pattern.starts_on is not None:
        first = pattern.first_day if pattern.every_weeks > 1 else pattern.starts_on
        dates.append(f"from {_date_in_words(first or pattern.starts_on, near)}")
    if pattern.ends_on is not None:
        dates.append(f"until {_date_in_words(pattern.ends_on, near)}")
    return ", ".join([*parts, *([" ".join(dates)] if dates else [])])


def days_in_words(pattern: Pattern) -> str:
    name = WEEKDAYS[pattern.weekday]
    if pattern.ordinal is not None:
        return f"the {ORDINALS[pattern.ordinal]} {name} of each month"
    if pattern.every_weeks == 1:
        return f"every {name}"
    return f"every other {name}" if pattern.every_weeks == 2 else f"every {pattern.every_weeks} weeks on {name}"


def _date_in_words(day: date, near: date) -> str:
    return f"{day:%-d %B}" if day.year == near.year else f"{day:%-d %B %Y}"
