"""What ending a booking costs and returns now: the page and the API show the same sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bookings.agreement.rules import Cost, allowed_verbs, cost_of, cost_until
from bookings.billing.rules import Bill
from bookings.states import Side, Verb, steps_from
from core.money import Money


@dataclass(frozen=True)
class Cancellation:
    """The fee for ending a booking now, and what comes back of what was paid or is reserved."""

    cost: Cost
    refund: Money
    until: datetime | None  # when the fee changes; None if it stays the same


def cancellation_of(bill: Bill, verb: Verb, side: Side, now: datetime) -> Cancellation:
    """Returns what ending the booking means for this side. Without queries."""
    cost = cost_of(bill.booking, verb, side, now)
    back = max(bill.refundable.amount + bill.reserved.amount - cost.fee.amount, Decimal(0))
    return Cancellation(cost, bill.booking.money(back), cost_until(bill.booking, cost))


def cancellation_for(bill: Bill, sides: frozenset[Side], now: datetime) -> Cancellation | None:
    """Returns what ending the booking means for the first of these sides that can: by declining or cancelling it. None
    if none of them can any more."""
    allowed = allowed_verbs(bill.booking, sides, now)
    verb = next((verb for verb in (Verb.DECLINE, Verb.CANCEL) if verb in allowed), None)
    if verb is None:
        return None
    able = {side for step in steps_from(bill.booking.state, sides) if step.verb == verb for side in step.sides & sides}
    side = next(side for side in (Side.CLIENT, Side.BUILDER, Side.SUPPORT) if side in able)
    return cancellation_of(bill, verb, side, now)
