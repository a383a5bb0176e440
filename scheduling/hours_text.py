"""Hours as people write them: `9-12, 13:00 to 17:30`. Read, and written back in one way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core import hour_format
from scheduling.explain import in_words
from scheduling.intervals import instant
from scheduling.models import DAY, Schedule

TIME = r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(?:([ap])\.?m\.?)?"
SPAN = re.compile(rf"^{TIME}\s*(?:-|–|—|to|until)\s*{TIME}$", re.IGNORECASE)
Interval = tuple[int, int]


class InvalidHours(ValueError):
    """Not hours; the message says which part."""


def parse_hours(text: str) -> list[Interval]:
    """Every stretch that is named, in order; nothing, `closed` and `-` are no hours."""
    if text.strip().casefold() in ("", "closed", "-", "–"):
        return []
    return sorted(_span(part.strip()) for part in re.split(r"[,;\n]|\band\b", text) if part.strip())


def _span(part: str) -> Interval:
    found = SPAN.match(part)
    if not found:
        raise InvalidHours(f"“{part}” is not a stretch of time. Write it like 09:00–12:00.")
    first, second, half, third, fourth, other = found.groups()
    spans = [
        (start, end or DAY)  # midnight, as an end
        for start in _minutes(first, second, half, other)
        for end in _minutes(third, fourth, other, half)
    ]
    if not any(start < DAY and end <= DAY for start, end in spans):
        raise InvalidHours(f"“{part}” is not on the clock.")
    fitting = next((span for span in spans if span[0] < span[1] <= DAY), None)
    if fitting is None:
        raise InvalidHours(f"“{part}” ends before it begins. Past midnight, write it on two days.")
    return fitting


def _minutes(hour: str, minute: str | None, half: str | None, other: str | None) -> list[int]:
    """What a time can mean: `9` beside `5pm` is nine in the evening, if that fits, else in the morning."""
    hours, minutes = int(hour), int(minute or 0)
    if minutes > 59:
        return []
    if not half and not other:
        return [hours * 60 + minutes]
    if not 1 <= hours <= 12:
        return []
    likely = (half or other or "").lower()
    halves = [likely] if half else [likely, "a" if likely == "p" else "p"]
    return [(hours % 12 + (12 if each == "p" else 0)) * 60 + minutes for each in halves]


def format_hours(intervals: Iterable[Interval]) -> str:
    """As `read_hours` reads it, for the clock of whoever does."""
    return ", ".join(f"{hour_format.minute_of_day(start)}–{hour_format.minute_of_day(end)}" for start, end in intervals)


@dataclass(frozen=True)
class SampleHours:
    """Hours of one day, to show what another time zone makes of a schedule."""

    day: date
    hours: Interval

    @property
    def words(self) -> str:
        return f"{self.day:%A} {format_hours([self.hours])}"

    def seen_from(self, zone: str, other: str) -> str:
        """These hours on the clocks of `zone`, as the clocks of `other` show them."""
        seconds = (instant(self.day, minute, ZoneInfo(zone)) for minute in self.hours)
        start, end = (datetime.fromtimestamp(second, ZoneInfo(other)) for second in seconds)
        day = "" if start.date() == end.date() else f"{end:%A} "
        return f"{start:%A} {hour_format.time_of_day(start)}–{day}{hour_format.time_of_day(end)}"


def sample_hours(schedule: Schedule, now: datetime) -> SampleHours | None:
    """The first hours of its week, on the next such day; None for a schedule without hours."""
    rule = next(iter(schedule.rules.all()), None)
    if rule is None:
        return None
    today = now.astimezone(ZoneInfo(schedule.timezone)).date()
    first = max(today, schedule.starts_on or today)
    return SampleHours(first + timedelta(days=(rule.weekday - first.weekday()) % 7), (rule.start, rule.end))


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
                told.append(f"{format_hours([(start, end)])} lasts {in_words(lasts)} that day")
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
