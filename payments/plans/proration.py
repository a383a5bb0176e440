"""What changing to another plan costs, and when it takes effect. Without queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.money import Money, rounded
from payments.plans.models import Plan
from payments.stripe.amounts import least_payable, payable


@dataclass(frozen=True)
class Proration:
    """`due` is `price` less `credit`. With `is_at_once` the change takes effect when that is paid, or else with the next
    period, and then nothing is due now. `sessions` is how many more the present period brings. `waived` is a part of
    `credit`: a difference that is too small to be charged to a card is not charged."""

    is_at_once: bool
    starts_new_period: bool
    price: Money
    credit: Money
    sessions: int = 0
    waived: Money | None = None

    @property
    def unused(self) -> Money:
        """What the rest of the former plan is worth."""
        waived = self.waived.amount if self.waived else Decimal(0)
        return Money(self.credit.amount - waived, self.credit.currency)

    @property
    def due(self) -> Money:
        return Money(self.price.amount - self.credit.amount, self.price.currency)


def prorate(old: Plan, new: Plan, start: date, end: date, today: date) -> Proration:
    """Returns what changing from one plan to another costs today, in a period from `start` up to before `end`.

    To a larger plan of the platform: the rest of the period at the new price less the same rest at the old one, in whole
    days, today included. From a month to a year: a whole year less that rest. To a larger plan of a builder: the
    difference of the prices for the difference of the sessions, because sessions can be used on any day. A change to a
    smaller plan takes effect with the next period, so that nothing has to be given back. Less than can be charged to a
    card is waived.
    """
    proration = _prorate(old, new, start, end, today)
    if not 0 < proration.due.amount < least_payable(new.currency).amount:
        return proration
    return replace(proration, credit=proration.price, waived=proration.due)


def _prorate(old: Plan, new: Plan, start: date, end: date, today: date) -> Proration:
    if not _is_larger(old, new):
        nothing = Money(Decimal(0), old.currency)
        return Proration(is_at_once=False, starts_new_period=False, price=nothing, credit=nothing)
    if old.owner_id is not None:
        sessions = (new.sessions_per_period or 0) - (old.sessions_per_period or 0)
        return Proration(
            is_at_once=True, starts_new_period=False, price=new.money, credit=old.money, sessions=sessions
        )  # fmt: skip
    unused = part(old.money, start, end, today)
    if new.interval != old.interval:
        return Proration(is_at_once=True, starts_new_period=True, price=new.money, credit=unused)
    return Proration(
        is_at_once=True, starts_new_period=False, price=part(new.money, start, end, today), credit=unused
    )  # fmt: skip


def part(price: Money, start: date, end: date, today: date) -> Money:
    """Returns what the rest of a period is worth, in whole days, today included."""
    days = max((end - start).days, 1)
    left = min(max((end - today).days, 0), days)
    return payable(Money(rounded(price.amount * left / days, price.currency), price.currency))


def _is_larger(old: Plan, new: Plan) -> bool:
    if old.currency != new.currency or new.price < old.price:
        return False
    if old.owner_id is not None:
        return (new.sessions_per_period or 0) >= (old.sessions_per_period or 0)
    return (old.interval, new.interval) != (Plan.Interval.YEAR, Plan.Interval.MONTH)
