"""The calendar of billing: when the periods of a subscription begin and end. Without queries."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from payments.plans.models import Plan

MONTHS = {Plan.Interval.MONTH: 1, Plan.Interval.YEAR: 12}


def edge(anchor: datetime, zone: str, interval: str, number: int) -> datetime:
    """Returns the instant at which period `number` begins; 0 begins at the anchor.

    Months are counted from the anchor and not from the last period, so one that began on the 31st comes back to the 31st
    after a shorter month. The local time of day stays the same when clocks change.
    """
    if number == 0:
        return anchor
    local = anchor.astimezone(ZoneInfo(zone))
    return _instant(_months_after(local.date(), MONTHS[Plan.Interval(interval)] * number), local.time(), zone)


def days_after(start: datetime, zone: str, days: int) -> datetime:
    """Returns the instant so many local days later, at the same local time of day."""
    local = start.astimezone(ZoneInfo(zone))
    return _instant(local.date() + timedelta(days=days), local.time(), zone)


def number_at(anchor: datetime, zone: str, interval: str, after: int, now: datetime) -> int:
    """Returns the first period from `after` on that ends later than `now`. Periods that were missed are skipped."""
    number = after
    while edge(anchor, zone, interval, number + 1) <= now:
        number += 1
    return number


def day_of(instant: datetime, zone: str) -> date:
    """Returns the local day of an instant."""
    return instant.astimezone(ZoneInfo(zone)).date()


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _instant(day: date, clock_time: time, zone: str) -> datetime:
    """Returns the instant of a local time. One that the clocks skip is taken as much later as they skip."""
    return datetime.combine(day, clock_time.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)
