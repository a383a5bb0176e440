"""Money: a Decimal with its ISO 4217 currency, rounded half up to the decimals of the currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

import moneyed
from babel.core import get_global
from babel.numbers import format_currency, get_territory_currencies

MOST = Decimal("9999999999")  # numeric(14, 4) has ten digits before the point
# Currencies with their decimals that py-moneyed 3.0 lacks.
NEWER = {"XCG": 2, "ZWG": 2}
REPLACED = frozenset({"BGN"})  # by the euro in 2026, which Babel 2.18 does not know yet
NO_MONEY = frozenset({"XXX", "XTS"})


class BadMoney(ValueError):
    """The currency or the amount is not valid; the message is shown to people."""


@cache
def decimals_of(currency: str) -> int:
    """Returns how many decimals the currency has by ISO 4217: 0 for JPY, 3 for BHD."""
    if currency in NEWER:
        return NEWER[currency]
    entry = moneyed.CURRENCIES.get(currency)
    if entry is None or currency in NO_MONEY:
        raise BadMoney(f"{currency} is not a currency of ISO 4217.")
    return len(str(entry.sub_unit)) - 1


def currency_problem(code: str) -> str:
    """Returns why the code is not one of a currency; an empty string if it is."""
    try:
        decimals_of(code)
    except BadMoney as bad:
        return str(bad)
    return ""


def is_currency(code: str) -> bool:
    return not currency_problem(code)


def currency_in(zone: str) -> str:
    """Returns the currency of the country that a time zone belongs to; US dollars for zones of no country, such as UTC."""
    territory = get_global("zone_territories").get(zone, "")
    tender = get_territory_currencies(territory, datetime.now(UTC).date()) if territory else []
    return next((code for code in tender if code in _in_use()), "USD")


COMMON = ("USD", "EUR", "GBP", "JPY", "AUD", "CAD", "CHF", "INR")


@cache
def _in_use() -> frozenset[str]:
    """Returns the currencies that can be paid with in some country today."""
    today = datetime.now(UTC).date()
    tender = (get_territory_currencies(territory, today) for territory in get_global("territory_currencies"))
    return frozenset(code for codes in tender for code in codes) - REPLACED


@cache
def currencies() -> list[tuple[str, str]]:
    """Returns (code, label) of every currency in use, for form choices, the most used ones first."""
    in_use = _in_use()
    known = {code: str(entry.name) for code, entry in moneyed.CURRENCIES.items() if code in in_use}
    names = {"XCG": "Caribbean guilder", "ZWG": "Zimbabwe Gold"} | known
    rest = sorted(code for code in names if code not in COMMON)
    return [(code, f"{code}, {names[code]}") for code in (*COMMON, *rest)]


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Rounds half up to the decimals of the currency. Used once, at the end of a calculation."""
    return amount.quantize(Decimal(1).scaleb(-decimals_of(currency)), rounding=ROUND_HALF_UP)


def in_minor_units(money: Money) -> int:
    """Returns the amount in the smallest unit of its currency: cents for EUR, whole yen for JPY."""
    return int(money.amount.scaleb(decimals_of(money.currency)))


def from_minor_units(amount: int, currency: str) -> Money:
    return Money(Decimal(amount).scaleb(-decimals_of(currency)), currency)


@dataclass(frozen=True)
class Money:
    """An amount with its currency. Raises BadMoney for more decimals than the currency has."""

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
        """Returns the amount as the API writes it, with the currency's decimals: `"75.00"`, and `"9000"` for JPY."""
        return f"{self.amount:f}"

    def shown(self, locale: str = "en") -> str:
        """Returns amount and currency as the language writes them, with the currency's decimals."""
        return _shown(self.amount, self.currency, locale)


@lru_cache(maxsize=8192)  # the same prices are shown again and again, and Babel takes 0.1 ms for each
def _shown(amount: Decimal, currency: str, locale: str) -> str:
    places = decimals_of(currency)
    pattern = "¤#,##0" + ("." + "0" * places if places else "")
    if locale != "en":
        return str(format_currency(amount, currency, locale=locale, currency_digits=False))
    return str(format_currency(amount, currency, pattern, locale=locale, currency_digits=False))
