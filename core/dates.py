"""Accepts dates and instants from 1900 to 2200. Python, PostgreSQL and time zone rules disagree far outside of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

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
