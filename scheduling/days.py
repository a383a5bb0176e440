"""A builder's own days, one after another: when they are open, and what takes their time besides sessions."""

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
    """A stretch of one day, to be drawn: left edge and width in per cent."""

    start: float
    width: float
    words: str


@dataclass(frozen=True)
class OwnDay:
    """One local day: open stretches in its minutes, and in words what else is on."""

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
    """So many days from one on, on the clock of `zone`: two queries."""
    window = local_window(first, first + timedelta(days=count - 1), zone)
    hours = loading.load_hours([builder], window)[builder].calendar_for(None)
    taken = [one.taken for one in loading.load_taken([builder], window, now)[builder] if one.taken.kind != Kind.SESSION]
    opened = openings(hours, window)
    days = []
    for number in range(count):
        day = first + timedelta(days=number)
        bounds = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        away = [
            one.note or ("Time off" if one.kind == Kind.TIME_OFF else "Busy elsewhere")
            for one in taken
            if one.start < bounds[1] and one.end > bounds[0]
        ]
        days.append(OwnDay(day, _within(opened, bounds, zone), away))
    return days


def bars(intervals: Iterable[Interval], span: Interval = (0, DAY_MINUTES)) -> list[Bar]:
    """Stretches of a day as parts of what is shown of it."""
    whole = span[1] - span[0]
    return [
        Bar((start - span[0]) / whole * 100, (end - start) / whole * 100, format_hours([(start, end)]))
        for start, end in intervals
    ]


def minutes_of(start: int, end: int, zone: ZoneInfo) -> Interval:
    """A stretch within one day, as the clocks show it there; in the night they go back it never ends before it begins."""
    begins, ends = datetime.fromtimestamp(start, zone), datetime.fromtimestamp(end, zone)
    first, last = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
    return first, DAY_MINUTES if ends.date() != begins.date() else max(first, last)


def _within(found: Iterable[Stretch], bounds: Stretch, zone: ZoneInfo) -> list[Interval]:
    return [
        minutes_of(max(start, bounds[0]), min(end, bounds[1]), zone)
        for start, end in found
        if start < bounds[1] and end > bounds[0]
    ]
