"""Pure questions about who waits: which times suit them, how long an offer stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.models import WaitingListEntry
from scheduling.intervals import Stretch
from scheduling.queries import local_window

LONGEST, SHORTEST = timedelta(hours=2), timedelta(minutes=10)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def fits(entry: WaitingListEntry, start: datetime) -> bool:
    """Whether a time is one that they wait for, on their clock."""
    local = start.astimezone(ZoneInfo(entry.timezone))
    minute = local.hour * 60 + local.minute
    return (
        entry.first_day <= local.date() <= entry.last_day
        and (not entry.weekdays or local.weekday() in entry.weekdays)
        and entry.from_minute <= minute < entry.to_minute
    )


def window(entry: WaitingListEntry) -> Stretch:
    """From the first of their days to the end of the last."""
    return local_window(entry.first_day, entry.last_day, ZoneInfo(entry.timezone))


def stands_for(start: datetime, now: datetime) -> timedelta | None:
    """How long an offer is held: two hours, less when it is soon; None when it is too soon to ask anybody."""
    most = min(LONGEST, (start - now) / 4)
    return most if most >= SHORTEST else None


def in_words(entry: WaitingListEntry) -> str:
    """`Mondays and Tuesdays between 18:00 and 21:00, from 1 May to 31 May`."""
    days = _days(sorted(entry.weekdays))
    hours = ""
    if (entry.from_minute, entry.to_minute) != (0, 24 * 60):
        hours = f" between {_clock(entry.from_minute)} and {_clock(entry.to_minute)}"
    if entry.first_day == entry.last_day:
        return f"{entry.first_day:%A %-d %B}{hours}"
    return f"{days}{hours}, from {entry.first_day:%-d %B} to {entry.last_day:%-d %B}"


def _days(chosen: list[int]) -> str:
    named = {(): "Any day", (0, 1, 2, 3, 4): "Weekdays", (5, 6): "Weekends"}.get(tuple(chosen))
    return named or " and ".join(f"{DAYS[day]}s" for day in chosen)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
