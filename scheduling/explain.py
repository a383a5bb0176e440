"""Explains in sentences why a time cannot be booked, from the same values as the slot engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from core import hour_format
from scheduling import patterns
from scheduling.intervals import DAY_MINUTES
from scheduling.slots import (
    Calendar,
    HoursPlan,
    Kind,
    Limits,
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
    """A rule that removes a time. `is_taken` if it is only because somebody else has taken the time."""

    rule: str
    sentence: str
    is_taken: bool = False
    private: str = ""  # the sentence for the builder, where clients may not know as much

    @property
    def for_builder(self) -> str:
        return self.private or self.sentence


def why_not(calendar: Calendar, taken: Sequence[Taken], wanted: SlotRequest, start: int, now: int) -> list[Obstacle]:
    """Returns every rule that removes this start; none for a free one."""
    if free_slots(calendar, taken, wanted, (start, start + 1), now):
        return []
    day = local_day(calendar, start)
    plan = calendar.plan_on(day)
    limits = wanted.limits_in(plan)
    return [
        *_explain_notice(plan, limits, start, now),
        *_explain_hours(calendar, plan, wanted, start, day),
        *_explain_daily_cap(calendar, taken, limits, day),
        *_explain_taken(taken, wanted, limits, start, plan.zone),
    ]


def _explain_notice(plan: HoursPlan, limits: Limits, start: int, now: int) -> list[Obstacle]:
    if start <= now:
        return [Obstacle("past", "This time has passed.")]
    if start < earliest(limits, now):
        return [Obstacle("notice", f"It must be booked at least {in_words(limits.notice or 0)} ahead.")]
    if start > latest(plan, limits, now):
        days = limits.horizon_days or 0
        return [Obstacle("horizon", f"It can be booked {days} day{'' if days == 1 else 's'} ahead at most.")]
    return []


def _explain_hours(calendar: Calendar, plan: HoursPlan, wanted: SlotRequest, start: int, day: date) -> list[Obstacle]:
    opening = opening_around(calendar, start)
    if opening is None:
        return [Obstacle("hours", describe_closed_day(plan, day))]
    anchor, end = opening
    step = (wanted.step or wanted.minutes) * 60
    if start + wanted.minutes * 60 > end:
        return [Obstacle("length", f"{in_words(wanted.minutes)} from then on would end after the working hours.")]
    if (start - anchor) % step:
        first = format_time(anchor, plan.zone)
        return [Obstacle("grid", f"Sessions begin every {in_words(step // 60)}, counted from {first}.")]
    return []


def describe_closed_day(plan: HoursPlan, day: date) -> str:
    """Returns in a sentence which hours the day has instead of those that somebody asked for."""
    hours = plan.hours_on(day)
    if not hours and day in plan.dated:
        return f"Closed on {day:%-d %B}."
    if not hours and day in plan.public_holidays:
        return f"Closed on {day:%-d %B}: {plan.public_holidays[day]}."
    if not hours and (on_weekday := [pattern for pattern in plan.patterns if pattern.weekday == day.weekday()]):
        return f"Closed on {day:%-d %B}: open {'; '.join(patterns.in_words(pattern, day) for pattern in on_weekday)}."
    if not hours:
        return f"Closed on {day:%A}s."
    ranges = ", ".join(f"{hour_format.minute_of_day(start)}–{hour_format.minute_of_day(end)}" for start, end in hours)
    return f"Outside the working hours, which are {ranges} on that day."


def _explain_daily_cap(calendar: Calendar, taken: Sequence[Taken], limits: Limits, day: date) -> list[Obstacle]:
    if limits.most_a_day is None or booked_days(calendar, taken)[day] < limits.most_a_day:
        return []
    return [Obstacle("cap", f"There are {limits.most_a_day} sessions on that day already, which is the most.")]


def _explain_taken(
    taken: Sequence[Taken], wanted: SlotRequest, limits: Limits, start: int, zone: tzinfo
) -> list[Obstacle]:
    reasons = []
    end = start + wanted.minutes * 60
    for entry in sorted(taken, key=lambda other: other.start):
        if entry.start < end and start < entry.end:
            reasons.append(_describe_overlap(entry))
        elif entry.kind is not Kind.TIME_OFF and _is_too_close(entry, limits, start, end):
            reasons.append(_describe_closeness(entry, wanted, limits, start, zone))
    return reasons


def _describe_overlap(entry: Taken) -> Obstacle:
    if entry.kind is Kind.TIME_OFF:
        return Obstacle("time_off", f"Time off: {entry.note}." if entry.note else "Time off.")
    if entry.kind is Kind.BUSY:
        return Obstacle(
            "busy", "Busy elsewhere at this time.", private=f"Busy in “{entry.note}”." if entry.note else ""
        )
    return Obstacle(
        "taken",
        "Somebody else has just taken this time.",
        is_taken=True,
        private="This time is booked, or somebody is booking it now.",
    )


def _describe_closeness(entry: Taken, wanted: SlotRequest, limits: Limits, start: int, zone: tzinfo) -> Obstacle:
    """Says what is too close, and whether it would be far enough without the way to the client and back."""
    without_travel = replace(
        limits,
        buffer_before=(limits.buffer_before or 0) - wanted.travel_before,
        buffer_after=(limits.buffer_after or 0) - wanted.travel_after,
    )
    begins = format_time(entry.start, zone)
    if _is_too_close(entry, without_travel, start, start + wanted.minutes * 60):
        return Obstacle("buffer", f"Too close to what begins at {begins}.")
    is_return = start < entry.start
    minutes = in_words(wanted.travel_after if is_return else wanted.travel_before)
    where = "back" if is_return else "there"
    return Obstacle("travel", f"Too close to what begins at {begins}: the way {where} takes {minutes}.")


def _is_too_close(entry: Taken, limits: Limits, start: int, end: int) -> bool:
    before = max(limits.buffer_before or 0, entry.buffer_after) * 60
    after = max(limits.buffer_after or 0, entry.buffer_before) * 60
    return start < entry.end + before and end + after > entry.start


def format_time(at: int, zone: tzinfo) -> str:
    return hour_format.time_of_day(datetime.fromtimestamp(at, zone))


def clock_time(minute: int) -> str:
    """Formats a minute of the day as `09:30`; the end of the day is `24:00`."""
    return "24:00" if minute == DAY_MINUTES else f"{minute // 60:02}:{minute % 60:02}"


def in_words(minutes: int) -> str:
    """Returns a duration as `90 minutes`, `2 hours` or `3 days`."""
    for size, name in ((DAY_MINUTES, "day"), (60, "hour")):
        if minutes and minutes % size == 0:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
