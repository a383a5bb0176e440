"""Periods, the period before each, and their columns."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Refused
from insights.periods import LONGEST, PRESETS, between, period_of
from tests.insights.cast import days

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("name", "period", "previous"),
    [
        ("7", days((3, 9), (3, 15)), days((3, 2), (3, 8))),
        ("28", days((2, 16), (3, 15)), days((1, 19), (2, 15))),
        ("month", days((3, 1), (3, 15)), days((2, 1), (2, 15))),
        ("last-month", days((2, 1), (2, 28)), days((1, 1), (1, 31))),
        ("", days((2, 16), (3, 15)), days((1, 19), (2, 15))),
    ],
)
def test_presets_end_with_today_and_a_month_is_compared_with_a_month(
    name: str, period: tuple[date, date], previous: tuple[date, date]
) -> None:
    chosen = period_of(name, TODAY, "Europe/Berlin")

    assert (chosen.first, chosen.last) == period
    assert (chosen.previous.first, chosen.previous.last) == previous


def test_the_31st_is_compared_with_the_whole_shorter_month() -> None:
    chosen = period_of("month", date(2026, 3, 30), "UTC")

    assert (chosen.previous.first, chosen.previous.last) == days((2, 1), (2, 28))


@pytest.mark.parametrize(
    ("name", "today", "previous"),
    [
        ("28", date(2026, 2, 28), days((1, 4), (1, 31))),
        ("7", date(2026, 3, 7), days((2, 22), (2, 28))),
        ("", date(2027, 2, 28), (date(2027, 1, 4), date(2027, 1, 31))),
    ],
)
def test_the_last_days_are_compared_with_as_many_days_also_where_they_begin_a_month(
    name: str, today: date, previous: tuple[date, date]
) -> None:
    chosen = period_of(name, today, "UTC")

    assert chosen.first.day == 1
    assert (chosen.previous.first, chosen.previous.last) == previous


@settings(max_examples=60)
@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, LONGEST - 1),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"]),
)  # fmt: skip
def test_columns_cover_the_period_without_gaps(first: date, length: int, zone: str) -> None:
    period = between(first, first + timedelta(days=length), zone)

    steps = period.steps
    assert len(steps) <= 33
    assert steps[0] <= period.first
    assert steps == sorted(set(steps))
    assert steps[-1] <= period.last
    assert period.previous.end <= period.first
    assert period.previous.start_at < period.start_at < period.end_at


def test_days_in_the_wrong_order_and_more_than_two_years_are_refused() -> None:
    for first, last in ((TODAY, TODAY - timedelta(days=1)), (TODAY, TODAY + timedelta(days=LONGEST))):
        with pytest.raises(Refused):
            between(first, last, "UTC")
    assert between(TODAY, TODAY, "UTC").days == 1
    assert "dates" in PRESETS
