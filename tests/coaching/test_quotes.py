"""Prices: the seeds' examples, each rule, and what is not offered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.quotes import DAY, FIXED, HOURLY, Terms, offered_minutes, quote

ALL = frozenset({FIXED, HOURLY, DAY})
CONFIG = {30: Decimal(50), 60: Decimal(90), 90: Decimal(120)}


def terms(**options: Any) -> Terms:
    return Terms(**{"currency": "USD", "rate_types": ALL, **options})


def told(found: Any) -> tuple[str, str, str] | None:
    return found and (found.rate_type, found.unit.on_the_wire(), found.total.on_the_wire())


def test_the_session_config_of_seed_002() -> None:
    for minutes, price in ((30, "50.00"), (60, "90.00"), (90, "120.00")):
        assert told(quote(terms(config=CONFIG), minutes)) == ("fixed", price, price)
    assert quote(terms(config=CONFIG), 45) is None


def test_four_hours_at_75_of_seed_004() -> None:
    mixing = terms(listed=frozenset({60, 120, 240}), hourly_rate=Decimal(75), rate_types=frozenset({HOURLY, DAY}))

    assert told(quote(mixing, 240, HOURLY)) == ("hourly", "75.00", "300.00")
    assert told(quote(mixing, 240)) == ("hourly", "75.00", "300.00")


def test_free_is_nothing_for_its_own_lengths() -> None:
    free = terms(is_free=True, listed=frozenset({30}), config=CONFIG, hourly_rate=Decimal(75))

    assert told(quote(free, 30)) == ("fixed", "0.00", "0.00")
    assert quote(free, 60) is None
    assert quote(free, 30, HOURLY) is None


def test_a_price_of_its_own_comes_before_the_config() -> None:
    own = terms(own_prices={60: Decimal(70)}, listed=frozenset({60}), config=CONFIG)

    assert told(quote(own, 60)) == ("fixed", "70.00", "70.00")
    assert quote(own, 30) is None, "only its listed lengths"


def test_by_the_day() -> None:
    day = terms(day_rate=Decimal(500), config=CONFIG)

    assert told(quote(day, 480, DAY)) == ("day", "500.00", "500.00")
    assert told(quote(day, 960, DAY)) == ("day", "500.00", "1000.00")
    assert quote(day, 500, DAY) is None
    assert quote(terms(config=CONFIG), 480, DAY) is None


@pytest.mark.parametrize(("minutes", "total"), [(45, "56.25"), (75, "93.75"), (120, "150.00")])
def test_custom_lengths_by_the_hour(minutes: int, total: str) -> None:
    custom = terms(config=CONFIG, hourly_rate=Decimal(75), allows_custom=True)

    assert told(quote(custom, minutes)) == ("hourly", "75.00", total)


@pytest.mark.parametrize("minutes", [15, 50, 135, 0, -30])
def test_custom_lengths_have_a_step_and_an_end(minutes: int) -> None:
    assert quote(terms(config=CONFIG, hourly_rate=Decimal(75), allows_custom=True), minutes) is None


def test_what_a_session_type_does_not_allow_is_not_offered() -> None:
    only_fixed = terms(config=CONFIG, hourly_rate=Decimal(75), allows_custom=True, rate_types=frozenset({FIXED}))

    assert quote(only_fixed, 45) is None
    assert quote(only_fixed, 60, HOURLY) is None
    assert told(quote(only_fixed, 60)) == ("fixed", "90.00", "90.00")


@pytest.mark.parametrize(
    ("currency", "rate", "minutes", "total"),
    [
        ("JPY", "9000", 50, "7500"),
        ("JPY", "1001", 30, "501"),
        ("BHD", "10.001", 30, "5.001"),
        ("EUR", "0.01", 30, "0.01"),
    ],
)
def test_rounded_once_half_up_at_the_end(currency: str, rate: str, minutes: int, total: str) -> None:
    found = quote(terms(currency=currency, hourly_rate=Decimal(rate), listed=frozenset({minutes})), minutes)

    assert found
    assert found.total.on_the_wire() == total


def test_lengths_to_choose_from() -> None:
    assert offered_minutes(terms(config=CONFIG)) == [30, 60, 90]
    assert offered_minutes(terms(config=CONFIG, allows_custom=True, hourly_rate=Decimal(1))) == [
        30,
        45,
        60,
        75,
        90,
        105,
        120,
    ]
    assert offered_minutes(terms(config=CONFIG, allows_custom=True)) == [30, 60, 90], "no rate to pay them by"
    assert offered_minutes(terms(config=CONFIG, day_rate=Decimal(1))) == [30, 60, 90, 480]
    assert offered_minutes(terms(is_free=True, listed=frozenset({30}))) == [30]


money = st.none() | st.decimals(0, 10_000, places=2)


@given(
    st.builds(
        Terms, currency=st.sampled_from(["USD", "JPY", "BHD"]), is_free=st.booleans(),
        config=st.dictionaries(st.integers(1, 96).map(lambda n: n * 15), st.decimals(0, 9999, places=0), max_size=4),
        listed=st.frozensets(st.integers(1, 96).map(lambda n: n * 15), max_size=3),
        rate_types=st.frozensets(st.sampled_from([FIXED, HOURLY, DAY])), hourly_rate=money, day_rate=money,
        allows_custom=st.booleans(),
    ),
    st.integers(-10, 1500),
    st.sampled_from([None, FIXED, HOURLY, DAY]),
)  # fmt: skip
def test_whatever_is_offered_has_a_price_and_nothing_else_has(
    offer: Terms, minutes: int, rate_type: str | None
) -> None:
    found = quote(offer, minutes, rate_type)
    if found:
        assert found.total.amount >= 0
        assert found.rate_type in ({FIXED} if offer.is_free else offer.rate_types)
        assert rate_type in (None, found.rate_type)
    for length in offered_minutes(offer):
        assert quote(offer, length) is not None
