"""Stretches of time as pairs of whole seconds since 1970, `[start, end)`: sorted, merged, cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

Stretch = tuple[int, int]
DAY_SECONDS = 86_400
DAY_MINUTES = 1_440


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time, without overlaps; stretches that touch become one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        elif end > start:
            found.append((start, end))
    return found


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of merged `stretches` outside merged `taken`."""
    left: list[Stretch] = []
    blocks = list(taken)
    at = 0
    for start, end in stretches:
        while at < len(blocks) and blocks[at][1] <= start:
            at += 1
        look, begin = at, start
        while look < len(blocks) and blocks[look][0] < end:
            if blocks[look][0] > begin:
                left.append((begin, blocks[look][0]))
            begin = max(begin, blocks[look][1])
            look += 1
        if begin < end:
            left.append((begin, end))
    return left


def instant(day: date, minute: int, zone: tzinfo) -> int:
    """When the clocks there show that minute of the day; 1440 is the next midnight.

    A time that the clocks skip moves forward by the gap; one that they show twice means the first.
    """
    whole, minute = divmod(minute, DAY_MINUTES)
    local = datetime.combine(day + timedelta(days=whole), time(minute // 60, minute % 60), tzinfo=zone)
    return int(local.timestamp())


def local_days(start: int, end: int, zone: tzinfo) -> Iterator[date]:
    """Every local date that has a second in `[start, end)`."""
    day = datetime.fromtimestamp(start, zone).date()
    last = datetime.fromtimestamp(max(start, end - 1), zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
