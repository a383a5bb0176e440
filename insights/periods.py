"""Periods of whole local days, and the period before each, with which it is compared."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.dates import monday_of
from core.errors import Refusal, Refused
from scheduling.intervals import midnight

LONGEST = 731  # days: attempts to book are kept for two years
DEFAULT = "28"
PRESETS = {
    "7": "Last 7 days", "28": "Last 28 days", "90": "Last 90 days", "365": "Last 365 days", "month": "This month",
    "last-month": "Last month", "dates": "From … to …",
}  # fmt: skip
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days from `first` to the day before `end`, as the clocks of a time zone show them."""

    first: date
    end: date
    zone: str
    is_rolling: bool = False  # the last so many days, which are no month even if they begin on its first day

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    @property
    def last(self) -> date:
        return self.end - DAY

    @property
    def start_at(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def end_at(self) -> datetime:
        return _midnight(self.end, self.zone)

    @property
    def previous(self) -> Period:
        """The period before: as many days, or for a month or its beginning the same days of the month before."""
        before = self.first - DAY
        is_month = not self.is_rolling and self.first.day == 1
        if is_month and self.last.month == self.first.month and self.last.year == self.first.year:
            first = before.replace(day=1)
            is_whole = self.last.day == monthrange(self.last.year, self.last.month)[1]
            last = before if is_whole else min(before, first.replace(day=min(self.last.day, before.day)))
            return Period(first, last + DAY, self.zone)
        return Period(self.first - timedelta(days=self.days), self.first, self.zone)

    @property
    def step(self) -> str:
        """The width of the columns over time: days, weeks or months, so that there are at most about thirty."""
        return "day" if self.days <= 31 else "week" if self.days <= 210 else "month"

    @property
    def steps(self) -> list[date]:
        """The first day of each column; the first one may begin before the period."""
        day, days = first_of_step(self.first, self.step), []
        while day < self.end:
            days.append(day)
            day = _next(day, self.step)
        return days

    @property
    def in_words(self) -> str:
        if self.days == 1:
            return f"{self.first:%-d %B %Y}"
        same_year = self.first.year == self.last.year
        return f"{self.first:%-d %B}{'' if same_year else f' {self.first.year}'} to {self.last:%-d %B %Y}"


def period_of(name: str, today: date, zone: str, first: date | None = None, last: date | None = None) -> Period:
    """Returns a preset of `PRESETS`, or the days from `first` to `last`; today belongs to it."""
    if name == "dates" and first is not None and last is not None:
        return between(first, last, zone)
    this_month = today.replace(day=1)
    if name == "month":
        return Period(this_month, today + DAY, zone)
    if name == "last-month":
        return Period((this_month - DAY).replace(day=1), this_month, zone)
    days = int(name) if name in PRESETS and name.isdigit() else int(DEFAULT)
    return Period(today - timedelta(days=days - 1), today + DAY, zone, is_rolling=True)


def between(first: date, last: date, zone: str) -> Period:
    """Returns the days from `first` to `last`, both included. Refuses an order or a length that is not possible."""
    if last < first:
        raise Refused(Refusal.INVALID, fields={"last": ["The last day is before the first."]})
    if (last - first).days >= LONGEST:
        raise Refused(Refusal.INVALID, fields={"last": ["Choose two years at most."]})
    return Period(first, last + DAY, zone)


def first_of_step(day: date, step: str) -> date:
    """Returns the first day of the week (a Monday) or of the month that the day is in."""
    if step == "week":
        return monday_of(day)
    return day.replace(day=1) if step == "month" else day


def label_of(day: date, step: str) -> str:
    return f"{day:%b %Y}" if step == "month" else f"{day:%-d %b}"


def _next(day: date, step: str) -> date:
    if step == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if step == "week" else 1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.fromtimestamp(midnight(day, ZoneInfo(zone)), UTC)
