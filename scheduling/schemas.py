"""The API schemas of schedules, slots and session types."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from accounts.models import User
from coaching.schemas import SessionConfig, SessionTypeOut
from core.api import Day, In, Line, Out, SuccessBody, Truth, Whole
from core.errors import Refusal, Refused
from core.openapi import InstantText
from core.zones import zone_names
from scheduling.explain import clock_time
from scheduling.loading import holiday_countries
from scheduling.models import DAY, Schedule
from scheduling.patterns import MOST_WEEKS, Pattern, why_impossible
from scheduling.refusals import TimeRefusal
from scheduling.services import ScheduleHours

CLOCK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")


def minutes_of(text: str) -> int:
    """Returns a time such as `"09:30"` as a minute of the day; `"24:00"` is its end."""
    if text == "24:00":
        return DAY
    match = CLOCK.match(text)
    if not match:
        raise ValueError("Send a time of day as HH:MM.")
    return int(match[1]) * 60 + int(match[2])


def _check_zone(name: str) -> str:
    if name not in zone_names():
        raise ValueError("This is not a time zone of the IANA database, such as Europe/Berlin.")
    return name


def _check_country(code: str | None) -> str | None:
    if code is not None and code.upper() not in holiday_countries():
        raise ValueError("We do not know the public holidays of this country.")
    return code.upper() if code else None


def _normalise_kind(kind: object) -> object:
    """Returns `weekly` for `default` and `custom`, which older API clients send."""
    lowered = kind.lower() if isinstance(kind, str) else kind
    return "weekly" if lowered in ("default", "custom") else lowered


ClockTime = Annotated[str, AfterValidator(lambda text: clock_time(minutes_of(text)))]
Zone = Annotated[str, AfterValidator(_check_zone)]
Minutes = Annotated[Whole, Field(ge=0, le=DAY)]


class Hours(In):
    start: ClockTime
    end: ClockTime

    @model_validator(mode="after")
    def check_order(self) -> Hours:
        if minutes_of(self.end) <= minutes_of(self.start):
            raise ValueError(
                f"{self.start} to {self.end} ends before it begins. For hours past midnight, send two ranges."
            )
        return self

    @property
    def interval(self) -> tuple[int, int]:
        return minutes_of(self.start), minutes_of(self.end)


class RuleIn(Hours):
    weekday: Annotated[Whole, Field(ge=0, le=6)]


class RecurringIn(Hours):
    weekday: Annotated[Whole, Field(ge=0, le=6)]
    every_weeks: Annotated[Whole, Field(ge=1, le=MOST_WEEKS)] = 1
    ordinal: Literal[1, 2, 3, 4, -1] | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.weekday, *self.interval, self.every_weeks, self.ordinal, self.starts_on, self.ends_on)

    @model_validator(mode="after")
    def check_days(self) -> RecurringIn:
        if problem := why_impossible(self.pattern):
            raise ValueError(problem)
        return self


class ExceptionIn(In):
    date: Day
    closed: Truth = False
    intervals: list[Hours] = []

    @model_validator(mode="after")
    def check_closed(self) -> ExceptionIn:
        if self.closed and self.intervals:
            raise ValueError("A closed day cannot have hours.")
        return self


class ScheduleIn(In):
    id: UUID | None = None
    name: Annotated[Line, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    kind: Annotated[Literal["weekly", "holiday"], BeforeValidator(_normalise_kind)] = "weekly"
    timezone: Zone | None = None
    is_default: Truth | None = None
    active: Truth = True
    starts_on: Day | None = None
    ends_on: Day | None = None
    buffer_before: Minutes = 0
    buffer_after: Minutes = 0
    minimum_notice: Annotated[Whole, Field(ge=0, le=DAY * 90)] = 120
    horizon_days: Annotated[Whole, Field(ge=0, le=730)] = 60
    max_per_day: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    holiday_country: Annotated[str | None, AfterValidator(_check_country)] = None
    rules: list[RuleIn] = []
    recurring: list[RecurringIn] | None = None  # without it, PUT leaves them as they are
    exceptions: list[ExceptionIn] = []

    def apply_to(self, schedule: Schedule, person: User) -> None:
        """Sets everything but the hours on the schedule, without saving it."""
        if self.id is not None and self.id != schedule.pk:
            raise Refused(Refusal.INVALID, fields={"id": ["The id of a schedule does not change."]})
        if schedule.is_default and not self.active:
            raise Refused(TimeRefusal.IS_DEFAULT)
        if schedule.is_default and (self.is_default is False or self.kind == "holiday"):
            raise Refused(TimeRefusal.IS_DEFAULT)
        for name in (
            "name", "kind", "starts_on", "ends_on", "buffer_before", "buffer_after", "minimum_notice", "horizon_days",
            "max_per_day", "holiday_country",
        ):  # fmt: skip
            setattr(schedule, name, getattr(self, name))
        schedule.timezone = self.timezone or schedule.timezone or person.timezone
        schedule.is_active = self.active
        schedule.is_default = schedule.is_default or bool(self.is_default)

    def week(self) -> ScheduleHours:
        days = [day.date for day in self.exceptions]
        if len(set(days)) != len(days):
            raise Refused(Refusal.INVALID, fields={"exceptions": ["A date is listed twice."]})
        return ScheduleHours(
            rules=[(rule.weekday, *rule.interval) for rule in self.rules],
            recurring=None if self.recurring is None else [hours.pattern for hours in self.recurring],
            exceptions={day.date: [hours.interval for hours in day.intervals] for day in self.exceptions},
        )


class HoursOut(Out):
    start: str
    end: str

    @classmethod
    def of(cls, interval: Any) -> HoursOut:
        return cls(start=clock_time(interval[0]), end=clock_time(interval[1]))


class RuleOut(HoursOut):
    weekday: int


class RecurringOut(RuleOut):
    every_weeks: int
    ordinal: int | None
    starts_on: dt.date | None
    ends_on: dt.date | None

    @classmethod
    def of_pattern(cls, pattern: Pattern) -> RecurringOut:
        return cls(**pattern._asdict() | {"start": clock_time(pattern.start), "end": clock_time(pattern.end)})


class ExceptionOut(Out):
    date: dt.date
    closed: bool
    intervals: list[HoursOut]


class ScheduleOut(Out):
    id: UUID
    name: str
    kind: str
    timezone: str
    is_default: bool
    active: bool
    starts_on: dt.date | None
    ends_on: dt.date | None
    buffer_before: int
    buffer_after: int
    minimum_notice: int
    horizon_days: int
    max_per_day: int | None
    holiday_country: str | None
    rules: list[RuleOut]
    recurring: list[RecurringOut]
    exceptions: list[ExceptionOut]

    @classmethod
    def of(cls, schedule: Schedule) -> ScheduleOut:
        same = {name: getattr(schedule, name) for name in cls.model_fields if hasattr(schedule, name)}
        return cls(
            **same
            | {
                "active": schedule.is_active,
                "rules": [
                    RuleOut(weekday=rule.weekday, start=clock_time(rule.start), end=clock_time(rule.end))
                    for rule in schedule.rules.all()
                ],
                "recurring": [RecurringOut.of_pattern(row.pattern) for row in schedule.recurring_hours.all()],
                "exceptions": [
                    ExceptionOut(
                        date=day.date, closed=not day.intervals, intervals=[HoursOut.of(pair) for pair in day.intervals]
                    )
                    for day in schedule.exceptions.all()
                ],
            }
        )


class ScheduleAnswer(SuccessBody):
    schedule: ScheduleOut


class SchedulesAnswer(SuccessBody):
    schedules: list[ScheduleOut]


class SlotOut(Out):
    start_time: InstantText
    end_time: InstantText
    duration: int
    rate: str
    list_price: str | None = None
    currency: str
    seats_left: int


class SlotsAnswer(SuccessBody):
    available_slots: list[SlotOut]
    timezone: str
    session_config: SessionConfig


class SessionsAnswer(SuccessBody):
    authenticated: bool
    sessions: list[SessionTypeOut]
