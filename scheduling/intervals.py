"""Stretches of time as pairs `[start, end)` of whole seconds since 1970, and conversion of local time to seconds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

Stretch = tuple[int, int]
DAY_SECONDS = 86_400
DAY_MINUTES = 1_440


def instant(day: date, minute: int, zone: tzinfo) -> int:
    """Returns when the clocks in `zone` show that minute of the day; 1440 is the next midnight.

    A time that the clocks skip moves forward by the gap; one that occurs twice means the first.
    """
    days, minute = divmod(minute, DAY_MINUTES)
    local = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), tzinfo=zone)
    return int(local.timestamp())


@lru_cache(maxsize=16_384)
def midnight(day: date, zone: tzinfo) -> int:
    """Returns when the day begins in `zone`. Cached, since the same days are asked for again and again."""
    return instant(day, 0, zone)
