"""The currencies that Stripe takes, and in which units."""

from __future__ import annotations

from sandbox.stripe.wire import Failure, whole

ZERO_DECIMALS = frozenset(
    [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv",
        "xaf", "xof", "xpf",
    ]
)  # fmt: skip
THREE_DECIMALS = frozenset(
    [
        "bhd", "jod", "kwd", "omr", "tnd",
    ]
)  # fmt: skip
TWO_DECIMALS = frozenset(
    [
        "aud", "brl", "cad", "chf", "czk", "dkk", "eur", "gbp", "hkd", "huf", "inr", "isk",
        "mxn", "nok", "nzd", "pln", "ron", "sek", "sgd", "thb", "try", "twd", "usd", "zar",
    ]
)  # fmt: skip
LARGEST = 99_999_999


def check_currency(value: object) -> str:
    currency = str(value).lower()
    if currency not in ZERO_DECIMALS | THREE_DECIMALS | TWO_DECIMALS:
        raise Failure(f"Invalid currency: {currency}.", param="currency")
    return currency


def step_of(currency: str) -> int:
    """Returns what an amount has to be divisible by."""
    return 10 if currency in THREE_DECIMALS else 100 if currency == "isk" else 1


def check_amount(value: object, currency: str, name: str = "amount") -> int:
    amount = whole(value, name)
    if amount < 1:
        raise Failure("This value must be greater than or equal to 1.", code="parameter_invalid_integer", param=name)
    if amount > LARGEST:
        raise Failure("Amount must be no more than 99999999.", code="amount_too_large", param=name)
    if currency == "isk" and amount % 100:
        message = "The amount must be divisible by 100, because ISK has no decimals."
        raise Failure(message, code="invalid_charge_amount_no_decimal_compatible", param=name)
    if amount % step_of(currency):
        raise Failure("The last digit of the amount must be 0.", code="parameter_invalid_integer", param=name)
    return amount


def fee_of(amount: int, currency: str) -> int:
    """Returns what the stand-in keeps of a payment: 2.9 % and 30 units, in whole steps of the currency."""
    step = step_of(currency)
    fee = (amount * 29 // 1000 + 30) // step * step
    return min(amount, fee)
