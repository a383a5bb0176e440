"""Schemas of the reports in the API."""

from __future__ import annotations

from uuid import UUID

from core.api import Out, SuccessBody
from payments.reports.queries import MonthOfMoney, QuarterOfSeller, YearOfSeller


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
