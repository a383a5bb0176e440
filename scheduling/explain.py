"""Why a time cannot be booked, in sentences: the same plain values as the slot engine, and the same answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from core import hour_format
from scheduling.intervals import DAY_MINUTES
from scheduling.slots import (
    Calendar,
    Kind,
    Limits,
    Plan,
    SlotRequest,
    Taken,
    booked_days,
    earliest,
    free_slots,
    latest,
    local_day,
    opening_around,
)


@dataclass(frozen=True)
class Obstacle:
    """One rule that removes a time. `is_taken`: nothing but somebody else's time is in the way."""

    rule: str
    sentence: str
    is_taken: bool = False


def why_not(calendar: Calendar, taken: Sequence[Taken], wanted: SlotRequest, start: int, now: int) -> list[Obstacle]:
    """Every rule that removes this start; none for one that is free."""
    if free_slots(calendar, taken, wanted, (start, start + 1), now):
        return []
    day = local_day(calendar, start)
    plan = calendar.plan_on(day)
    limits = wanted.limits.over(plan.limits)
    return [
        *_clock(plan, limits, start, now),
        *_hours(calendar, plan, wanted, start, day),
        *_cap(calendar, taken, limits, day),
        *_taken(taken, wanted, limits, start, plan.zone),
    ]


def _clock(plan: Plan, limits: Limits, start: int, now: int) -> list[Obstacle]:
    if start <= now:
        return [Obstacle("past", "This time has passed.")]
    if start < earliest(limits, now):
        return [Obstacle("notice", f"It has to be booked at least {in_words(limits.notice or 0)} ahead.")]
    if start > latest(plan, limits, now):
        days = limits.horizon_days or 0
        return [Obstacle("horizon", f"It can be booked {days} day{'' if days == 1 else 's'} ahead at most.")]
    return []


def _hours(calendar: Calendar, plan: Plan, wanted: SlotRequest, start: int, day: date) -> list[Obstacle]:
    found = opening_around(calendar, start)
    if found is None:
        return [Obstacle("hours", _closed(plan, day))]
    anchor, end = found
    step = (wanted.step or wanted.minutes) * 60
    if start + wanted.minutes * 60 > end:
        return [Obstacle("length", f"{in_words(wanted.minutes)} from then on would last beyond the opening hours.")]
    if (start - anchor) % step:
        first = shown(anchor, plan.zone)
        return [Obstacle("grid", f"Sessions begin every {in_words(step // 60)}, counted from {first}.")]
    return []


def _closed(plan: Plan, day: date) -> str:
    hours = plan.hours_on(day)
    if not hours and day in plan.dated:
        return f"Closed on {day:%-d %B}."
    if not hours and day in plan.public_holidays:
        return f"Closed on {day:%-d %B}: {plan.public_holidays[day]}."
    if not hours:
        return f"Closed on {day:%A}s."
    told = ", ".join(f"{hour_format.minute_of_day(start)}–{hour_format.minute_of_day(end)}" for start, end in hours)
    return f"Outside the opening hours, which are {told} on that day."


def _cap(calendar: Calendar, taken: Sequence[Taken], limits: Limits, day: date) -> list[Obstacle]:
    if limits.most_a_day is None or booked_days(calendar, taken)[day] < limits.most_a_day:
        return []
    return [Obstacle("cap", f"There are {limits.most_a_day} sessions on that day already, which is the most.")]


def _taken(taken: Sequence[Taken], wanted: SlotRequest, limits: Limits, start: int, zone: tzinfo) -> list[Obstacle]:
    reasons = []
    end = start + wanted.minutes * 60
    for one in sorted(taken, key=lambda other: other.start):
        if one.start < end and start < one.end:
            reasons.append(_overlap(one))
        elif one.kind is not Kind.TIME_OFF and _is_too_close(one, limits, start, end):
            reasons.append(Obstacle("buffer", f"Too close to what begins at {shown(one.start, zone)}."))
    return reasons


def _overlap(one: Taken) -> Obstacle:
    if one.kind is Kind.TIME_OFF:
        return Obstacle("time_off", f"Time off: {one.note}." if one.note else "Time off.")
    if one.kind is Kind.BUSY:
        return Obstacle("busy", "Busy elsewhere at this time.")
    return Obstacle("taken", "Somebody else has just taken this time.", is_taken=True)


def _is_too_close(one: Taken, limits: Limits, start: int, end: int) -> bool:
    before = max(limits.buffer_before or 0, one.buffer_after) * 60
    after = max(limits.buffer_after or 0, one.buffer_before) * 60
    return start < one.end + before and end + after > one.start


def shown(at: int, zone: tzinfo) -> str:
    return hour_format.time_of_day(datetime.fromtimestamp(at, zone))


def clock_time(minute: int) -> str:
    """`09:30`; the end of a day is 24:00."""
    return "24:00" if minute == DAY_MINUTES else f"{minute // 60:02}:{minute % 60:02}"


def in_words(minutes: int) -> str:
    """`90 minutes`, `2 hours`, `3 days`."""
    for size, name in ((DAY_MINUTES, "day"), (60, "hour")):
        if minutes and minutes % size == 0:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
