"""Hours as people write them: `9-12, 13:00 to 17:30`. Read, and written back in one way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.explain import clock_time, in_words
from scheduling.intervals import instant
from scheduling.models import DAY

SPAN = re.compile(r"^(\d{1,2})(?:[:.h]?(\d{2}))?\s*(?:-|–|—|to|until)\s*(\d{1,2})(?:[:.h]?(\d{2}))?$", re.IGNORECASE)
Interval = tuple[int, int]


class UnreadHours(ValueError):
    """Not hours; the message says which part."""


def read_hours(text: str) -> list[Interval]:
    """Every stretch that is named, in order; nothing, `closed` and `-` are no hours."""
    if text.strip().casefold() in ("", "closed", "-", "–"):
        return []
    return sorted(_span(part.strip()) for part in re.split(r"[,;\n]|\band\b", text) if part.strip())


def _span(part: str) -> Interval:
    found = SPAN.match(part)
    if not found:
        raise UnreadHours(f"“{part}” is not a stretch of time. Write it like 09:00–12:00.")
    first, second, third, fourth = (int(number or 0) for number in found.groups())
    start, end = first * 60 + second, third * 60 + fourth
    if second > 59 or fourth > 59 or end > DAY or start >= DAY:
        raise UnreadHours(f"“{part}” is not on the clock.")
    if end <= start:
        raise UnreadHours(f"“{part}” ends before it begins. Past midnight, write it on two days.")
    return start, end


def written(intervals: Iterable[Interval]) -> str:
    return ", ".join(f"{clock_time(start)}–{clock_time(end)}" for start, end in intervals)


@dataclass(frozen=True)
class ClockChange:
    """A day on which a zone's clocks are put forward or back."""

    day: date
    minutes: int

    @property
    def sentence(self) -> str:
        way = "forward" if self.minutes > 0 else "back"
        size = abs(self.minutes)
        amount = "an hour" if size == 60 else f"{size} minutes"
        return f"On {self.day:%-d %B %Y} the clocks go {way} by {amount}."

    def effect(self, hours: Iterable[Interval], zone: ZoneInfo) -> str:
        """What it does to that day's hours: most are as long as ever, those of the night are not."""
        told = []
        for start, end in hours:
            lasts = (instant(self.day, end, zone) - instant(self.day, start, zone)) // 60
            if lasts != end - start:
                told.append(f"{written([(start, end)])} lasts {in_words(lasts)} that day")
        return f"{'; '.join(told)}." if told else "Your hours that day are as long as ever."


def next_changes(zone: ZoneInfo, now: datetime, count: int = 2) -> list[ClockChange]:
    """The next changes of the clocks, looked for day by day over two years."""
    found: list[ClockChange] = []
    noon = datetime.combine(now.astimezone(zone).date(), datetime.min.time(), UTC) + timedelta(hours=12)
    offset = noon.astimezone(zone).utcoffset()
    for _ in range(750):
        noon += timedelta(days=1)
        after = noon.astimezone(zone).utcoffset()
        if after != offset and after is not None and offset is not None:
            found.append(ClockChange(noon.astimezone(zone).date(), int((after - offset).total_seconds()) // 60))
            if len(found) == count:
                break
        offset = after
    return found
