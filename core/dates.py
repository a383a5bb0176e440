"""Which dates and instants we take: those of 1900 to 2200. Python, PostgreSQL and time zones disagree far outside."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError

FIRST_YEAR, LAST_YEAR = 1900, 2200
REFUSAL = f"Enter a date between {FIRST_YEAR} and {LAST_YEAR}."


def is_in_range(day: date) -> bool:
    """Whether a date, or an instant, is one that we take."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def validate_date(day: date) -> None:
    """Refuses a date that is out of range, beside its field."""
    if not is_in_range(day):
        raise ValidationError(REFUSAL, code="date_range")


def parse_date(text: str) -> date | None:
    """The date that is written as `2026-12-24`; None for anything else."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day is not None and is_in_range(day) else None


def parse_instant(text: str) -> datetime | None:
    """The instant that is written with its offset, in UTC; None for anything else."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.astimezone(UTC) if instant.tzinfo and is_in_range(instant) else None
