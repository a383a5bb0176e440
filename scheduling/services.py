"""Changes of a builder's schedules and of their calendar feed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.services import lock_person
from coaching.models import SessionType
from core import audit, hour_format
from core.errors import Refusal, Refused
from scheduling.explain import clock_time
from scheduling.free_times import refresh_soon
from scheduling.hours_text import format_hours
from scheduling.models import (
    DAY,
    CalendarFeed,
    ExceptionDay,
    RecurringHours,
    Rule,
    Schedule,
    TypeSchedule,
    WorkedHoliday,
)
from scheduling.patterns import WEEKDAYS, Pattern, why_impossible
from scheduling.refusals import TimeRefusal

MOST_PATTERNS = 50  # of a schedule; the slot engine looks at each of them on each day
Interval = tuple[int, int]


@dataclass(frozen=True)
class ScheduleHours:
    """What a schedule consists of: weekly and recurring hours, hours on dates, worked public holidays, session types."""

    rules: Sequence[tuple[int, int, int]] = ()  # weekday, start, end
    exceptions: Mapping[date, Sequence[Interval]] = field(default_factory=dict)
    recurring: Sequence[Pattern] | None = None  # None leaves them as they are
    worked_holidays: Sequence[date] | None = None  # None leaves them as they are
    session_types: Sequence[SessionType] | None = None  # those that use this schedule; None leaves them as they are


@transaction.atomic
def save_schedule(*, schedule: Schedule, week: ScheduleHours, by: User) -> Schedule:
    """Creates or replaces a schedule with its hours. The first weekly one of a builder becomes their default."""
    _check_hours(week)
    _check_recurring(week.recurring or ())
    is_new = schedule._state.adding
    _lock_builder(schedule)
    others = Schedule.objects.filter(builder=schedule.builder).exclude(pk=schedule.pk)
    if schedule.kind == Schedule.Kind.HOLIDAY:
        _check_holiday_dates(schedule, list(others))
    elif not schedule.is_default and not any(other.is_default for other in others):
        schedule.is_default = schedule.is_active = True
    if schedule.is_default:
        schedule.is_active = True
        others.filter(is_default=True).update(is_default=False)
    before = None if is_new else _audit_values(Schedule.objects.get(pk=schedule.pk))
    schedule.save()
    _replace_hours(schedule, week)
    action = "schedule made" if is_new else "schedule changed"
    audit.record(actor=by, action=action, subject=schedule, before=before, after=_audit_values(schedule))
    refresh_soon(schedule.builder.pk)
    return schedule


@transaction.atomic
def make_default(*, schedule: Schedule, by: User) -> Schedule:
    """Makes this weekly schedule the builder's default."""
    if schedule.kind == Schedule.Kind.HOLIDAY:
        raise Refused(Refusal.INVALID, fields={"kind": ["A holiday schedule is only used on its own dates."]})
    _lock_builder(schedule)
    others = Schedule.objects.filter(builder=schedule.builder).exclude(pk=schedule.pk)
    others.filter(is_default=True).update(is_default=False)
    schedule.is_default = schedule.is_active = True
    schedule.save(update_fields=["is_default", "is_active", "changed_at"])
    audit.record(actor=by, action="schedule made the default", subject=schedule, before=None, after=None)
    refresh_soon(schedule.builder.pk)
    return schedule


@transaction.atomic
def change_zone(*, schedules: Sequence[Schedule], zone: str, by: User) -> None:
    """Moves these schedules of one builder to `zone`: the same hours on the clock, so other instants."""
    for schedule in schedules:
        before = {"timezone": schedule.timezone}
        schedule.timezone = zone
        schedule.save(update_fields=["timezone", "changed_at"])
        audit.record(actor=by, action="schedule changed", subject=schedule, before=before, after={"timezone": zone})
    if schedules:
        refresh_soon(schedules[0].builder_id)


