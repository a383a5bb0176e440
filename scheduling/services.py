"""What can happen to a builder's hours: schedules saved whole, made the default, deleted; feeds and free times kept."""

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
from scheduling.models import DAY, CalendarFeed, ExceptionDay, Rule, Schedule, TypeSchedule, WorkedHoliday

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Interval = tuple[int, int]


@dataclass(frozen=True)
class ScheduleHours:
    """The hours of a schedule: per weekday, per date, and the public holidays that are worked."""

    rules: Sequence[tuple[int, int, int]] = ()  # weekday, start, end
    exceptions: Mapping[date, Sequence[Interval]] = field(default_factory=dict)
    worked_holidays: Sequence[date] | None = None  # None leaves them as they are
    session_types: Sequence[SessionType] | None = None  # those that name this schedule; None leaves them


@transaction.atomic
def save_schedule(*, schedule: Schedule, week: ScheduleHours, by: User) -> Schedule:
    """Makes or changes a schedule, whole. The first weekly one of a builder is their default."""
    _check_hours(week)
    is_new = schedule._state.adding
    _lock(schedule)
    others = Schedule.objects.filter(builder=schedule.builder).exclude(pk=schedule.pk)
    if schedule.kind == Schedule.Kind.HOLIDAY:
        _check_holiday(schedule, list(others))
    elif not schedule.is_default and not any(other.is_default for other in others):
        schedule.is_default = schedule.is_active = True
    if schedule.is_default:
        schedule.is_active = True
        others.filter(is_default=True).update(is_default=False)
    before = None if is_new else _told(Schedule.objects.get(pk=schedule.pk))
    schedule.save()
    _write_week(schedule, week)
    action = "schedule made" if is_new else "schedule changed"
    audit.record(actor=by, action=action, subject=schedule, before=before, after=_told(schedule))
    refresh_soon(schedule.builder.pk)
    return schedule


@transaction.atomic
def make_default(*, schedule: Schedule, by: User) -> Schedule:
    """Puts this weekly schedule in force instead of the one that was."""
    if schedule.kind == Schedule.Kind.HOLIDAY:
        raise Refused(Refusal.INVALID, fields={"kind": ["A holiday schedule is in force on its dates only."]})
    _lock(schedule)
    others = Schedule.objects.filter(builder=schedule.builder).exclude(pk=schedule.pk)
    others.filter(is_default=True).update(is_default=False)
    schedule.is_default = schedule.is_active = True
    schedule.save(update_fields=["is_default", "is_active", "changed_at"])
    audit.record(actor=by, action="schedule made the default", subject=schedule, before=None, after=None)
    refresh_soon(schedule.builder.pk)
    return schedule


@transaction.atomic
def change_zone(*, schedules: Sequence[Schedule], zone: str, by: User) -> None:
    """Puts these schedules of one builder on the clocks of `zone`: the same hours, so other instants."""
    for schedule in schedules:
        before = {"timezone": schedule.timezone}
        schedule.timezone = zone
        schedule.save(update_fields=["timezone", "changed_at"])
        audit.record(actor=by, action="schedule changed", subject=schedule, before=before, after={"timezone": zone})
    if schedules:
        refresh_soon(schedules[0].builder_id)


@transaction.atomic
def delete_schedule(*, schedule: Schedule, by: User) -> None:
    """What is booked stays booked; the default one has to be replaced first."""
    _lock(schedule)
    if Schedule.objects.filter(pk=schedule.pk, is_default=True).exists():
        raise Refused(Refusal.IS_DEFAULT)
    audit.record(actor=by, action="schedule deleted", subject=schedule, before=_told(schedule), after=None)
    builder = schedule.builder
    schedule.delete()
    refresh_soon(builder.pk)


@transaction.atomic
def set_exception(*, schedule: Schedule, day: date, intervals: Sequence[Interval] | None, by: User) -> None:
    """Other hours on one date, none at all, or (None) the usual ones again."""
    _lock(schedule)
    if intervals is None:
        ExceptionDay.objects.filter(schedule=schedule, date=day).delete()
    else:
        _check_hours(ScheduleHours(exceptions={day: intervals}))
        told = {"intervals": [list(pair) for pair in sorted(intervals)]}
        ExceptionDay.objects.update_or_create(schedule=schedule, date=day, defaults=told)
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
    """A public holiday that is a working day after all, or closed again."""
    _lock(schedule)
    if is_worked:
        WorkedHoliday.objects.get_or_create(schedule=schedule, date=day)
    else:
        WorkedHoliday.objects.filter(schedule=schedule, date=day).delete()
    told = {"date": day, "is_worked": is_worked}
    audit.record(actor=by, action="public holiday switched", subject=schedule, before=None, after=told)
    refresh_soon(schedule.builder_id)


