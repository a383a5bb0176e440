"""Exchange rates, for comparing amounts in different currencies. Nobody is charged by them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction

from core.kept import kept_for_a_minute
from core.locks import lock_until_commit
from core.models import ExchangeRate
from core.money import BadMoney, Money, decimals_of, rounded


class BadRates(ValueError):
    """A file of rates is not valid; the message names the line."""


@kept_for_a_minute
def per_dollar() -> Mapping[str, Decimal]:
    """Returns all rates by currency. One query in a minute."""
    return {"USD": Decimal(1)} | dict(ExchangeRate.objects.values_list("currency", "per_dollar"))


def compared(money: Money, currency: str, rates: Mapping[str, Decimal]) -> Decimal | None:
    """Returns roughly how much that is in `currency`; None where a rate is missing."""
    if money.currency == currency:
        return money.amount
    if money.currency not in rates or currency not in rates:
        return None
    return rounded(money.amount / rates[money.currency] * rates[currency], currency)


@transaction.atomic
def load_csv(lines: Iterable[str], *, as_of: date) -> int:
    """Saves lines of `currency,per_dollar` and returns how many; saves none if one is wrong."""
    lock_until_commit("exchange rates")  # two loads at once, with different orders of lines, would deadlock
    count = 0
    for number, row in enumerate(csv.reader(lines), start=1):
        if not row or row[0].strip().lower() in ("currency", ""):
            continue
        code, rate = _parse(row, number)
        ExchangeRate.objects.update_or_create(currency=code, defaults={"per_dollar": rate, "as_of": as_of})
        count += 1
    return count


def _parse(row: list[str], number: int) -> tuple[str, Decimal]:
    try:
        code, rate = row[0].strip().upper(), Decimal(row[1].strip())
        decimals_of(code)
    except (IndexError, InvalidOperation):
        raise BadRates(f"Line {number} is not `currency,per_dollar`: {','.join(row)}") from None
    except BadMoney as reason:
        raise BadRates(f"Line {number}: {reason}") from None
    if not rate.is_finite() or not 0 < rate < Decimal(10) ** 10:
        raise BadRates(f"Line {number}: a rate is a number above 0.")
    return code, rate
