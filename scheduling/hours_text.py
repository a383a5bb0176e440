"""Parses hours as people write them (`9-12, 13:00 to 17:30`), and formats them in one way."""

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
from scheduling.patterns import LAST, WEEKDAYS, Pattern

TIME = r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(?:([ap])\.?m\.?)?"
SPAN = re.compile(rf"^{TIME}\s*(?:-|–|—|to|until)\s*{TIME}$", re.IGNORECASE)
Interval = tuple[int, int]
NOON = 12 * 60


class InvalidHours(ValueError):
    """The text is not valid hours; the message names the part."""


def parse_hours(text: str) -> list[Interval]:
    """Returns the intervals in the text, in order. An empty text, `closed` and `-` mean no hours."""
    if text.strip().casefold() in ("", "closed", "-", "–"):
        return []
    intervals: list[Interval] = []
    for part in re.split(r"[,;\n]|\band\b", text):
        if part.strip():
            intervals.append(_parse_interval(part.strip(), after=intervals[-1] if intervals else None))
    return sorted(intervals)


WEEKDAY_NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in map(str.casefold, WEEKDAYS))
COUNTS = {"other": 2, "second": 2, "2nd": 2, "two": 2, "2": 2, "third": 3, "3rd": 3, "three": 3, "3": 3,
          "fourth": 4, "4th": 4, "four": 4, "4": 4}  # fmt: skip
PLACES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": LAST}
# "every other week", "every 3 weeks", "every second Friday", of which the weekday stays to be read.
EVERY = re.compile(rf"\bevery\s+({'|'.join(COUNTS)})\s+(?:weeks?\b|(?=(?:{WEEKDAY_NAMES})))|\bfortnightly\b")
# "the first Monday of each month", "last Friday".
MONTHLY = re.compile(
    rf"\b(?:the\s+|on\s+the\s+|every\s+)?({'|'.join(PLACES)})\s+({WEEKDAY_NAMES})s?\b"
    r"(?:\s+(?:of|in)\s+(?:the|each|every|a)\s+month)?"
)
WEEKDAY = re.compile(rf"\b(?:on\s+)?({WEEKDAY_NAMES})s?\b")


@dataclass(frozen=True)
class RecurringText:
    """Hours with the days they are on, as far as a text names these."""

    hours: list[Interval]
    weekday: int | None = None
    every_weeks: int | None = None
    ordinal: int | None = None


def parse_recurring(text: str) -> RecurringText:
    """Reads hours with their days, such as `Fridays 9-12 every other week` or `first Monday of the month 10-12`.

    Raises InvalidHours, also for days without hours. What names no day is hours only.
    """
    rest, weekday, every_weeks, ordinal = text.casefold(), None, None, None
    if match := EVERY.search(rest):
        every_weeks, rest = COUNTS[match[1]] if match[1] else 2, _without(rest, match)
    elif match := MONTHLY.search(rest):
        ordinal, weekday, rest = PLACES[match[1]], _weekday(match[2]), _without(rest, match)
    if weekday is None and (match := WEEKDAY.search(rest)):
        weekday, rest = _weekday(match[1]), _without(rest, match)
    if weekday is None and every_weeks is None and ordinal is None:
        return RecurringText(parse_hours(text))
    if not (hours := parse_hours(rest.strip(" ,;:"))):
        raise InvalidHours(f"Add the hours to “{text.strip()}”, such as 9-12.")
    return RecurringText(hours, weekday, every_weeks, ordinal)


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()].rstrip(' ,')} {text[match.end() :].lstrip(' ,')}"


def _weekday(name: str) -> int:
    return next(number for number, weekday in enumerate(WEEKDAYS) if weekday.casefold().startswith(name[:3]))


def _parse_interval(part: str, *, after: Interval | None = None) -> Interval:
    """Returns the interval. `1 to 5` after `9 to 12` is in the afternoon."""
    match = SPAN.match(part)
    if not match:
        raise InvalidHours(f"“{part}” is not a stretch of time. Write it like 09:00–12:00.")
    first, second, half, third, fourth, other = match.groups()
    spans = [
        (start, end or DAY)  # 0:00 as an end is midnight
        for start in _possible_minutes(first, second, half, other)
        for end in _possible_minutes(third, fourth, other, half, is_end=True)
    ]
    if not any(start < DAY and end <= DAY for start, end in spans):
        raise InvalidHours(f"“{part}” is not on the clock.")
    fitting = next((span for span in spans if span[0] < span[1] <= DAY), None)
    if fitting is None:
        raise InvalidHours(f"“{part}” ends before it begins. Past midnight, write it on two days.")
    is_bare = not half and not other and _can_be_afternoon(first) and _can_be_afternoon(third)
    if is_bare and after and fitting[1] <= after[0] and after[1] <= NOON + 60:
        return fitting[0] + NOON, fitting[1] + NOON
    return fitting


