"""Times as text, in somebody's time zone and hour format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.hour_format import time_of_day
from core.zones import local_time


@dataclass(frozen=True)
class When:
    """A start and an end in one person's time zone."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    reader: str | None = None  # the reader's hour format; None for that of the current request

    @property
    def start(self) -> datetime:
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def end(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def day(self) -> str:
        return f"{self.start:%A %-d %B %Y}"

    @property
    def short(self) -> str:
        return f"{self.start:%a %-d %b}, {self.begins}"

    @property
    def hours(self) -> str:
        days = (self.end.date() - self.start.date()).days
        later = f" (+{days} day{'' if days == 1 else 's'})" if days else ""
        return f"{self.begins}–{time_of_day(self.end, self.reader)}{later}"

    @property
    def begins(self) -> str:
        return time_of_day(self.start, self.reader)

    @property
    def ends(self) -> str:
        return time_of_day(self.end, self.reader)

    @property
    def clock(self) -> str:
        """`Berlin time, UTC+1`."""
        return zone_with_offset(self.zone, self.start)

    def __str__(self) -> str:
        return f"{self.day}, {self.hours} ({self.clock})"


def zone_with_offset(zone: str, instant: datetime) -> str:
    """`New York time, UTC-5`, or `UTC`."""
    names = (local_time(zone), offset(instant))
    return ", ".join(dict.fromkeys(names))


def offset(instant: datetime) -> str:
    """`UTC+5:45`, as of that instant."""
    minutes = int((instant.utcoffset() or timedelta(0)) / timedelta(minutes=1))
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02}' if rest else ''}"
