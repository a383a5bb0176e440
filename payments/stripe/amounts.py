"""Amounts in Stripe's units, which are not always the minor units of ISO 4217.

The tables are Stripe's: currencies without decimals are sent in whole units, although ISO gives the ariary two; ISK is
sent with two, which have to be zero; and three decimals have to end in 0. UGX is not offered, because Stripe's own pages
contradict each other about it.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from core.money import BadMoney, Money, decimals_of, rounded

ZERO_DECIMALS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THREE_DECIMALS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
HUNDREDFOLD = frozenset(["ISK"])  # no decimals, but sent in hundredths
NOT_OFFERED = frozenset(["UGX"])
# The smallest charges that Stripe takes, where it names them.
LEAST = {
    "USD": "0.50", "AED": "2", "AUD": "0.50", "BGN": "1", "BRL": "0.50", "CAD": "0.50", "CHF": "0.50", "CZK": "15",
    "DKK": "2.50", "EUR": "0.50", "GBP": "0.30", "HKD": "4", "HUF": "175", "INR": "0.50", "JPY": "50", "MXN": "10",
    "MYR": "2", "NOK": "3", "NZD": "0.50", "PLN": "2", "RON": "2", "SEK": "3", "SGD": "0.50", "THB": "10",
}  # fmt: skip


def is_offered(currency: str) -> bool:
    """Whether amounts in this currency can be written in Stripe's units."""
    if currency in NOT_OFFERED:
        return False
    return currency in ZERO_DECIMALS | THREE_DECIMALS | HUNDREDFOLD or decimals_of(currency) == 2


def in_stripe_units(money: Money) -> int:
    """Returns the amount as Stripe expects it. Raises BadMoney, with a sentence for people, if Stripe does not take it."""
    currency = money.currency
    if not is_offered(currency):
        raise BadMoney(f"Payments in {currency} are not possible.")
    units = money.amount.scaleb(_places(currency))
    if units != units.to_integral_value():
        raise BadMoney(f"Payments in {currency} have no decimals.")
    if currency in THREE_DECIMALS and units % 10:
        raise BadMoney(f"Payments in {currency} end in 0, such as {money.amount.quantize(Decimal('0.01'))}0.")
    return int(units)


def payable(money: Money) -> Money:
    """Returns the largest amount up to this one that Stripe takes: three decimals have to end in 0, and currencies that
    are sent in whole units have no decimals."""
    if money.currency in ZERO_DECIMALS:
        return Money(money.amount.quantize(Decimal(1), rounding=ROUND_DOWN), money.currency)
    if money.currency not in THREE_DECIMALS:
        return money
    return Money(money.amount.quantize(Decimal("0.01"), rounding=ROUND_DOWN), money.currency)


def least_payable(currency: str) -> Money:
    """Returns the smallest sum that can be charged to a card; for currencies without a known one, the smallest there is."""
    has_decimals = bool(decimals_of(currency)) and currency not in ZERO_DECIMALS
    return Money(rounded(Decimal(LEAST.get(currency, "0.01" if has_decimals else "1")), currency), currency)


def from_stripe_units(amount: int, currency: str) -> Money:
    """Returns an amount that Stripe sent. Raises BadMoney for one that its currency cannot have."""
    code = currency.upper()
    return Money(Decimal(amount).scaleb(-_places(code)), code)


def _places(currency: str) -> int:
    return 0 if currency in ZERO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
