"""What a cancellation returns until which time, for pages on which somebody is about to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.money import Money, rounded
from payments.stripe.amounts import payable


@dataclass(frozen=True)
class RefundUntil:
    """What a client who cancels before this time gets back."""

    until: datetime
    refund: Money


def refunds_by_time(
    tiers: Sequence[Sequence[int]], total: Money, starts_at: datetime, now: datetime
) -> list[RefundUntil]:
    """Returns what cancelling a confirmed session gives back, from now until it starts, the earliest time first.

    It says the same as `cost_of`.
    """
    ordered = sorted(((tier[0], tier[1]) for tier in tiers), reverse=True) or [(0, 0)]
    ends = [starts_at - timedelta(hours=hours) for hours, _ in ordered]
    ends[-1] = starts_at  # the last tier also applies after its own time
    lines: list[RefundUntil] = []
    for end, (_, percent) in zip(ends, ordered, strict=True):
        fee = payable(Money(rounded(total.amount * percent / 100, total.currency), total.currency))
        line = RefundUntil(end, Money(total.amount - fee.amount, total.currency))
        if end <= now:
            continue
        if lines and lines[-1].refund == line.refund:
            lines[-1] = line
        else:
            lines.append(line)
    return lines