@transaction.atomic
def delete_schedule(*, schedule: Schedule, by: User) -> None:
    """Deletes a schedule, but not the default one. Bookings stay."""
    _lock_builder(schedule)
    if Schedule.objects.filter(pk=schedule.pk, is_default=True).exists():
        raise Refused(TimeRefusal.IS_DEFAULT)
    audit.record(actor=by, action="schedule deleted", subject=schedule, before=_audit_values(schedule), after=None)
    builder = schedule.builder
    schedule.delete()
    refresh_soon(builder.pk)


@transaction.atomic
def set_exception(*, schedule: Schedule, day: date, intervals: Sequence[Interval] | None, by: User) -> None:
    """Sets other hours on one date: none for closed, or None for the usual hours again."""
    _lock_builder(schedule)
    if intervals is None:
        ExceptionDay.objects.filter(schedule=schedule, date=day).delete()
    else:
        _check_hours(ScheduleHours(exceptions={day: intervals}))
        defaults = {"intervals": [list(pair) for pair in sorted(intervals)]}
        ExceptionDay.objects.update_or_create(schedule=schedule, date=day, defaults=defaults)
    audit.record(
        actor=by,
        action="schedule exception set",
        subject=schedule,
        before=None,
        after={"date": day, "hours": intervals},
    )
    refresh_soon(schedule.builder.pk)


@transaction.atomic
def work_on_holiday(*, schedule: Schedule, day: date, is_worked: bool, by: User) -> None:
    """Opens a public holiday with the usual hours, or closes it again."""
    _lock_builder(schedule)
    if is_worked:
        WorkedHoliday.objects.get_or_create(schedule=schedule, date=day)
    else:
        WorkedHoliday.objects.filter(schedule=schedule, date=day).delete()
    change = {"date": day, "is_worked": is_worked}
    audit.record(actor=by, action="public holiday switched", subject=schedule, before=None, after=change)
    refresh_soon(schedule.builder_id)


@transaction.atomic
def rotate_feed(*, builder: User) -> str:
    """Replaces the secret of the calendar feed and returns the new one, which is not stored. The old address stops
    working."""
    secret = secrets.token_urlsafe(32)
    feed, _ = CalendarFeed.objects.update_or_create(
        builder=builder, defaults={"digest": digest_of(secret), "read_at": None}
    )
    audit.record(actor=builder, action="calendar feed address made", subject=feed, before=None, after=None)
    return secret


@transaction.atomic
def close_feed(*, builder: User) -> None:
    """Deletes the builder's calendar feed, so that its address stops working."""
    feed = CalendarFeed.objects.filter(builder=builder).first()
    if feed is not None:
        audit.record(actor=builder, action="calendar feed closed", subject=feed, before=None, after=None)
        feed.delete()


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _lock_builder(schedule: Schedule) -> None:
    """Locks the builder until the transaction ends, so that changes of their schedules run one after another. Refuses a
    schedule that was deleted in the meantime."""
    lock_person(schedule.builder_id)
    if not schedule._state.adding and not Schedule.objects.filter(pk=schedule.pk).exists():
        raise Refused(Refusal.NOT_FOUND)


def _check_hours(week: ScheduleHours) -> None:
    """Refuses hours that end before they begin, or overlap on one day; the refusal names both overlapping intervals."""
    days: dict[Any, list[Interval]] = {}
    for weekday, start, end in week.rules:
        days.setdefault(weekday, []).append((start, end))
    days.update({day: list(intervals) for day, intervals in week.exceptions.items()})
    for day, intervals in days.items():
        name = WEEKDAYS[day] if isinstance(day, int) else f"{day:%-d %B %Y}"
        for start, end in intervals:
            if not 0 <= start < end <= DAY:
                problem = f"{name}: {hour_format.minute_of_day(start)} to {hour_format.minute_of_day(end)} ends before it begins."
                raise Refused(Refusal.INVALID, problem, fields={"rules": [problem]})
        for first, second in pairwise(sorted(intervals)):
            if second[0] < first[1]:
                raise Refused(
                    TimeRefusal.SCHEDULE_CONFLICT,
                    f"{name}: {format_hours([first])} and {format_hours([second])} overlap.",
                    conflict=[_conflict_side(name, first), _conflict_side(name, second)],
                )