@transaction.atomic
def rotate_feed(*, builder: User) -> str:
    """A new secret for the calendar feed, told once; the address with the old one leads nowhere from now on."""
    secret = secrets.token_urlsafe(32)
    feed, _ = CalendarFeed.objects.update_or_create(
        builder=builder, defaults={"digest": digest_of(secret), "read_at": None}
    )
    audit.record(actor=builder, action="calendar feed address made", subject=feed, before=None, after=None)
    return secret


@transaction.atomic
def close_feed(*, builder: User) -> None:
    feed = CalendarFeed.objects.filter(builder=builder).first()
    if feed is not None:
        audit.record(actor=builder, action="calendar feed closed", subject=feed, before=None, after=None)
        feed.delete()


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _lock(schedule: Schedule) -> None:
    """Locks the builder until the transaction ends, so that changes of their schedules follow each other; refuses a
    schedule that has been deleted meanwhile."""
    lock_person(schedule.builder_id)
    if not schedule._state.adding and not Schedule.objects.filter(pk=schedule.pk).exists():
        raise Refused(Refusal.NOT_FOUND)


def _check_hours(week: ScheduleHours) -> None:
    """Two rules of one day that overlap are refused with both sides named."""
    days: dict[Any, list[Interval]] = {}
    for weekday, start, end in week.rules:
        days.setdefault(weekday, []).append((start, end))
    days.update({day: list(intervals) for day, intervals in week.exceptions.items()})
    for day, intervals in days.items():
        name = WEEKDAYS[day] if isinstance(day, int) else f"{day:%-d %B %Y}"
        for start, end in intervals:
            if not 0 <= start < end <= DAY:
                words = f"{name}: {hour_format.minute_of_day(start)} to {hour_format.minute_of_day(end)} ends before it begins."
                raise Refused(Refusal.INVALID, words, fields={"rules": [words]})
        for first, second in pairwise(sorted(intervals)):
            if second[0] < first[1]:
                raise Refused(
                    Refusal.SCHEDULE_CONFLICT,
                    f"{name}: {format_hours([first])} and {format_hours([second])} overlap.",
                    conflict=[_side(name, first), _side(name, second)],
                )


def _check_holiday(schedule: Schedule, others: Sequence[Schedule]) -> None:
    if schedule.starts_on is None or schedule.ends_on is None or schedule.ends_on < schedule.starts_on:
        words = "Say from which day to which this holiday schedule is in force."
        raise Refused(Refusal.INVALID, words, fields={"startsOn": [words]})
    schedule.is_default = False
    for other in others:
        if other.kind != Schedule.Kind.HOLIDAY or not (other.is_active and schedule.is_active):
            continue
        assert other.starts_on
        assert other.ends_on
        if other.starts_on <= schedule.ends_on and schedule.starts_on <= other.ends_on:
            raise Refused(
                Refusal.SCHEDULE_CONFLICT,
                f"“{schedule.name}” ({_dates(schedule)}) and “{other.name}” ({_dates(other)}) share days.",
                conflict=[
                    {"name": side.name, "startsOn": str(side.starts_on), "endsOn": str(side.ends_on)}
                    for side in (schedule, other)
                ],
            )


def _dates(schedule: Schedule) -> str:
    return f"{schedule.starts_on:%-d %b %Y} to {schedule.ends_on:%-d %b %Y}"


def _side(day: str, interval: Interval) -> dict[str, str]:
    return {"day": day, "start": clock_time(interval[0]), "end": clock_time(interval[1])}


def _write_week(schedule: Schedule, week: ScheduleHours) -> None:
    schedule.rules.all().delete()
    Rule.objects.bulk_create(
        [Rule(schedule=schedule, weekday=weekday, start=start, end=end) for weekday, start, end in week.rules]
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


def _told(schedule: Schedule) -> dict[str, Any]:
    return {
        "name": schedule.name,
        "kind": schedule.kind,
        "timezone": schedule.timezone,
        "is_default": schedule.is_default,
        "rules": [[rule.weekday, rule.start, rule.end] for rule in schedule.rules.all()],
        "exceptions": {str(day.date): day.intervals for day in schedule.exceptions.all()},
    }


def schedule_of(builder: UUID) -> Schedule | None:
    """The one in force on an ordinary day."""
    return Schedule.objects.filter(builder=builder, is_default=True).first()
