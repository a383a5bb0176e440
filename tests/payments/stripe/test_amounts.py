"""Tests amounts in Stripe's units, which differ from the minor units of some currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import BadMoney, Money
from payments.stripe.amounts import from_stripe_units, in_stripe_units, is_offered


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("75.00", "EUR", 7500), ("9000", "JPY", 9000), ("5.120", "KWD", 5120), ("900", "ISK", 90000),
        ("9900.50", "HUF", 990050), ("123.50", "TWD", 12350), ("500", "MGA", 500), ("0.01", "USD", 1),
    ],
)  # fmt: skip
def test_amounts_in_both_directions(amount: str, currency: str, units: int) -> None:
    money = Money(Decimal(amount), currency)

    assert in_stripe_units(money) == units
    assert from_stripe_units(units, currency.lower()) == money


@pytest.mark.parametrize(
    ("amount", "currency", "sentence"),
    [
        ("5.124", "KWD", "Payments in KWD end in 0, such as 5.120."),
        ("500.50", "MGA", "Payments in MGA have no decimals."),
        ("100", "UGX", "Payments in UGX are not possible."),
        ("5.000", "IQD", "Payments in IQD are not possible."),
    ],
)
def test_amounts_that_stripe_does_not_take(amount: str, currency: str, sentence: str) -> None:
    with pytest.raises(BadMoney) as refused:
        in_stripe_units(Money(Decimal(amount), currency))

    assert str(refused.value) == sentence


def test_an_amount_that_its_currency_cannot_have() -> None:
    with pytest.raises(BadMoney):
        from_stripe_units(90050, "isk")


@given(st.sampled_from(["EUR", "JPY", "KWD", "ISK", "HUF", "MGA"]), st.integers(1, 900_000))
def test_no_amount_changes_on_its_way(currency: str, whole: int) -> None:
    money = Money(Decimal(whole), currency)

    assert is_offered(currency)
    assert from_stripe_units(in_stripe_units(money), currency) == money