def _check_recurring(patterns: Sequence[Pattern]) -> None:
    """Refuses recurring hours that never happen, or of which it is not known in which weeks they do."""
    if len(patterns) > MOST_PATTERNS:
        problem = f"A schedule can have at most {MOST_PATTERNS} recurring hours."
        raise Refused(Refusal.INVALID, problem, fields={"recurring": [problem]})
    for pattern in patterns:
        problem = why_impossible(pattern)
        if problem:
            raise Refused(Refusal.INVALID, problem, fields={"recurring": [problem]})


def _check_holiday_dates(schedule: Schedule, others: Sequence[Schedule]) -> None:
    if schedule.starts_on is None or schedule.ends_on is None or schedule.ends_on < schedule.starts_on:
        problem = "Enter the first and the last day of this holiday schedule."
        raise Refused(Refusal.INVALID, problem, fields={"starts_on": [problem]})
    schedule.is_default = False
    for other in others:
        if other.kind != Schedule.Kind.HOLIDAY or not (other.is_active and schedule.is_active):
            continue
        assert other.starts_on
        assert other.ends_on
        if other.starts_on <= schedule.ends_on and schedule.starts_on <= other.ends_on:
            raise Refused(
                TimeRefusal.SCHEDULE_CONFLICT,
                f"“{schedule.name}” ({_date_range(schedule)}) and “{other.name}” ({_date_range(other)}) share days.",
                conflict=[
                    {"name": side.name, "starts_on": str(side.starts_on), "ends_on": str(side.ends_on)}
                    for side in (schedule, other)
                ],
            )


def _date_range(schedule: Schedule) -> str:
    return f"{schedule.starts_on:%-d %b %Y} to {schedule.ends_on:%-d %b %Y}"


def _conflict_side(day: str, interval: Interval) -> dict[str, str]:
    return {"day": day, "start": clock_time(interval[0]), "end": clock_time(interval[1])}


def _replace_hours(schedule: Schedule, week: ScheduleHours) -> None:
    schedule.rules.all().delete()
    Rule.objects.bulk_create(
        [Rule(schedule=schedule, weekday=weekday, start=start, end=end) for weekday, start, end in week.rules]
    )
    if week.recurring is not None:
        schedule.recurring_hours.all().delete()
        RecurringHours.objects.bulk_create(
            [RecurringHours(schedule=schedule, **pattern._asdict()) for pattern in week.recurring]
        )
    schedule.exceptions.all().delete()
    ExceptionDay.objects.bulk_create(
        [
            ExceptionDay(schedule=schedule, date=day, intervals=[list(pair) for pair in sorted(intervals)])
            for day, intervals in week.exceptions.items()
        ]
    )
    if week.worked_holidays is not None:
        schedule.worked_holidays.all().delete()
        WorkedHoliday.objects.bulk_create(
            [WorkedHoliday(schedule=schedule, date=day) for day in set(week.worked_holidays)]
        )
    if week.session_types is not None:
        TypeSchedule.objects.filter(schedule=schedule).delete()
        for session_type in week.session_types:
            TypeSchedule.objects.update_or_create(session_type=session_type, defaults={"schedule": schedule})


def _audit_values(schedule: Schedule) -> dict[str, Any]:
    return {
        "name": schedule.name,
        "kind": schedule.kind,
        "timezone": schedule.timezone,
        "is_default": schedule.is_default,
        "rules": [[rule.weekday, rule.start, rule.end] for rule in schedule.rules.all()],
        "recurring": [list(row.pattern) for row in schedule.recurring_hours.all()],
        "exceptions": {str(day.date): day.intervals for day in schedule.exceptions.all()},
    }


def schedule_of(builder: UUID) -> Schedule | None:
    """Returns the builder's default schedule, or None before they have one."""
    return Schedule.objects.filter(builder=builder, is_default=True).first()
