"""A builder's days for their calendar: open hours, time off, and times busy elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling import loading
from scheduling.hours_text import Interval, format_hours
from scheduling.intervals import DAY_MINUTES, Stretch, midnight
from scheduling.queries import local_window
from scheduling.slots import Kind, openings


@dataclass(frozen=True)
class Bar:
    """A bar that shows a stretch of a day: its left edge and width in per cent."""

    start: float
    width: float
    label: str


@dataclass(frozen=True)
class OwnDay:
    """One local day: open intervals in minutes, and in words what takes time besides sessions."""

    day: date
    opened: list[Interval]
    away: list[str]

    @property
    def hours(self) -> str:
        return format_hours(self.opened)

    @property
    def open_minutes(self) -> int:
        return sum(end - start for start, end in self.opened)


def own_days(builder: UUID, first: date, count: int, zone: ZoneInfo, now: datetime) -> list[OwnDay]:
    """Returns `count` days from `first` on, in local time of `zone`. Two queries."""
    window = local_window(first, first + timedelta(days=count - 1), zone)
    hours = loading.load_hours([builder], window)[builder].calendar_for(None)
    taken = [
        entry.taken for entry in loading.load_taken([builder], window, now)[builder] if entry.taken.kind != Kind.SESSION
    ]
    opened = openings(hours, window)
    days = []
    for number in range(count):
        day = first + timedelta(days=number)
        bounds = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        away = [
            entry.note or ("Time off" if entry.kind == Kind.TIME_OFF else "Busy elsewhere")
            for entry in taken
            if entry.start < bounds[1] and entry.end > bounds[0]
        ]
        days.append(OwnDay(day, _intervals_within(opened, bounds, zone), away))
    return days


def bars(intervals: Iterable[Interval], span: Interval = (0, DAY_MINUTES)) -> list[Bar]:
    """Returns a bar for each interval, as parts of the span that is shown."""
    whole = span[1] - span[0]
    return [
        Bar((start - span[0]) / whole * 100, (end - start) / whole * 100, format_hours([(start, end)]))
        for start, end in intervals
    ]


def minutes_of(start: int, end: int, zone: ZoneInfo) -> Interval:
    """Returns a stretch within one day in local minutes. Where the clocks go back, the end is never before the start."""
    begins, ends = datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)
    first, last = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
    return first, DAY_MINUTES if ends.date() != begins.date() else max(first, last)


def _intervals_within(stretches: Iterable[Stretch], bounds: Stretch, zone: ZoneInfo) -> list[Interval]:
    return [
        minutes_of(max(start, bounds[0]), min(end, bounds[1]), zone)
        for start, end in stretches
        if start < bounds[1] and end > bounds[0]
    ]
