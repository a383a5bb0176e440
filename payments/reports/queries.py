"""The figures of the reports, each from one query of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from core.money import Money, from_minor_units

MONTHS = """
SELECT to_char(entry.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, account.currency,
       coalesce(sum(leg.debit - leg.credit) FILTER (WHERE entry.kind = 'capture' AND account.kind = 'provider'), 0),
       coalesce(sum(leg.credit - leg.debit)
           FILTER (WHERE entry.kind IN ('refund', 'refund_failed') AND account.kind = 'provider'), 0),
       coalesce(sum(leg.credit - leg.debit)
           FILTER (WHERE entry.kind IN ('disputed', 'reinstated') AND account.kind = 'provider'), 0),
       coalesce(sum(leg.credit - leg.debit) FILTER (WHERE account.kind = 'platform_fees'), 0),
       coalesce(sum(leg.debit - leg.credit) FILTER (WHERE account.kind = 'provider_fees'), 0)
FROM payments_ledgerentry entry
JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
JOIN payments_ledgeraccount account ON account.id = leg.account_id
WHERE entry.occurred_at >= %s AND entry.occurred_at < %s
  AND account.kind IN ('provider', 'platform_fees', 'provider_fees')
GROUP BY 1, 2
ORDER BY 1, 2
"""
SELLERS = """
SELECT transfer.owner_id, account.currency, extract(quarter FROM entry.occurred_at AT TIME ZONE 'UTC')::int,
       count(DISTINCT transfer.payment_id) FILTER (WHERE entry.kind = 'earned' AND transfer.number = 1),
       coalesce(sum(leg.debit - leg.credit) FILTER (WHERE account.kind = 'client_funds'), 0),
       coalesce(sum(leg.credit - leg.debit) FILTER (WHERE account.kind = 'platform_fees'), 0)
FROM payments_ledgerentry entry
JOIN payments_transfer transfer ON transfer.id = split_part(entry.reference, ':', 2)::uuid
JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
JOIN payments_ledgeraccount account ON account.id = leg.account_id
WHERE entry.kind IN ('earned', 'earned_less') AND entry.occurred_at >= %s AND entry.occurred_at < %s
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
"""
PEOPLE = """
SELECT person.id, person.display_name, coalesce(seller.name, ''), coalesce(seller.street, ''),
       coalesce(trim(seller.postal_code || ' ' || seller.city), ''), coalesce(seller.country, ''),
       coalesce(seller.vat_number, ''), coalesce(seller.tax_number, '')
FROM accounts_user person LEFT JOIN payments_sellerprofile seller ON seller.owner_id = person.id
WHERE person.id = ANY(%s)
"""


@dataclass(frozen=True)
class MonthOfMoney:
    """What went through Waymark in one month and currency.

    `net` is what is left for builders: gross less refunds, what banks have taken back, and the fees of Waymark. Fees count
    in the month in which a session became payable, which can be later than its payment.
    """

    month: str  # such as 2026-05, in UTC
    currency: str
    gross: Money
    refunds: Money
    taken_back: Money
    fees: Money
    provider_fees: Money

    @property
    def net(self) -> Money:
        left = self.gross.amount - self.refunds.amount - self.taken_back.amount - self.fees.amount
        return Money(left, self.currency)


@dataclass(frozen=True)
class QuarterOfSeller:
    """How many sessions of a builder became payable in a quarter, for how much, and the fees of Waymark for them."""

    sessions: int
    gross: Money
    fees: Money


@dataclass(frozen=True)
class SellerDetails:
    """Who a builder is, as far as they have entered it."""

    display_name: str
    name: str
    street: str
    town: str
    country: str
    vat_number: str
    tax_number: str


@dataclass(frozen=True)
class YearOfSeller:
    """A builder's year in one currency."""

    owner_id: UUID
    person: SellerDetails
    currency: str
    quarters: tuple[QuarterOfSeller, ...]

    @property
    def whole(self) -> QuarterOfSeller:
        """The sums of all quarters."""
        gross = sum((quarter.gross.amount for quarter in self.quarters), self.quarters[0].gross.amount * 0)
        fees = sum((quarter.fees.amount for quarter in self.quarters), self.quarters[0].fees.amount * 0)
        sessions = sum(quarter.sessions for quarter in self.quarters)
        return QuarterOfSeller(sessions, Money(gross, self.currency), Money(fees, self.currency))


def months(first: date, end: date) -> list[MonthOfMoney]:
    """Returns the months from the first day to the one before `end`, by currency. One query."""
    return [
        MonthOfMoney(month, currency, *(from_minor_units(int(units), currency) for units in sums))
        for month, currency, *sums in _rows(MONTHS, [_midnight(first), _midnight(end)])
    ]


def sellers(year: int) -> list[YearOfSeller]:
    """Returns the year of each builder with sessions that became payable through Waymark, by name. Two queries."""
    edges = [_midnight(date(year, 1, 1)), _midnight(date(year + 1, 1, 1))]
    quarters: dict[tuple[UUID, str], dict[int, QuarterOfSeller]] = {}
    for owner, currency, number, sessions, gross, fees in _rows(SELLERS, edges):
        quarters.setdefault((owner, currency), {})[number] = QuarterOfSeller(
            sessions, from_minor_units(int(gross), currency), from_minor_units(int(fees), currency)
        )
    people = {row[0]: SellerDetails(*row[1:]) for row in _rows(PEOPLE, [[owner for owner, _ in quarters]])}
    rows = [
        YearOfSeller(
            owner, people[owner], currency, tuple(by_number.get(number, _nothing(currency)) for number in range(1, 5))
        )
        for (owner, currency), by_number in quarters.items()
    ]
    return sorted(rows, key=lambda row: (row.person.display_name.casefold(), str(row.owner_id), row.currency))


def _nothing(currency: str) -> QuarterOfSeller:
    zero = from_minor_units(0, currency)
    return QuarterOfSeller(0, zero, zero)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _rows(query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
