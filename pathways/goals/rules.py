"""The arithmetic of goals: days in the client's zone, pace and forecast. Plain values only, no queries.

Deadlines are days, not instants: who moves to another zone keeps the day. Every instant is computed here, so that pages,
reminders and the end of a goal agree on it also when clocks change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
REMIND_AT = time(9)
REMIND_DAYS = (14, 7, 3, 1, 0)
PACE_DAYS = 90  # how far back the pace looks
SHORTEST_PACE = timedelta(days=7)  # one session on the first day does not promise one each day
FARTHEST = timedelta(days=5 * 365)  # a forecast beyond says nothing
Amount = tuple[datetime, Decimal]


def day_begins_at(day: date, zone: ZoneInfo) -> datetime:
    """Returns the first instant of the day in the zone, also where the clocks skip midnight or show it twice."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def deadline_ends_at(deadline: date, zone: ZoneInfo) -> datetime:
    """Returns the first instant at which the deadline has passed: the whole day belongs to it."""
    return day_begins_at(deadline + DAY, zone)


def reminder_at(deadline: date, days_before: int, zone: ZoneInfo) -> datetime:
    """Returns when to remind: at nine in the morning, so many days before the deadline."""
    return datetime.combine(deadline - days_before * DAY, REMIND_AT, zone).astimezone(UTC)


def due_reminders(
    deadline: date, wanted: Iterable[int], sent: Iterable[int], zone: ZoneInfo, now: datetime
) -> list[int]:
    """Returns the reminders whose time has come and that were not sent, the one nearest to the deadline first."""
    if now >= deadline_ends_at(deadline, zone):
        return []
    return sorted(days for days in set(wanted) - set(sent) if reminder_at(deadline, days, zone) <= now)


def reminders_missed(deadline: date | None, zone: ZoneInfo, now: datetime) -> list[int]:
    """Returns the reminders whose time is over already when the deadline is set, and which are not sent late."""
    if deadline is None:
        return []
    return [days for days in REMIND_DAYS if reminder_at(deadline, days, zone) <= now]


def forecast(
    amounts: Sequence[Amount], *, target: Decimal, started_at: datetime, now: datetime, zone: ZoneInfo
) -> date | None:
    """Returns the day on which the target is reached at the pace so far; None without a pace, or once it is reached.

    The pace is that of the last 90 days, or since the start or the first amount if that is later.
    """
    remaining = target - sum((amount for _, amount in amounts), Decimal(0))
    if remaining <= 0 or not amounts:
        return None
    first = min(started_at, *(at for at, _ in amounts))
    since = max(first, now - PACE_DAYS * DAY)
    lately = sum((amount for at, amount in amounts if at >= since), Decimal(0))
    if not lately:
        return None
    elapsed = max(now - since, SHORTEST_PACE)
    seconds = remaining * Decimal(elapsed.total_seconds()) / lately
    if seconds > Decimal(FARTHEST.total_seconds()):
        return None
    return (now + timedelta(seconds=ceil(seconds))).astimezone(zone).date()


def percent(done: Decimal, target: Decimal) -> int:
    """Returns whole per cent, rounded down and at most 100."""
    return int(min(done, target) * 100 / target) if target > 0 else 0


def days_left(deadline: date, today: date) -> str:
    """Returns how far away the deadline is, in words."""
    days = (deadline - today).days
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days < 0:
        return f"{-days} day{'' if days == -1 else 's'} ago"
    return f"in {days} days"
