"""Tests money: decimals of currencies, rounding, and how amounts are written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import BadMoney, Money, currencies, currency_in, decimals_of, is_currency, rounded

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=6)
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "BHD", "CLF", "MGA", "XCG"])


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("USD", 2), ("JPY", 0), ("KRW", 0), ("BHD", 3), ("TND", 3), ("CLF", 4), ("UYW", 4), ("MGA", 2), ("XCG", 2)],
)
def test_decimals_are_those_of_iso_4217(currency: str, decimals: int) -> None:
    assert decimals_of(currency) == decimals


@pytest.mark.parametrize("code", ["XXX", "usd", "EURO", "", "ABC", "XTS"])
def test_unknown_currencies(code: str) -> None:
    assert not is_currency(code)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("10.005", "USD", "10.01"),
        ("10.015", "USD", "10.02"),
        ("0.5", "JPY", "1"),
        ("1.2345", "BHD", "1.235"),
        ("-0.005", "USD", "-0.01"),
    ],
)
def test_rounding_is_half_up(amount: str, currency: str, expected: str) -> None:
    assert rounded(Decimal(amount), currency) == Decimal(expected)


@given(AMOUNTS, CURRENCIES)
def test_rounding_is_idempotent_and_moves_at_most_half_a_unit(amount: Decimal, currency: str) -> None:
    once = rounded(amount, currency)

    assert rounded(once, currency) == once
    assert abs(once - amount) <= Decimal(1).scaleb(-decimals_of(currency)) / 2


@pytest.mark.parametrize(
    ("amount", "currency"), [("1.001", "USD"), ("1.5", "JPY"), ("NaN", "USD"), ("1e12", "USD"), ("Infinity", "EUR")]
)
def test_amounts_that_a_currency_cannot_have_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(BadMoney):
        Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("amount", "currency", "wire", "shown"),
    [
        ("75", "USD", "75.00", "$75.00"),
        ("9000", "JPY", "9000", "¥9,000"),
        ("1.234", "BHD", "1.234", "BHD1.234"),
        ("-0", "EUR", "0.00", "€0.00"),
        ("1234567.5", "EUR", "1234567.50", "€1,234,567.50"),
    ],
)
def test_how_amounts_are_written(amount: str, currency: str, wire: str, shown: str) -> None:
    money = Money(Decimal(amount), currency)

    assert money.on_the_wire() == wire
    assert money.shown().replace("\xa0", "") == shown


def test_amounts_are_written_as_the_language_has_it() -> None:
    assert Money(Decimal("1234.5"), "EUR").shown("de_DE").replace("\xa0", " ") == "1.234,50 €"


@pytest.mark.parametrize(
    ("zone", "currency"),
    [("Europe/Berlin", "EUR"), ("Europe/London", "GBP"), ("Asia/Tokyo", "JPY"), ("UTC", "USD"), ("no/zone", "USD")],
)
def test_a_time_zone_has_the_currency_of_its_country(zone: str, currency: str) -> None:
    assert currency_in(zone) == currency


def test_forms_offer_only_currencies_in_use() -> None:
    codes = [code for code, _ in currencies()]

    assert {"EUR", "XCG", "ZWG", "SLE"} <= set(codes)
    assert not {"DEM", "HRK", "BGN", "ZWL", "XAU", "USN"} & set(codes)
    assert len(codes) == len(set(codes))
