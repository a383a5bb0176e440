"""How a payment is divided among its builders and the platform. Without queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from core.money import Money, decimals_of, rounded
from payments.stripe.amounts import payable


@dataclass(frozen=True)
class Share:
    """What one builder gets of a payment, and the fee that was kept of their part."""

    amount: Decimal
    fee: Decimal


def divide(kept: Money, fee_percent: Decimal, percents: Sequence[Decimal]) -> list[Share]:
    """Divides what was paid and not given back: first the fee, then the rest by these percentages, which add up to 100.

    Shares are rounded down to amounts that the provider takes. What rounding leaves over goes to the first builder, or to
    the platform where it is too little for the provider. All shares and fees add up to the whole sum.
    """
    if sum(percents) != 100:
        raise ValueError("the percentages of a payment add up to 100")
    fee = rounded(kept.amount * fee_percent / 100, kept.currency)
    rest = payable(Money(kept.amount - fee, kept.currency)).amount
    fee = kept.amount - rest
    others = [
        Share(
            payable(Money(_down(rest * percent / 100, kept.currency), kept.currency)).amount,
            _down(fee * percent / 100, kept.currency),
        )
        for percent in percents[1:]
    ]
    first = Share(rest - sum(share.amount for share in others), fee - sum(share.fee for share in others))
    return [first, *others]


def _down(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-decimals_of(currency)), rounding=ROUND_DOWN)
