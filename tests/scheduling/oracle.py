"""A second implementation of the slot engine: minute by minute, slow and simple. It shares only the plain values with
the engine, whose results are compared with it."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from scheduling.patterns import Pattern
from scheduling.slots import Calendar, HoursPlan, Kind, Limits, SlotRequest, Taken

MINUTE = 60


@lru_cache(maxsize=100)
def shown_on(number: int, zone: tzinfo) -> list[datetime]:
    """Returns what a clock of the zone shows at each minute of a day of UTC, whose number since 1970 is given."""
    begin = number * 86_400
    return [datetime.fromtimestamp(now, zone).replace(tzinfo=None) for now in range(begin, begin + 86_400, MINUTE)]


@lru_cache(maxsize=1_000)
def first_minute_that_shows(day: date, minute: int, zone: tzinfo) -> int:
    """Finds the instant by trying every minute of two days, from before any zone shows it; no zone is 15 hours ahead."""
    wanted = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    at = int((wanted - timedelta(hours=15)).replace(tzinfo=UTC).timestamp())
    before = None
    for now in range(at, at + 2 * 86_400, MINUTE):
        shown = shown_on(now // 86_400, zone)[now % 86_400 // MINUTE]
        if shown == wanted:
            return now
        if before is not None and before < wanted < shown:
            gap = int((shown - before).total_seconds()) - MINUTE  # the clocks skipped it
            return now + int((wanted + timedelta(seconds=gap) - shown).total_seconds())
        before = shown
    raise AssertionError((day, minute, zone))


def open_minutes(calendar: Calendar, first: date, last: date) -> dict[int, tuple[date, HoursPlan]]:
    """Returns every open minute, with the local day and the plan that open it."""
    opened_by: dict[int, tuple[date, HoursPlan]] = {}
    day = first
    while day <= last:
        plan = plan_on(calendar, day)
        for start, end in hours_on(plan, day):
            begin, finish = first_minute_that_shows(day, start, plan.zone), first_minute_that_shows(day, end, plan.zone)
            for minute in range(begin, finish, MINUTE):
                opened_by.setdefault(minute, (day, plan))
        day += timedelta(days=1)
    return opened_by


def plan_on(calendar: Calendar, day: date) -> HoursPlan:
    return next((plan for first, last, plan in calendar.holidays if first <= day <= last), calendar.usual)


def hours_on(plan: HoursPlan, day: date) -> tuple[tuple[int, int], ...]:
    if day in plan.dated:
        return plan.dated[day]
    if day in plan.public_holidays:
        return ()
    added = [(pattern.start, pattern.end) for pattern in plan.patterns if day in days_of(pattern, until=day)]
    return (*plan.weekly[day.weekday()], *added)


def days_of(pattern: Pattern, *, until: date) -> list[date]:
    """Lists every day of the pattern up to a date, by going through the calendar from its beginning."""
    day = pattern.starts_on or until - timedelta(days=40)
    days, weeks = [], 0
    while day <= min(until, pattern.ends_on or until):
        if day.weekday() == pattern.weekday:
            of_month = [
                number
                for number in range(1, monthrange(day.year, day.month)[1] + 1)
                if day.replace(day=number).weekday() == pattern.weekday
            ]
            if pattern.ordinal is None:
                is_included = weeks % pattern.every_weeks == 0
            else:
                is_included = of_month[pattern.ordinal if pattern.ordinal < 0 else pattern.ordinal - 1] == day.day
            if is_included:
                days.append(day)
            weeks += 1
        day += timedelta(days=1)
    return days


def pick(mine: int | None, theirs: int | None) -> int | None:
    return theirs if mine is None else mine


def inherit(own: Limits, plan: HoursPlan) -> Limits:
    inherited = plan.limits
    return Limits(
        pick(own.buffer_before, inherited.buffer_before) or 0,
        pick(own.buffer_after, inherited.buffer_after) or 0,
        pick(own.notice, inherited.notice) or 0,
        pick(own.horizon_days, inherited.horizon_days),
        pick(own.most_a_day, inherited.most_a_day),
    )


def slots(
    calendar: Calendar, taken: list[Taken], wanted: SlotRequest, window: tuple[int, int], now: int
) -> list[tuple[int, int, int]]:
    """Returns (start, end, seats left) of every slot whose opening began less than a week before."""
    zone = calendar.usual.zone
    first = datetime.fromtimestamp(window[0], zone).date() - timedelta(days=3)
    last = datetime.fromtimestamp(window[1], zone).date() + timedelta(days=3)
    minutes = open_minutes(calendar, first, last)
    length, step = wanted.minutes * MINUTE, (wanted.step or wanted.minutes) * MINUTE
    slots = []
    for anchor in sorted(minute for minute in minutes if minute - MINUTE not in minutes):
        start = anchor
        while all(minute in minutes for minute in range(anchor, start + MINUTE, MINUTE)):
            fits = all(minute in minutes for minute in range(start, start + length, MINUTE))
            day, plan = minutes[start]
            limits = inherit(wanted.limits, plan)
            if fits and is_in_time(start, plan, limits, window, now) and is_free(start, length, limits, taken, wanted):
                of_day = [
                    entry for entry in taken if entry.kind is Kind.SESSION and day_of(entry.start, calendar) == day
                ]
                if limits.most_a_day is None or len(of_day) < limits.most_a_day:
                    slots.append((start, start + length, wanted.seats))
            start += step
    for entry in taken:
        plan = plan_on(calendar, day_of(entry.start, calendar))
        limits = inherit(wanted.limits, plan)
        if (
            entry.seats_left
            and entry.end - entry.start == length
            and is_in_time(entry.start, plan, limits, window, now)
        ):
            slots.append((entry.start, entry.end, entry.seats_left))
    return sorted(slots)


def day_of(at: int, calendar: Calendar) -> date:
    day = datetime.fromtimestamp(at, calendar.usual.zone).date()
    return datetime.fromtimestamp(at, plan_on(calendar, day).zone).date()


def is_in_time(start: int, plan: HoursPlan, limits: Limits, window: tuple[int, int], now: int) -> bool:
    notice = limits.notice or 0
    if not window[0] <= start < window[1] or start <= now or start < now + notice * MINUTE:
        return False
    if limits.horizon_days is None:
        return True
    ends_on = datetime.fromtimestamp(now, plan.zone).date() + timedelta(days=limits.horizon_days)
    return datetime.fromtimestamp(start, plan.zone).date() <= ends_on


def is_free(start: int, length: int, limits: Limits, taken: list[Taken], wanted: SlotRequest) -> bool:
    end = start + length
    ours_before = (limits.buffer_before or 0) + wanted.travel_before
    ours_after = (limits.buffer_after or 0) + wanted.travel_after
    for entry in taken:
        if entry.kind is Kind.TIME_OFF:
            before = after = 0
        else:
            before = max(ours_after, entry.buffer_before) * MINUTE  # between this session and a later one
            after = max(ours_before, entry.buffer_after) * MINUTE  # between an earlier one and this session
        if end + before > entry.start and start < entry.end + after:
            return False
    return True
