"""A builder who changes the same hours in two tabs at the same moment."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest

from accounts.models import User
from coaching.models import SessionType
from scheduling import claims, free_times, services
from scheduling.claims import Visitor
from scheduling.models import (
    CalendarFeed,
    ExceptionDay,
    FreeTimes,
    Reservation,
    Rule,
    Schedule,
    Seat,
    TypeSchedule,
    WorkedHoliday,
)
from scheduling.services import ScheduleHours
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person
from tests.scheduling.cast import EVERY_DAY, ask, offer, open_hours, rates, soon

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_module")]
numbers = count()
DAY = date(2030, 5, 1)


@pytest.fixture
def builder() -> User:
    return make_builder_person(f"Ada Moreno {next(numbers)}")


@pytest.fixture
def usual(builder: User) -> Schedule:
    return open_hours(builder)


@pytest.fixture
def session_type(builder: User, usual: Schedule) -> SessionType:
    rates(builder)
    return offer(builder)


def again(schedule: Schedule) -> Schedule:
    """The same schedule, as another tab has loaded it."""
    return Schedule.objects.get(pk=schedule.pk)


def default_of(builder: User) -> str:
    return Schedule.objects.get(builder=builder, is_default=True).name


def test_making_two_schedules_the_default_leaves_one_default(builder: User, usual: Schedule) -> None:
    summer, winter = open_hours(builder, name="Summer"), open_hours(builder, name="Winter")

    outcomes = at_once(
        lambda: services.make_default(schedule=summer, by=builder),
        lambda: services.make_default(schedule=winter, by=builder),
    )

    assert outcomes == [DONE, DONE]
    assert default_of(builder) in ("Summer", "Winter")


def test_making_a_schedule_the_default_twice(builder: User, usual: Schedule) -> None:
    summer = open_hours(builder, name="Summer")

    outcomes = at_once(*[lambda: services.make_default(schedule=again(summer), by=builder) for _ in range(2)])

    assert outcomes == [DONE, DONE]
    assert default_of(builder) == "Summer"


def test_two_first_schedules_leave_one_default(builder: User) -> None:
    def save(name: str) -> None:
        schedule = Schedule(builder=builder, name=name, timezone="Europe/Berlin")
        services.save_schedule(schedule=schedule, week=ScheduleHours(rules=EVERY_DAY), by=builder)

    outcomes = at_once(lambda: save("Summer"), lambda: save("Winter"))

    assert outcomes == [DONE, DONE]
    assert Schedule.objects.filter(builder=builder).count() == 2
    assert default_of(builder) in ("Summer", "Winter")


def test_saving_a_schedule_twice_does_not_mix_its_hours(builder: User, usual: Schedule) -> None:
    def save(start: int) -> None:
        services.save_schedule(
            schedule=again(usual),
            week=ScheduleHours(rules=[(0, start, 1020)], exceptions={DAY: [(start, 720)]}),
            by=builder,
        )

    assert at_once(lambda: save(540), lambda: save(600)) == [DONE, DONE]
    (rule,) = Rule.objects.filter(schedule=usual)
    assert ExceptionDay.objects.get(schedule=usual).intervals == [[rule.start, 720]]


def test_two_schedules_for_one_session_type_leave_one(builder: User, session_type: SessionType) -> None:
    summer, winter = open_hours(builder, name="Summer"), open_hours(builder, name="Winter")

    def save(schedule: Schedule) -> None:
        services.save_schedule(schedule=schedule, week=ScheduleHours(session_types=[session_type]), by=builder)

    assert at_once(lambda: save(summer), lambda: save(winter)) == [DONE, DONE]
    assert TypeSchedule.objects.filter(session_type=session_type).count() == 1


def test_two_holiday_schedules_on_the_same_days_leave_one(builder: User, usual: Schedule) -> None:
    def make(name: str) -> None:
        open_hours(builder, name=name, kind=Schedule.Kind.HOLIDAY, starts_on=DAY, ends_on=DAY + timedelta(days=3))

    assert at_once(lambda: make("Spring"), lambda: make("May")) == [DONE, "schedule_conflict"]
    assert Schedule.objects.filter(builder=builder, kind=Schedule.Kind.HOLIDAY).count() == 1


def test_deleting_a_schedule_twice_finds_it_once(builder: User, usual: Schedule) -> None:
    summer = open_hours(builder, name="Summer")
    tabs = [again(summer), again(summer)]

    outcomes = at_once(*[lambda tab=tab: services.delete_schedule(schedule=tab, by=builder) for tab in tabs])

    assert outcomes == [DONE, "not_found"]
    assert default_of(builder) == "Usual"


def test_deleting_a_schedule_while_it_becomes_the_default(builder: User, usual: Schedule) -> None:
    summer = open_hours(builder, name="Summer")
    other_tab = again(summer)

    outcomes = at_once(
        lambda: services.delete_schedule(schedule=summer, by=builder),
        lambda: services.make_default(schedule=other_tab, by=builder),
    )

    assert outcomes in ([DONE, "not_found"], [DONE, "is_default"])
    assert Schedule.objects.filter(builder=builder, is_default=True).count() == 1


def test_setting_an_exception_twice_leaves_one(builder: User, usual: Schedule) -> None:
    def close(end: int) -> None:
        services.set_exception(schedule=again(usual), day=DAY, intervals=[(540, end)], by=builder)

    assert at_once(lambda: close(600), lambda: close(660)) == [DONE, DONE]
    assert ExceptionDay.objects.filter(schedule=usual, date=DAY).count() == 1


def test_setting_an_exception_while_the_schedule_is_deleted(builder: User, usual: Schedule) -> None:
    summer = open_hours(builder, name="Summer")
    other_tab = again(summer)

    outcomes = at_once(
        lambda: services.delete_schedule(schedule=summer, by=builder),
        lambda: services.set_exception(schedule=other_tab, day=DAY, intervals=[], by=builder),
    )

    assert outcomes in ([DONE, DONE], [DONE, "not_found"])
    assert not ExceptionDay.objects.filter(schedule=other_tab.pk).exists()


def test_opening_a_public_holiday_twice_leaves_one_row(builder: User, usual: Schedule) -> None:
    outcomes = at_once(
        *[
            lambda: services.work_on_holiday(schedule=again(usual), day=DAY, is_worked=True, by=builder)
            for _ in range(2)
        ]
    )

    assert outcomes == [DONE, DONE]
    assert WorkedHoliday.objects.filter(schedule=usual).count() == 1


def test_two_new_feed_addresses_leave_one_feed(builder: User) -> None:
    assert at_once(*[lambda: services.rotate_feed(builder=builder) for _ in range(2)]) == [DONE, DONE]
    assert CalendarFeed.objects.filter(builder=builder).count() == 1


def test_closing_a_feed_twice(builder: User) -> None:
    services.rotate_feed(builder=builder)

    assert at_once(*[lambda: services.close_feed(builder=builder) for _ in range(2)]) == [DONE, DONE]
    assert not CalendarFeed.objects.filter(builder=builder).exists()


def test_ending_time_off_twice(builder: User) -> None:
    start, end = soon(10), soon(12)
    off = claims.block(builder=builder.pk, start=start, end=end)

    assert at_once(*[lambda: claims.unblock(reservation=off) for _ in range(2)]) == [DONE, DONE]
    assert Reservation.objects.get(pk=off.pk).released_at is not None


def test_two_holds_of_one_visitor_leave_one(session_type: SessionType) -> None:
    visitor = Visitor("visitor:one", None, "one address")

    outcomes = at_once(
        *[lambda hour=hour: claims.hold(ask(session_type, soon(hour), who=visitor)) for hour in (10, 14)]
    )

    assert outcomes == [DONE, DONE]
    assert Seat.objects.filter(holder="visitor:one", released_at=None).count() == 1


def test_refreshing_free_times_twice_leaves_one_row_for_each_type(builder: User, session_type: SessionType) -> None:
    offer(builder, title="Another hour")

    assert at_once(*[lambda: free_times.refresh([builder.pk]) for _ in range(2)]) == [DONE, DONE]
    assert FreeTimes.objects.filter(builder=builder).count() == 2
