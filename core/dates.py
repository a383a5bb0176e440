"""Weeks, and reading dates and instants: those from 1900 to 2200, because Python, PostgreSQL and time zone rules disagree far
outside of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import ValidationError

FIRST_YEAR, LAST_YEAR = 1900, 2200
REFUSAL = f"Enter a date between {FIRST_YEAR} and {LAST_YEAR}."


def is_in_range(day: date) -> bool:
    """Whether a date or an instant lies between the years 1900 and 2200."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def validate_date(day: date) -> None:
    """Raises ValidationError for a date that is out of range."""
    if not is_in_range(day):
        raise ValidationError(REFUSAL, code="date_range")


def parse_date(text: str) -> date | None:
    """Returns the date written as `2026-12-24`, or None for any other text."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day is not None and is_in_range(day) else None


def parse_instant(text: str) -> datetime | None:
    """Returns the instant written in ISO 8601 with an offset, in UTC; None for any other text."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.astimezone(UTC) if instant.tzinfo and is_in_range(instant) else None


def monday_of(day: date) -> date:
    """Returns the first day of the week that the day is in."""
    return day - timedelta(days=day.weekday())


def days_of_week(day: date) -> list[date]:
    """Returns the seven days, from Monday on, of the week that the day is in."""
    monday = monday_of(day)
    return [monday + timedelta(days=number) for number in range(7)]
