"""Money: a Decimal and an ISO 4217 code, rounded once, half up, to what the currency has."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import moneyed
from babel.numbers import format_currency

MOST = Decimal("9999999999")  # what numeric(14, 4) holds before its point
# Newer than the list of py-moneyed 3.0.
NEWER = {"XCG": 2, "ZWG": 2}
NO_MONEY = frozenset({"XXX", "XTS"})


class BadMoney(ValueError):
    """Not an amount of that currency; the message is for a person."""


@cache
def decimals_of(currency: str) -> int:
    """How many decimals ISO 4217 gives the currency: 0 for JPY, 3 for BHD."""
    if currency in NEWER:
        return NEWER[currency]
    found = moneyed.CURRENCIES.get(currency)
    if found is None or currency in NO_MONEY:
        raise BadMoney(f"{currency} is not a currency of ISO 4217.")
    return len(str(found.sub_unit)) - 1


def is_currency(code: str) -> bool:
    try:
        decimals_of(code)
    except BadMoney:
        return False
    return True


COMMON = ("USD", "EUR", "GBP", "JPY", "AUD", "CAD", "CHF", "INR")


@cache
def currencies() -> list[tuple[str, str]]:
    """Every currency by code and name, the most used ones first."""
    known = {code: str(found.name) for code, found in moneyed.CURRENCIES.items() if code not in NO_MONEY}
    names = {"XCG": "Caribbean guilder", "ZWG": "Zimbabwe Gold"} | known
    rest = sorted(code for code in names if code not in COMMON)
    return [(code, f"{code}, {names[code]}") for code in (*COMMON, *rest)]


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up, once, at the end of a calculation: the one rounding there is."""
    return amount.quantize(Decimal(1).scaleb(-decimals_of(currency)), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Money:
    """An exact amount; never more decimals than its currency has."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or abs(self.amount) > MOST:
            raise BadMoney("That amount is too large.")
        exact = rounded(self.amount, self.currency)
        if exact != self.amount:
            places = decimals_of(self.currency)
            raise BadMoney(f"{self.currency} has {places or 'no'} decimal{'' if places == 1 else 's'}.")
        object.__setattr__(self, "amount", exact + 0)  # 0.00, never -0.00

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def on_the_wire(self) -> str:
        """`"75.00"`, JPY `"9000"`: a string with the currency's own decimals."""
        return f"{self.amount:f}"

    def shown(self, locale: str = "en") -> str:
        """As the language writes it, with no decimals that the currency lacks."""
        places = decimals_of(self.currency)
        pattern = "¤#,##0" + ("." + "0" * places if places else "")
        if locale != "en":
            return str(format_currency(self.amount, self.currency, locale=locale, currency_digits=False))
        return str(format_currency(self.amount, self.currency, pattern, locale=locale, currency_digits=False))
