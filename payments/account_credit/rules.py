"""How much of a sum credit pays for. Without queries."""

from __future__ import annotations

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
