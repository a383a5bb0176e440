"""How much of a sum credit pays for, and what is left of a reward. Without queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import Money
from payments.stripe.amounts import least_payable, payable


def usable_for(credit: Money, due: Money) -> Money:
    """Returns how much of what is due this credit pays for.

    What is left is paid by card, so it is nothing, or at least what the provider takes: then some credit is kept.
    """
    if credit.amount >= due.amount:
        return due
    part = payable(credit)
    rest = due.amount - part.amount
    least = least_payable(due.currency).amount
    kept = least - rest if rest < least else Decimal(0)
    return payable(Money(max(part.amount - kept, Decimal(0)), due.currency))


@dataclass(frozen=True)
class CreditLeg:
    """A change of somebody's credit in minor units, below zero where it was used; `key` says for what."""

    key: str
    units: int
    is_taken_back: bool = False


Parts = list[tuple[str, int]]  # each with the key under which it was added


def left_of(key: str, legs: Iterable[CreditLeg]) -> int:
    """Returns how much is left of what was added under this key. What was added first is used first, and what comes back
    from a payment that was made with credit is again what it was before."""
    added: Parts = []
    used: dict[str, Parts] = {}
    for leg in legs:
        if leg.units >= 0:
            parts = used.setdefault(leg.key, [])
            returned, used[leg.key] = _split(parts, leg.units)
            more = leg.units - _sum(returned)
            added = [*returned, *added, *([(leg.key, more)] if more else [])]
        elif leg.is_taken_back:
            _, kept = _split([part for part in added if part[0] == leg.key], -leg.units)
            added = [*kept, *(part for part in added if part[0] != leg.key)]
        else:
            taken, added = _split(added, -leg.units)
            used[leg.key] = [*used.get(leg.key, []), *taken]
    return _sum([part for part in added if part[0] == key])


def _split(parts: Parts, units: int) -> tuple[Parts, Parts]:
    """Returns the first parts that are this much together, or as much as there is, and the rest."""
    first: Parts = []
    rest: Parts = []
    for key, size in parts:
        part = min(size, units)
        units -= part
        first += [(key, part)] if part else []
        rest += [(key, size - part)] if size > part else []
    return first, rest


def _sum(parts: Parts) -> int:
    return sum(units for _, units in parts)
