"""Whether hours are read off a clock of twelve or of twenty-four: by whoever reads, for as long as they do."""

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


_current = ContextVar("clock", default=HourFormat.TWENTY_FOUR)


@contextmanager
def override(clock: str) -> Iterator[None]:
    """Hours that are written meanwhile are written for that clock."""
    token = _current.set(HourFormat(clock))
    try:
        yield
    finally:
        _current.reset(token)


def current() -> HourFormat:
    return _current.get()


def time_of_day(at: datetime, clock: str | None = None) -> str:
    """`14:30` or `2:30 PM`, as that instant's own zone has it."""
    if (clock or current()) == HourFormat.TWELVE:
        return f"{at:%-I:%M %p}"
    return f"{at:%H:%M}"


def minute_of_day(minute: int) -> str:
    """The same for a minute of the day; the one after its last is `24:00`, or midnight."""
    hour, rest = divmod(minute, 60)
    if current() == HourFormat.TWELVE:
        return f"{hour % 12 or 12}:{rest:02} {'PM' if 12 <= hour < 24 else 'AM'}"
    return f"{hour:02}:{rest:02}"


def date_style(style: str) -> str:
    """A style of dates for templates, its `H:i` as the current clock has it."""
    return style.replace("H:i", "g:i A") if current() == HourFormat.TWELVE else style


def for_request(request: HttpRequest) -> HourFormat:
    """A person's own; a stranger's as they chose it, else as the language of their browser has it."""
    if request.user.is_authenticated:
        return HourFormat(getattr(request.user, "hour_format", HourFormat.TWENTY_FOUR))
    chosen = request.COOKIES.get(COOKIE)
    return (
        HourFormat(chosen) if chosen in HourFormat.values else for_language(request.headers.get("Accept-Language", ""))
    )


def for_language(languages: str) -> HourFormat:
    """What is usual where the first of these languages is spoken: `en-US,en;q=0.9` reads twelve hours."""
    return _for_language(languages.split(",", maxsplit=1)[0].split(";", maxsplit=1)[0].strip()[:20])


@lru_cache(maxsize=512)
def _for_language(language: str) -> HourFormat:
    from babel import Locale, UnknownLocaleError  # a large module, for one question

    try:
        pattern = Locale.parse(language, sep="-").time_formats["short"].pattern
    except (ValueError, TypeError, UnknownLocaleError):
        return HourFormat.TWENTY_FOUR
    return HourFormat.TWELVE if "h" in re.sub("'[^']*'", "", pattern) else HourFormat.TWENTY_FOUR
