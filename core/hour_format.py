"""Writes hours as 14:30 or as 2:30 PM, by the format of the person who reads them, set once per request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache

from django.db import models
from django.http import HttpRequest

COOKIE = "clock"


class HourFormat(models.TextChoices):
    TWENTY_FOUR = "24", "14:30"
    TWELVE = "12", "2:30 PM"


SWITCH = ((HourFormat.TWELVE, "12 h"), (HourFormat.TWENTY_FOUR, "24 h"))  # what the buttons beside times say
_current = ContextVar("clock", default=HourFormat.TWENTY_FOUR)


@contextmanager
def override(clock: str) -> Iterator[None]:
    """Makes hours within the block be written in this format."""
    token = _current.set(HourFormat(clock))
    try:
        yield
    finally:
        _current.reset(token)


def current() -> HourFormat:
    return _current.get()


def time_of_day(at: datetime, clock: str | None = None) -> str:
    """Returns `14:30` or `2:30 PM`, in the time zone of the given instant."""
    if (clock or current()) == HourFormat.TWELVE:
        return f"{at:%-I:%M %p}"
    return f"{at:%H:%M}"


def minute_of_day(minute: int) -> str:
    """Returns the hour of a minute of the day, 0 to 1440; 1440 is `24:00`, or `12:00 AM`."""
    hour, rest = divmod(minute, 60)
    if current() == HourFormat.TWELVE:
        return f"{hour % 12 or 12}:{rest:02} {'PM' if 12 <= hour < 24 else 'AM'}"
    return f"{hour:02}:{rest:02}"


def date_style(style: str) -> str:
    """Returns a date format for templates with `H:i` replaced where the current format is twelve hours."""
    return style.replace("H:i", "g:i A") if current() == HourFormat.TWELVE else style


def for_request(request: HttpRequest) -> HourFormat:
    """Returns a person's own format, or for visitors the one in their cookie, else that of their browser's language."""
    if request.user.is_authenticated:
        return HourFormat(getattr(request.user, "hour_format", HourFormat.TWENTY_FOUR))
    chosen = request.COOKIES.get(COOKIE)
    return (
        HourFormat(chosen) if chosen in HourFormat.values else for_language(request.headers.get("Accept-Language", ""))
    )


def for_language(languages: str) -> HourFormat:
    """Returns the usual format for the first language of an Accept-Language header: twelve hours for `en-US,en;q=0.9`."""
    return _for_language(languages.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0].strip()[:20])


@lru_cache(maxsize=512)
def _for_language(language: str) -> HourFormat:
    from babel import Locale, UnknownLocaleError  # imported here because it is large and rarely needed

    try:
        pattern = Locale.parse(language, sep="-").time_formats["short"].pattern
    except (ValueError, TypeError, UnknownLocaleError):
        return HourFormat.TWENTY_FOUR
    return HourFormat.TWELVE if "h" in re.sub("'[^']*'", "", pattern) else HourFormat.TWENTY_FOUR
