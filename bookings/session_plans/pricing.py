"""What the sessions of a plan cost: with the discount for early booking, with credits that the client has, and with the
packages that would make it cheaper. Plain values only, no queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from bookings.session_plans.proposer import PickedSession
from coaching.quotes import Circumstances, Quote, quote
from core.money import Money


@dataclass(frozen=True)
class CreditsLeft:
    """Credits that the client has with a builder. Those that expire first come first."""

    builder: UUID
    usable_for: frozenset[UUID]  # session types; empty: all
    minutes: int | None
    left: int
    expires_at: int | None

    def pays_for(self, session: PickedSession) -> bool:
        is_in_time = self.expires_at is None or self.expires_at > session.start
        return is_in_time and _fits(self, session)


@dataclass(frozen=True)
class PackageOnSale:
    """A package that the client could buy now."""

    package: UUID
    title: str
    builder: UUID
    usable_for: frozenset[UUID]
    minutes: int
    sessions: int
    price: Money
    expires_at: int  # of credits bought now

    def pays_for(self, session: PickedSession) -> bool:
        fits = _fits(self, session)
        return fits and self.expires_at > session.start


def _fits(credit: CreditsLeft | PackageOnSale, session: PickedSession) -> bool:
    """Whether it is for sessions of this builder, type and length."""
    offer = session.offer
    is_type = not credit.usable_for or offer.session_type in credit.usable_for
    return credit.builder == offer.builder and credit.minutes in (None, offer.wanted.minutes) and is_type


@dataclass(frozen=True)
class PricedSession:
    session: PickedSession
    price: Quote

    @property
    def uses_credit(self) -> bool:
        return self.price.discount is not None and self.price.discount.rule == "package"


@dataclass(frozen=True)
class PackageAdvice:
    """A package that is worth buying for the plan: how many of its sessions it pays for, and what it saves."""

    package: PackageOnSale
    sessions: int
    saves: Money


@dataclass(frozen=True)
class PlanPrice:
    """What a plan costs, by currency, since builders may have different ones."""

    sessions: list[PricedSession] = field(default_factory=list)
    totals: list[Money] = field(default_factory=list)
    list_totals: list[Money] = field(default_factory=list)
    packages: list[PackageAdvice] = field(default_factory=list)  # one a builder at most, what saves most first

    @property
    def credits(self) -> int:
        return sum(session.uses_credit for session in self.sessions)

    @property
    def is_discounted(self) -> bool:
        return self.totals != self.list_totals


def price_plan(
    sessions: Sequence[PickedSession],
    now: int,
    credit: Iterable[CreditsLeft] = (),
    packages: Iterable[PackageOnSale] = (),
) -> PlanPrice:
    """Returns what the sessions cost together. Credits pay for the earliest sessions that they fit, as they do when these
    are booked one after the other. Sessions whose length has no price are left out."""
    rows = list(credit)
    left = [row.left for row in rows]
    priced = []
    for session in sorted(sessions, key=lambda planned: planned.start):
        price = _price_of(session, now)
        if price is None:
            continue
        if price.total.amount and _take_credit(rows, left, session):
            price = _price_of(session, now, with_credit=True) or price
        priced.append(PricedSession(session, price))
    return PlanPrice(
        priced,
        _sums(row.price.total for row in priced),
        _sums(row.price.list_total for row in priced),
        _advice(priced, packages),
    )


def within_budget(
    sessions: Sequence[PickedSession], now: int, budget: Money | None, credit: Sequence[CreditsLeft] = ()
) -> list[PickedSession]:
    """Returns the first sessions that the budget is enough for; all of them without one."""
    if budget is None:
        return list(sessions)
    spent = Decimal(0)
    affordable = []
    for row in price_plan(sessions, now, credit).sessions:
        if row.price.total.currency == budget.currency:
            spent += row.price.total.amount
        if spent > budget.amount:
            break
        affordable.append(row.session)
    return affordable


def _price_of(session: PickedSession, now: int, *, with_credit: bool = False) -> Quote | None:
    circumstances = Circumstances(timedelta(seconds=session.start - now), with_credit=with_credit)
    return quote(session.offer.terms, session.offer.wanted.minutes, None, circumstances)


def _take_credit(rows: Sequence[CreditsLeft], left: list[int], session: PickedSession) -> bool:
    """Takes a credit that pays for the session out of what is left; returns False if there is none."""
    for number, row in enumerate(rows):
        if left[number] > 0 and row.pays_for(session):
            left[number] -= 1
            return True
    return False


def _sums(amounts: Iterable[Money]) -> list[Money]:
    totals: dict[str, Decimal] = {}
    for money in amounts:
        totals[money.currency] = totals.get(money.currency, Decimal(0)) + money.amount
    return [Money(amount, currency) for currency, amount in totals.items()]


def _advice(priced: Sequence[PricedSession], packages: Iterable[PackageOnSale]) -> list[PackageAdvice]:
    """Returns for each builder the package that saves most on what is not paid with credits yet. Its credits will pay for
    the earliest sessions, as all do, and not for the dearest."""
    best: dict[UUID, PackageAdvice] = {}
    for package in packages:
        prices = [
            row.price.total.amount for row in priced
            if row.price.total.amount and row.price.total.currency == package.price.currency and package.pays_for(row.session)
        ][: package.sessions]  # fmt: skip
        saved = sum(prices, Decimal(0)) - package.price.amount
        known = best.get(package.builder)
        if saved > 0 and (known is None or saved > known.saves.amount):
            best[package.builder] = PackageAdvice(package, len(prices), Money(saved, package.price.currency))
    return sorted(best.values(), key=lambda advice: -advice.saves.amount)
