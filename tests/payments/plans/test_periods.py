"""The calendar of billing: anchors at the ends of months, leap years and clock changes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.plans.periods import edge, number_at

FIRST, LAST = datetime(2024, 1, 1), datetime(2031, 1, 1)  # noqa: DTZ001  (the strategy adds the zone)
BERLIN = ZoneInfo("Europe/Berlin")


def days(anchor: datetime, interval: str = "month", count: int = 13) -> list[str]:
    edges = [edge(anchor, "Europe/Berlin", interval, number) for number in range(count)]
    return [f"{instant.astimezone(BERLIN):%m-%d %H:%M}" for instant in edges]


def test_what_began_on_the_31st_comes_back_to_the_31st() -> None:
    assert days(datetime(2027, 1, 31, 10, tzinfo=BERLIN)) == [
        "01-31 10:00", "02-28 10:00", "03-31 10:00", "04-30 10:00", "05-31 10:00", "06-30 10:00", "07-31 10:00",
        "08-31 10:00", "09-30 10:00", "10-31 10:00", "11-30 10:00", "12-31 10:00", "01-31 10:00",
    ]  # fmt: skip


def test_the_29th_of_february_is_the_28th_in_other_years() -> None:
    assert days(datetime(2028, 2, 29, 9, tzinfo=BERLIN), "year", 5) == [
        "02-29 09:00", "02-28 09:00", "02-28 09:00", "02-28 09:00", "02-29 09:00",
    ]  # fmt: skip


def test_the_local_time_stays_when_clocks_change() -> None:
    before, after = (edge(datetime(2027, 3, 1, 8, tzinfo=UTC), "Europe/Berlin", "month", number) for number in (0, 1))
    assert (before.hour, after.hour) == (8, 7)


def test_a_time_that_the_clocks_skip_is_an_hour_later() -> None:
    start = datetime(2027, 2, 28, 2, 30, tzinfo=BERLIN)
    assert days(start, count=3) == ["02-28 02:30", "03-28 03:30", "04-28 02:30"]


def test_a_time_that_comes_twice_is_the_first_of_both() -> None:
    start = datetime(2027, 9, 30, 2, 30, tzinfo=BERLIN)
    assert edge(start, "Europe/Berlin", "month", 1) == datetime(2027, 10, 30, 0, 30, tzinfo=UTC)
    start = datetime(2027, 7, 31, 2, 30, tzinfo=BERLIN)
    assert edge(start, "Europe/Berlin", "month", 3) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(
    anchor=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]),
    interval=st.sampled_from(["month", "year"]),
)
def test_periods_follow_each_other_and_are_about_as_long(anchor: datetime, zone: str, interval: str) -> None:
    edges = [edge(anchor, zone, interval, number) for number in range(26)]
    shortest = 27 if interval == "month" else 364
    assert all(shortest <= (after - before).days <= shortest + 5 for before, after in pairwise(edges))
    wanted = anchor.astimezone(ZoneInfo(zone)).day
    assert all(wanted - 3 <= instant.astimezone(ZoneInfo(zone)).day <= wanted for instant in edges)


@pytest.mark.parametrize(("month", "expected"), [(1, 0), (2, 1), (7, 6)])
def test_periods_that_were_missed_are_skipped(month: int, expected: int) -> None:
    anchor = datetime(2027, 1, 1, tzinfo=UTC)
    assert number_at(anchor, "UTC", "month", 0, datetime(2027, month, 20, tzinfo=UTC)) == expected
