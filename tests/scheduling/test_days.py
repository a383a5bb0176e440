"""A builder's days: open hours, time off, and times busy elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from scheduling import claims
from scheduling.days import OwnDay, bars, minutes_of, own_days
from scheduling.loading import holiday_countries
from tests.scheduling.cast import BERLIN, open_hours

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2027, 3, 20, 12, tzinfo=UTC)


def days(ada: User, first: date, count: int = 7, zone: ZoneInfo = BERLIN) -> list[OwnDay]:
    return own_days(ada.pk, first, count, zone, NOW)


def test_hours_are_shown_in_the_given_zone(ada: User) -> None:
    open_hours(ada, [(0, 9 * 60, 17 * 60)])

    monday, tuesday = days(ada, date(2027, 3, 22), 2)
    assert (monday.hours, monday.open_minutes, tuesday.hours) == ("09:00–17:00", 480, "")
    assert days(ada, date(2027, 3, 22), 1, LONDON)[0].hours == "08:00–16:00"


def test_hours_past_midnight_are_split_into_two_days(ada: User) -> None:
    open_hours(ada, [(0, 22 * 60, 24 * 60), (1, 0, 2 * 60)])

    monday, tuesday = days(ada, date(2027, 3, 22), 2)
    assert (monday.opened, tuesday.opened) == ([(1320, 1440)], [(0, 120)])


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_hours_on_a_day_when_the_clocks_change_are_as_the_clock_shows(ada: User, day: date) -> None:
    open_hours(ada, [(6, 9 * 60, 17 * 60)])

    assert days(ada, day, 1)[0].hours == "09:00–17:00"


def test_time_off_and_busy_times_are_named_on_each_of_their_days(ada: User) -> None:
    open_hours(ada)
    start = datetime(2027, 3, 23, 0, tzinfo=BERLIN)
    claims.block(builder=ada.pk, start=start, end=start + timedelta(days=2), note="At the sea")
    claims.block(builder=ada.pk, start=start, end=start + timedelta(hours=2), kind="EXTERNAL")

    four_days = days(ada, date(2027, 3, 22), 4)

    assert [sorted(day.away) for day in four_days] == [[], ["At the sea", "Busy elsewhere"], ["At the sea"], []]


def test_days_cost_two_queries(ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    open_hours(ada)
    with django_assert_num_queries(2):
        days(ada, date(2027, 3, 22), 7)


def test_where_the_clocks_go_back_nothing_ends_before_it_begins() -> None:
    start = int(datetime(2027, 10, 31, 0, 45, tzinfo=UTC).timestamp())  # 02:45, the first time

    assert minutes_of(start, start + 1800, BERLIN) == (165, 165), "it ends at 02:15, the second time"


def test_bars_are_in_per_cent_of_the_span_shown() -> None:
    [bar] = bars([(600, 720)], (480, 1080))

    assert (bar.start, bar.width, bar.label) == (20.0, 20.0, "10:00–12:00")


def test_each_country_is_offered_once() -> None:
    countries = holiday_countries()

    assert len(set(countries.values())) == len(countries)
    assert "UK" not in countries, "the library also knows the United Kingdom by this code"
