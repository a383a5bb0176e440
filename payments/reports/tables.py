"""The reports as tables, for their pages and CSV files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

from payments.reports.queries import MonthOfMoney, YearOfSeller
from payments.reports.subscriptions import OWNERS, SubscriptionFigures

MONTHS_HEADER = ("Month", "Currency", "Gross", "Refunds", "Taken back by banks", "Fees", "Net", "Fees of the provider")
SELLERS_HEADER = (
    "Builder", "Name on invoices", "Street", "Town", "Country", "VAT number", "Tax number", "Currency",
    *(f"{what} Q{number}" for number in range(1, 5) for what in ("Sessions", "Gross", "Fees")),
    "Sessions", "Gross", "Fees",
)  # fmt: skip

SUBSCRIPTIONS_HEADER = (
    "Month", "Plans of", "Currency", "Active", "New", "Lost", "Churn", "Recurring revenue", "Failed payments", "Recovered",
)  # fmt: skip


def month_rows(months: Iterable[MonthOfMoney]) -> list[tuple[Any, ...]]:
    return [
        (row.month, row.currency, *(money.amount for money in (row.gross, row.refunds, row.taken_back, row.fees, row.net)), row.provider_fees.amount)
        for row in months
    ]  # fmt: skip


def seller_rows(sellers: Iterable[YearOfSeller]) -> list[tuple[Any, ...]]:
    rows = []
    for row in sellers:
        quarters = [
            value
            for part in (*row.quarters, row.whole)
            for value in (part.sessions, part.gross.amount, part.fees.amount)
        ]
        person = astuple(row.person)
        rows.append((*person, row.currency, *quarters))
    return rows


def subscription_rows(rows: Iterable[SubscriptionFigures]) -> list[tuple[Any, ...]]:
    return [
        (
            row.month, OWNERS[row.owner], row.currency, row.active, row.new, row.canceled,
            "" if row.churn_rate is None else f"{row.churn_rate:.2%}", row.recurring_revenue.amount, row.failed, row.recovered,
        )
        for row in rows
    ]  # fmt: skip
