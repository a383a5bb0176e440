"""Stretches of time as pairs of whole seconds since 1970, `[start, end)`, and a day's minutes as such seconds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

Stretch = tuple[int, int]
DAY_SECONDS = 86_400
DAY_MINUTES = 1_440


def instant(day: date, minute: int, zone: tzinfo) -> int:
    """When the clocks there show that minute of the day; 1440 is the next midnight.

    A time that the clocks skip moves forward by the gap; one that they show twice means the first.
    """
    whole, minute = divmod(minute, DAY_MINUTES)
    local = datetime.combine(day + timedelta(days=whole), time(minute // 60, minute % 60), tzinfo=zone)
    return int(local.timestamp())


@lru_cache(maxsize=16_384)
def midnight(day: date, zone: tzinfo) -> int:
    """When that day begins there: asked again and again for the same days, and never another."""
    return instant(day, 0, zone)
