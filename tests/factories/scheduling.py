"""Factories for the models of scheduling."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from core import clock
from scheduling.models import (
    CalendarFeed,
    CalendlyEventType,
    CalendlySync,
    ExceptionDay,
    FreeTimes,
    MergedBusyTime,
    OfferedDay,
    RecurringHours,
    Reservation,
    Rule,
    Schedule,
    Seat,
    TypeSchedule,
    WorkedHoliday,
)
from tests.factories.accounts import BuilderFactory
from tests.factories.coaching import SessionTypeFactory
from tests.factories.connections import LinkedAccountFactory

A_MONDAY = datetime(2030, 1, 7, 10, tzinfo=UTC)


class ScheduleFactory(DjangoModelFactory[Schedule]):
    class Meta:
        model = Schedule

    builder = SubFactory(BuilderFactory)
    name = "Usual"
    timezone = "Europe/Berlin"


class MergedBusyTimeFactory(DjangoModelFactory[MergedBusyTime]):
    """Is busy for an hour on a Monday. In the database it comes from reservations, by a trigger."""

    class Meta:
        model = MergedBusyTime

    builder = SubFactory(BuilderFactory)
    minutes = 60
    times = Multirange([Range(A_MONDAY, A_MONDAY + timedelta(hours=1))])


class RuleFactory(DjangoModelFactory[Rule]):
    """Opens nine to five on a Monday."""

    class Meta:
        model = Rule

    schedule = SubFactory(ScheduleFactory)
    weekday = 0
    start = 9 * 60
    end = 17 * 60


class RecurringHoursFactory(DjangoModelFactory[RecurringHours]):
    """Opens nine to twelve on every other Friday."""

    class Meta:
        model = RecurringHours

    schedule = SubFactory(ScheduleFactory)
    weekday = 4
    start = 9 * 60
    end = 12 * 60
    every_weeks = 2
    starts_on = date(2030, 1, 4)


class ExceptionDayFactory(DjangoModelFactory[ExceptionDay]):
    """Closes a day."""

    class Meta:
        model = ExceptionDay

    schedule = SubFactory(ScheduleFactory)
    date = date(2030, 1, 7)


class WorkedHolidayFactory(DjangoModelFactory[WorkedHoliday]):
    class Meta:
        model = WorkedHoliday

    schedule = SubFactory(ScheduleFactory)
    date = date(2030, 1, 1)


class TypeScheduleFactory(DjangoModelFactory[TypeSchedule]):
    class Meta:
        model = TypeSchedule

    session_type = SubFactory(SessionTypeFactory)
    schedule = SubFactory(ScheduleFactory, builder=SelfAttribute("..session_type.builder"))


class ReservationFactory(DjangoModelFactory[Reservation]):
    """Makes a booked hour, each an hour after the one before."""

    class Meta:
        model = Reservation

    session_type = SubFactory(SessionTypeFactory)
    builder = SelfAttribute("session_type.builder")
    during = Sequence(lambda number: (A_MONDAY + timedelta(hours=number), A_MONDAY + timedelta(hours=number + 1)))
    kind = Reservation.Kind.BOOKED


class SeatFactory(DjangoModelFactory[Seat]):
    class Meta:
        model = Seat

    reservation = SubFactory(ReservationFactory)
    holder = Sequence(lambda number: f"visitor:{number}")


class FreeTimesFactory(DjangoModelFactory[FreeTimes]):
    """Makes four free hours."""

    class Meta:
        model = FreeTimes

    session_type = SubFactory(SessionTypeFactory)
    builder = SelfAttribute("session_type.builder")
    runs = LazyAttribute(lambda _: [int(A_MONDAY.timestamp()), int((A_MONDAY + timedelta(hours=3)).timestamp())])
    step = 3600
    minutes = 60
    notice = 0
    open_minutes = 240
    currency = "USD"
    computed_at = LazyFunction(clock.now)


class OfferedDayFactory(DjangoModelFactory[OfferedDay]):
    class Meta:
        model = OfferedDay

    builder = SubFactory(BuilderFactory)
    date = date(2026, 1, 5)
    minutes = 480


class CalendarFeedFactory(DjangoModelFactory[CalendarFeed]):
    class Meta:
        model = CalendarFeed

    builder = SubFactory(BuilderFactory)
    digest = Sequence(lambda number: f"{number:064x}")


class CalendlyEventTypeFactory(DjangoModelFactory[CalendlyEventType]):
    """Makes an event type whose category is not chosen yet."""

    class Meta:
        model = CalendlyEventType

    session_type = SubFactory(SessionTypeFactory)
    builder = SelfAttribute("session_type.builder")
    uri = Sequence(lambda number: f"https://api.calendly.com/event_types/{number}")
    name = "Intro"


class CalendlySyncFactory(DjangoModelFactory[CalendlySync]):
    """Makes a run that is due now."""

    class Meta:
        model = CalendlySync

    account = SubFactory(LinkedAccountFactory, service="calendly")
    due_at = LazyFunction(clock.now)
