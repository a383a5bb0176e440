"""Prices: the examples of the seeds, each rule, and lengths that are not offered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.quotes import DAY, FIXED, HOURLY, Circumstances, Terms, offered_minutes, quote

ALL = frozenset({FIXED, HOURLY, DAY})
CONFIG = {30: Decimal(50), 60: Decimal(90), 90: Decimal(120)}


def terms(**options: Any) -> Terms:
    return Terms(**{"currency": "USD", "rate_types": ALL, **options})


def as_text(quoted: Any) -> tuple[str, str, str] | None:
    return quoted and (quoted.rate_type, quoted.unit.on_the_wire(), quoted.total.on_the_wire())


def test_the_session_config_of_seed_002() -> None:
    for minutes, price in ((30, "50.00"), (60, "90.00"), (90, "120.00")):
        assert as_text(quote(terms(config=CONFIG), minutes)) == ("fixed", price, price)
    assert quote(terms(config=CONFIG), 45) is None


def test_four_hours_at_75_of_seed_004() -> None:
    mixing = terms(listed=frozenset({60, 120, 240}), hourly_rate=Decimal(75), rate_types=frozenset({HOURLY, DAY}))

    assert as_text(quote(mixing, 240, HOURLY)) == ("hourly", "75.00", "300.00")
    assert as_text(quote(mixing, 240)) == ("hourly", "75.00", "300.00")


def test_free_sessions_cost_nothing_for_their_own_lengths() -> None:
    free = terms(is_free=True, listed=frozenset({30}), config=CONFIG, hourly_rate=Decimal(75))

    assert as_text(quote(free, 30)) == ("fixed", "0.00", "0.00")
    assert quote(free, 60) is None
    assert quote(free, 30, HOURLY) is None


def test_a_session_types_own_price_comes_before_the_config() -> None:
    own = terms(own_prices={60: Decimal(70)}, listed=frozenset({60}), config=CONFIG)

    assert as_text(quote(own, 60)) == ("fixed", "70.00", "70.00")
    assert quote(own, 30) is None, "only its listed lengths"


def test_day_rates_price_whole_days() -> None:
    day = terms(day_rate=Decimal(500), config=CONFIG)

    assert as_text(quote(day, 480, DAY)) == ("day", "500.00", "500.00")
    assert as_text(quote(day, 960, DAY)) == ("day", "500.00", "1000.00")
    assert quote(day, 500, DAY) is None
    assert quote(terms(config=CONFIG), 480, DAY) is None


@pytest.mark.parametrize(("minutes", "total"), [(45, "56.25"), (75, "93.75"), (120, "150.00")])
def test_custom_lengths_are_priced_by_the_hour(minutes: int, total: str) -> None:
    custom = terms(config=CONFIG, hourly_rate=Decimal(75), allows_custom=True)

    assert as_text(quote(custom, minutes)) == ("hourly", "75.00", total)


@pytest.mark.parametrize("minutes", [15, 50, 135, 0, -30])
def test_custom_lengths_off_the_step_or_out_of_range_have_no_price(minutes: int) -> None:
    assert quote(terms(config=CONFIG, hourly_rate=Decimal(75), allows_custom=True), minutes) is None


def test_rate_types_that_a_session_type_does_not_allow_are_not_offered() -> None:
    only_fixed = terms(config=CONFIG, hourly_rate=Decimal(75), allows_custom=True, rate_types=frozenset({FIXED}))

    assert quote(only_fixed, 45) is None
    assert quote(only_fixed, 60, HOURLY) is None
    assert as_text(quote(only_fixed, 60)) == ("fixed", "90.00", "90.00")


@pytest.mark.parametrize(
    ("currency", "rate", "minutes", "total"),
    [
        ("JPY", "9000", 50, "7500"),
        ("JPY", "1001", 30, "501"),
        ("BHD", "10.001", 30, "5.001"),
        ("EUR", "0.01", 30, "0.01"),
    ],
)
def test_totals_are_rounded_once_and_half_up(currency: str, rate: str, minutes: int, total: str) -> None:
    quoted = quote(terms(currency=currency, hourly_rate=Decimal(rate), listed=frozenset({minutes})), minutes)

    assert quoted
    assert quoted.total.on_the_wire() == total


def test_offered_lengths() -> None:
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
def test_offered_lengths_have_a_price_of_an_allowed_rate_type(
    offer: Terms, minutes: int, rate_type: str | None
) -> None:
    quoted = quote(offer, minutes, rate_type)
    if quoted:
        assert quoted.total.amount >= 0
        assert quoted.rate_type in ({FIXED} if offer.is_free else offer.rate_types)
        assert rate_type in (None, quoted.rate_type)
    for length in offered_minutes(offer):
        assert quote(offer, length) is not None


# Discounts ------------------------------------------------------------------------------------------------------

EARLY_TIERS = ((30, 20), (14, 10))


def ahead(days: float, *, with_credit: bool = False) -> Circumstances:
    return Circumstances(timedelta(days=days), with_credit=with_credit)


@pytest.mark.parametrize(
    ("days", "price"), [(0, "90.00"), (13.99, "90.00"), (14, "81.00"), (29, "81.00"), (30, "72.00"), (300, "72.00")]
)
def test_booking_early_is_cheaper(days: float, price: str) -> None:
    quoted = quote(terms(config=CONFIG, early=EARLY_TIERS), 60, circumstances=ahead(days))

    assert quoted is not None
    assert (quoted.total.on_the_wire(), quoted.list_total.on_the_wire()) == (price, "90.00")


def test_a_credit_comes_before_booking_early_and_they_never_add_up() -> None:
    quoted = quote(terms(config=CONFIG, early=EARLY_TIERS), 60, circumstances=ahead(40, with_credit=True))

    assert quoted is not None
    assert quoted.breakdown == [
        {"rule": "session config", "amount": "90.00"}, {"rule": "package", "amount": "-90.00"},
    ]  # fmt: skip


def test_the_breakdown_says_which_tier_made_the_price() -> None:
    quoted = quote(terms(config=CONFIG, early=EARLY_TIERS), 60, circumstances=ahead(20))

    assert quoted is not None
    assert quoted.breakdown[1] == {"rule": "early booking", "amount": "-9.00", "days": "14", "percent": "10"}


def test_free_sessions_get_no_discount() -> None:
    free = terms(is_free=True, listed=frozenset({30}), early=EARLY_TIERS)

    quoted = quote(free, 30, circumstances=ahead(40, with_credit=True))

    assert quoted is not None
    assert quoted.discount is None


@given(
    price=st.decimals(0, 10_000, places=2), percent=st.integers(1, 90), currency=st.sampled_from(["EUR", "JPY", "KWD"])
)
def test_price_and_discount_are_always_the_list_price(price: Decimal, percent: int, currency: str) -> None:
    offered = terms(config={60: price}, early=((7, percent),), currency=currency)

    plain, early = quote(offered, 60), quote(offered, 60, circumstances=ahead(8))

    assert plain is not None
    assert early is not None
    assert early.list_total == plain.total
    assert 0 <= early.total.amount <= plain.total.amount
