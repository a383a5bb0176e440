"""What the sessions of a package cost without it. Without queries, for session types loaded with `complete()`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from coaching.models import SessionType
from coaching.packages.models import PackageTerms
from coaching.quotes import Terms, quote
from core.money import Money

Offered = tuple[SessionType, Terms]


@dataclass(frozen=True)
class ShownPackage:
    """A package as its card shows it. `list_price` is what the sessions cost singly, at least; None if it is not less."""

    package: PackageTerms
    titles: list[str]
    list_price: Money | None
    single: tuple[Money, Money] | None = None  # the lowest and the highest price of one session, where they differ

    @property
    def percent(self) -> int:
        """How many per cent less it costs than its sessions singly, rounded down."""
        if self.list_price is None:
            return 0
        less = (self.list_price.amount - self.package.money.amount) * 100 / self.list_price.amount
        return int(less.quantize(Decimal(1), rounding=ROUND_DOWN))


def fitting(offered: Iterable[Offered], session_types: Sequence[UUID], minutes: int) -> list[tuple[SessionType, Money]]:
    """Returns the session types that credits of this length pay for, each with its price: those that are named, or all
    that cost something."""
    rows = []
    for session_type, terms in offered:
        if session_types and session_type.pk not in session_types:
            continue
        price = quote(terms, minutes)
        if price is not None and price.total.amount:
            rows.append((session_type, price.total))
    return rows


def shown(package: PackageTerms, offered: Iterable[Offered]) -> ShownPackage:
    """Returns a package with what its sessions cost singly: the lowest price of those that it can be used for, so that it
    never promises more than it saves."""
    rows = fitting(offered, package.session_types, package.minutes)
    amounts = sorted(price.amount for _, price in rows if price.currency == package.currency)
    whole = Money((amounts[0] if amounts else Decimal(0)) * package.sessions, package.currency)
    is_less = package.money.amount < whole.amount
    titles = [session_type.title for session_type, _ in rows] if package.session_types else []
    differs = bool(amounts) and amounts[0] != amounts[-1]
    single_prices = (Money(amounts[0], package.currency), Money(amounts[-1], package.currency)) if differs else None
    return ShownPackage(package, titles, whole if is_less else None, single_prices)
