"""Cancels what is left of a plan that was booked, and says before what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.rules import cost_of, is_allowed
from bookings.agreement.transitions import Actor, fresh
from bookings.models import Booking, SessionPlan
from bookings.states import AHEAD, Side, Verb
from core.money import Money
from scheduling.locks import with_times_of


@dataclass(frozen=True)
class EndingCost:
    """What cancelling the bookings costs by currency, and what becomes of the credits that paid for them."""

    fees: list[Money]
    lost_credits: int
    returned_credits: int

    @property
    def in_words(self) -> str:
        """`$45.00 and 1 credit`."""
        parts = [fee.shown() for fee in self.fees if fee.amount]
        if self.lost_credits:
            parts.append(f"{self.lost_credits} credit{'' if self.lost_credits == 1 else 's'}")
        return " and ".join(parts)

    @property
    def is_free(self) -> bool:
        return not self.lost_credits and not any(fee.amount for fee in self.fees)


def bookings_ahead(plan: SessionPlan, now: datetime) -> list[Booking]:
    """Returns the bookings of the plan that the client can still cancel, in order of time. One query."""
    rows = Booking.objects.listed().filter(planned_session__plan=plan, state__in=AHEAD, starts_at__gt=now)
    return [row for row in rows.order_by("starts_at", "id") if is_allowed(row, Verb.CANCEL, Side.CLIENT, now)]


def cost_of_ending(bookings: Sequence[Booking], now: datetime) -> EndingCost:
    """Returns what cancelling these bookings would cost the client now. No query."""
    fees: dict[str, Decimal] = {}
    lost = returned = 0
    for booking in bookings:
        cost = cost_of(booking, Verb.CANCEL, Side.CLIENT, now)
        fees[cost.fee.currency] = fees.get(cost.fee.currency, Decimal(0)) + cost.fee.amount
        if booking.is_paid_with_credit:
            lost += cost.loses_credit
            returned += not cost.loses_credit
    return EndingCost([Money(amount, currency) for currency, amount in fees.items()], lost, returned)


def cancel_rest(*, plan: SessionPlan, by: User, now: datetime, reason: str = "", cause: str = "") -> int:
    """Cancels all bookings of the plan that are ahead, and returns how many: all of them, or none if one is refused."""
    bookings = bookings_ahead(plan, now)
    if not bookings:
        return 0
    actor = Actor(Side.CLIENT, by)

    def locked(at: datetime) -> int:
        count = 0
        for booking in bookings:
            current = fresh(booking, None)
            if is_allowed(current, Verb.CANCEL, Side.CLIENT, at):
                services.cancel(booking=current, by=actor, reason=reason, cause=cause)
                count += 1
        return count

    return with_times_of([booking.builder_id for booking in bookings], locked)
