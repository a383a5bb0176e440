"""Reads a sentence such as "three evenings a week until 1 March" into the fields of the form that plans sessions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta

from accounts.places import folded
from core.day_words import (
    MISSPELT_DAYS,
    SHORT_DAYS,
    TIMES,
    WEEKDAYS,
    iso_date,
    month_number,
    next_day_of_month,
)

MAX_LENGTH = 200  # characters that are read; the rest is ignored
MOST_A_WEEK, MOST_SESSIONS, MOST_WEEKS, MOST_MINUTES = 7, 60, 52, 1440
TOKEN = re.compile(r"[0-9]+(?:[.:-][0-9]+)*|[^\W\d_]+")
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
A_WEEK = (("a", "week"), ("per", "week"), ("each", "week"), ("every", "week"), ("in", "a", "week"), ("weekly",))
UNTIL = frozenset(["until", "till", "til", "by", "to", "through"])
SESSIONS = frozenset(["session", "sessions", "times", "time", "lessons", "lesson"])
FEASTS = {"christmas": (12, 24), "xmas": (12, 24), "new": (12, 31)}
GROUPS = {"weekdays": "01234", "weekend": "56"}


def fields_in(text: str, today: date) -> dict[str, str | list[str]]:
    """Returns the fields that the text names: `per_week`, `weekdays`, `part`, `opens`, `closes`, `last_day`, `sessions` and
    `minutes`. Words that it does not know are skipped."""
    plain = [folded(token) for token in TOKEN.findall(text[:MAX_LENGTH])]
    tokens = [MISSPELT_DAYS.get(token, token) for token in plain]
    fields: dict[str, str | list[str]] = {}
    rules: tuple[Callable[[list[str], dict[str, str | list[str]], date], int], ...] = (
        _until,
        _for_weeks,
        _length,
        _clock,
        _frequency,
        _count,
        _part,
        _days,
    )
    while tokens:
        read = next((count for rule in rules if (count := rule(tokens, fields, today))), 1)
        tokens = tokens[read:]
    return fields


def _number(token: str) -> int:
    """Returns the number that a token is or names; 0 for any other token."""
    if token.isascii() and token.isdigit() and len(token) < 5:
        return int(token)
    return NUMBERS.get(token, 0)


def _starts_with(tokens: list[str], phrases: Collection[tuple[str, ...]]) -> int:
    """Returns how many tokens the first of the phrases has that the tokens begin with; 0 if none does."""
    return next((len(phrase) for phrase in phrases if tuple(tokens[: len(phrase)]) == phrase), 0)


def _at(tokens: list[str], place: int) -> str:
    return tokens[place] if place < len(tokens) else ""


def _until(tokens: list[str], fields: dict[str, str | list[str]], today: date) -> int:
    """`until 1 March`, `until the end of March`, `by 2027-03-01`, `until March`, `until Christmas`."""
    if tokens[0] not in UNTIL:
        return 0
    skipped = 2 if _at(tokens, 1) == "the" else 1
    day, read = _day_named(tokens[skipped:], today)
    if not day:
        return 0
    fields["last_day"] = day
    return skipped + read


def _day_named(tokens: list[str], today: date) -> tuple[str, int]:
    """Returns the day that the tokens begin with, as an ISO date, and how many tokens name it."""
    first, second = _at(tokens, 0), _at(tokens, 1)
    if (first, second) == ("end", "of") and (month := month_number(_at(tokens, 2))):
        return str(_end_of_month(month, today)), 3
    for number, month_name in ((first, second), (second, first)):
        if day := next_day_of_month(number, month_name, today):
            return day, 2
    if month := month_number(first):
        return str(_next(month, 1, today)), 1
    if feast := FEASTS.get(first):
        return str(_next(*feast, today)), 1
    return iso_date(first), 1


def _next(month: int, day: int, today: date) -> date:
    """Returns the next such day after today."""
    this_year = date(today.year, month, day)
    return this_year if this_year > today else date(today.year + 1, month, day)


def _end_of_month(month: int, today: date) -> date:
    year = today.year if month >= today.month else today.year + 1
    after = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return after - timedelta(days=1)


def _for_weeks(tokens: list[str], fields: dict[str, str | list[str]], today: date) -> int:
    """`for six weeks`, `over 3 months`, `the next four weeks`."""
    if tokens[0] not in ("for", "over", "in", "next", "within"):
        return 0
    at = 1
    while _at(tokens, at) in ("the", "next", "coming"):
        at += 1
    number, unit = _number(_at(tokens, at)), _at(tokens, at + 1)
    if not number or unit not in ("week", "weeks", "month", "months"):
        return 0
    weeks = number if unit.startswith("week") else round(number * 30.5 / 7)
    fields["last_day"] = str(today + timedelta(weeks=min(weeks, MOST_WEEKS)))
    return at + 2


def _length(tokens: list[str], fields: dict[str, str | list[str]], today: date) -> int:
    """`90 minutes`, `an hour`, `2 hours`, `half an hour`."""
    if tuple(tokens[:3]) == ("half", "an", "hour"):
        fields["minutes"] = "30"
        return 3
    unit = _at(tokens, 1)
    number = _number(tokens[0])
    if not number or unit not in ("minute", "minutes", "min", "mins", "hour", "hours", "h"):
        return 0
    minutes = number * (60 if unit.startswith("h") else 1)
    if minutes <= MOST_MINUTES:
        fields["minutes"] = str(minutes)
    return 2


def _clock(tokens: list[str], fields: dict[str, str | list[str]], today: date) -> int:
    """`after 18:00`, `from 6 pm`, `before 9 pm`, `between 6 pm and 9 pm`."""
    if tokens[0] == "between":
        opens, read = _hour(tokens[1:])
        if read and _at(tokens, 1 + read) == "and":
            closes, more = _hour(tokens[2 + read :])
            if more and opens < closes:
                fields["opens"], fields["closes"] = opens, closes
                return 2 + read + more
        return 0
    name = {"after": "opens", "from": "opens", "before": "closes"}.get(tokens[0])
    hour, read = _hour(tokens[1:]) if name else ("", 0)
    if not name or not read:
        return 0
    fields[name] = hour
    return 1 + read


def _hour(tokens: list[str]) -> tuple[str, int]:
    """Returns the time of day that the tokens begin with, as `18:00`, and how many tokens it has; 0 if there is none."""
    hour, _, minute = _at(tokens, 0).partition(":")
    suffix = _at(tokens, 1)
    has_suffix = suffix in ("am", "pm")
    if not hour.isascii() or not hour.isdigit() or not (has_suffix or minute) or len(hour) > 2:
        return "", 0
    value = int(hour) % 12 + (12 if suffix == "pm" else 0) if has_suffix else int(hour)
    at_minute = minute if minute in ("15", "30", "45") else "00"
    return (f"{value:02}:{at_minute}", 2 if has_suffix else 1) if value < 24 else ("", 0)


def _frequency(tokens: list[str], fields: dict[str, str | list[str]], today: date) -> int:
    """`three evenings a week`, `twice a week`, `2 sessions per week`, `every evening`."""
    if tokens[0] == "every" and _at(tokens, 1) in TIMES:
        fields["per_week"], fields["part"] = str(MOST_A_WEEK), TIMES[tokens[1]]
        return 2
    number = _number(tokens[0])
    if not number:
        return 0
    for length in range(3):  # words between the number and "a week"
        between, rest = tokens[1 : 1 + length], tokens[1 + length :]
        if closing := _starts_with(rest, A_WEEK):
            fields["per_week"] = str(min(number, MOST_A_WEEK))
            for word in between:
                _part([word], fields, today) or _days([word], fields, today)
            return 1 + length + closing
    return 0


def _count(tokens: list[str], fields: dict[str, str | list[str]], today: date) -> int:
    """`12 sessions`, which are all of them, where nothing says that they are a week's."""
    number = _number(tokens[0])
    if number < 2 or _at(tokens, 1) not in SESSIONS:
        return 0
    fields["sessions"] = str(min(number, MOST_SESSIONS))
    return 2


def _part(tokens: list[str], fields: dict[str, str | list[str]], today: date) -> int:
    if tuple(tokens[:2]) == ("after", "work"):
        fields["part"] = "evening"
        return 2
    if tokens[0] not in TIMES:
        return 0
    fields["part"] = TIMES[tokens[0]]
    return 1


def _days(tokens: list[str], fields: dict[str, str | list[str]], today: date) -> int:
    day = WEEKDAYS.get(tokens[0]) or SHORT_DAYS.get(tokens[0])
    if not day:
        return 0
    chosen = set(fields.get("weekdays", [])) | set(GROUPS.get(day, day))
    fields["weekdays"] = sorted(chosen)
    return 1