def _possible_minutes(
    hour: str, minute: str | None, half: str | None, other: str | None, *, is_end: bool = False
) -> list[int]:
    """Returns the minutes a time can mean, likeliest first.

    `9` beside `5pm` is in the evening if that fits, else in the morning. The end of `9 to 5` is in the afternoon, since
    nothing else fits.
    """
    hours, minutes = int(hour), int(minute or 0)
    if minutes > 59:
        return []
    if not half and not other:
        in_the_afternoon = [(hours + 12) * 60 + minutes] if is_end and _can_be_afternoon(hour) else []
        return [hours * 60 + minutes, *in_the_afternoon]
    if not 1 <= hours <= 12:
        return []
    likely = (half or other or "").lower()
    halves = [likely] if half else [likely, "a" if likely == "p" else "p"]
    return [(hours % 12 + (12 if letter == "p" else 0)) * 60 + minutes for letter in halves]


def _can_be_afternoon(hour: str) -> bool:
    """Whether an hour without AM or PM can be one after noon: `5`, but not `05`, which is how 24-hour clocks write it."""
    return not hour.startswith("0") and int(hour) < 12


def format_hours(intervals: Iterable[Interval]) -> str:
    """Formats intervals in the reader's hour format, as `parse_hours` reads them."""
    return ", ".join(f"{hour_format.minute_of_day(start)}–{hour_format.minute_of_day(end)}" for start, end in intervals)


@dataclass(frozen=True)
class SampleHours:
    """The hours of one day, as an example of what another time zone does to a schedule."""

    day: date
    hours: Interval

    @property
    def text(self) -> str:
        return f"{self.day:%A} {format_hours([self.hours])}"

    def seen_from(self, zone: str, other: str) -> str:
        """Returns these hours, taken as local time in `zone`, in the local time of `other`."""
        seconds = (instant(self.day, minute, ZoneInfo(zone)) for minute in self.hours)
        start, end = (datetime.fromtimestamp(second, ZoneInfo(other)) for second in seconds)
        day = "" if start.date() == end.date() else f"{end:%A} "
        return f"{start:%A} {hour_format.time_of_day(start)}–{day}{hour_format.time_of_day(end)}"


def sample_hours(schedule: Schedule, now: datetime) -> SampleHours | None:
    """Returns the first hours of the schedule's week on their next day, or None for a schedule without hours."""
    today = now.astimezone(ZoneInfo(schedule.timezone)).date()
    first = max(today, schedule.starts_on or today)
    rules = [Pattern(rule.weekday, rule.start, rule.end) for rule in schedule.rules.all()]
    for pattern in [*rules, *(row.pattern for row in schedule.recurring_hours.all())]:
        for day in pattern.days_from(first, 1):
            return SampleHours(day, (pattern.start, pattern.end))
    return None


@dataclass(frozen=True)
class ClockChange:
    """A day on which a zone's clocks are put forward or back."""

    day: date
    minutes: int

    @property
    def sentence(self) -> str:
        direction = "forward" if self.minutes > 0 else "back"
        size = abs(self.minutes)
        amount = "an hour" if size == 60 else f"{size} minutes"
        return f"On {self.day:%-d %B %Y} the clocks go {direction} by {amount}."

    def effect(self, hours: Iterable[Interval], zone: ZoneInfo) -> str:
        """Says which of that day's hours become longer or shorter; usually only those at night do."""
        changes = []
        for start, end in hours:
            lasts = (instant(self.day, end, zone) - instant(self.day, start, zone)) // 60
            if lasts != end - start:
                changes.append(f"{format_hours([(start, end)])} lasts {in_words(lasts)} on that day")
        return f"{'; '.join(changes)}." if changes else "Your hours stay the same on that day."


def next_changes(zone: ZoneInfo, now: datetime, count: int = 2) -> list[ClockChange]:
    """Returns the next changes of the clocks, found by comparing the offsets of each day for two years."""
    changes: list[ClockChange] = []
    noon = datetime.combine(now.astimezone(zone).date(), datetime.min.time(), UTC) + timedelta(hours=12)
    offset = noon.astimezone(zone).utcoffset()
    for _ in range(750):
        noon += timedelta(days=1)
        after = noon.astimezone(zone).utcoffset()
        if after != offset and after is not None and offset is not None:
            changes.append(ClockChange(noon.astimezone(zone).date(), int((after - offset).total_seconds()) // 60))
            if len(changes) == count:
                break
        offset = after
    return changes
