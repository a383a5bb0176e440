"""Schemas of the reports in the API."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from core.api import Out, SuccessBody
from core.money import Money, rounded
from payments.reports.queries import MonthOfMoney, QuarterOfSeller, YearOfSeller
from payments.reports.subscriptions import SubscriptionFigures, churn_rate


class MonthOfMoneyOut(Out):
    month: str
    currency: str
    gross: str
    refunds: str
    taken_back: str
    fees: str
    net: str
    provider_fees: str

    @classmethod
    def of(cls, row: MonthOfMoney) -> MonthOfMoneyOut:
        names = ("gross", "refunds", "taken_back", "fees", "net", "provider_fees")
        sums = {name: getattr(row, name).on_the_wire() for name in names}
        return cls(month=row.month, currency=row.currency, **sums)


class QuarterOfSellerOut(Out):
    sessions: int
    gross: str
    fees: str

    @classmethod
    def of(cls, row: QuarterOfSeller) -> QuarterOfSellerOut:
        return cls(sessions=row.sessions, gross=row.gross.on_the_wire(), fees=row.fees.on_the_wire())


class YearOfSellerOut(Out):
    builder_id: UUID
    display_name: str
    country: str | None
    vat_number: str | None
    tax_number: str | None
    currency: str
    quarters: list[QuarterOfSellerOut]

    @classmethod
    def of(cls, row: YearOfSeller) -> YearOfSellerOut:
        return cls(
            builder_id=row.owner_id, display_name=row.person.name or row.person.display_name, country=row.person.country or None,
            vat_number=row.person.vat_number or None, tax_number=row.person.tax_number or None, currency=row.currency,
            quarters=[QuarterOfSellerOut.of(quarter) for quarter in row.quarters],
        )  # fmt: skip


class MonthsAnswer(SuccessBody):
    months: list[MonthOfMoneyOut]


class SellersAnswer(SuccessBody):
    year: int
    sellers: list[YearOfSellerOut]


class SubscriptionReportOut(Out):
    active: int
    new: int
    canceled: int
    churn_rate: float | None
    recurring_revenue: dict[str, str]
    failed_payments: int

    @classmethod
    def of(cls, rows: Sequence[SubscriptionFigures]) -> SubscriptionReportOut:
        sums: dict[str, Decimal] = {}
        for row in rows:
            sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.revenue
        revenue = {
            currency: Money(rounded(amount, currency), currency).on_the_wire()
            for currency, amount in sorted(sums.items())
        }
        return cls(
            active=sum(row.active for row in rows), new=sum(row.new for row in rows),
            canceled=sum(row.canceled for row in rows), churn_rate=churn_rate(rows), recurring_revenue=revenue,
            failed_payments=sum(row.failed for row in rows),
        )  # fmt: skip


class MonthOfSubscriptionsOut(Out):
    month: str
    owner: str
    currency: str
    active: int
    new: int
    canceled: int
    churn_rate: float | None
    recurring_revenue: str
    failed_payments: int
    recovered_payments: int

    @classmethod
    def of(cls, row: SubscriptionFigures) -> MonthOfSubscriptionsOut:
        return cls(
            month=row.month, owner=row.owner, currency=row.currency, active=row.active, new=row.new, canceled=row.canceled,
            churn_rate=row.churn_rate, recurring_revenue=row.recurring_revenue.on_the_wire(), failed_payments=row.failed,
            recovered_payments=row.recovered,
        )  # fmt: skip


class SubscriptionReportAnswer(SuccessBody):
    report: SubscriptionReportOut
    months: list[MonthOfSubscriptionsOut]
