"""The charts of the report of subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from core import charts
from core.charts import Chart, ChartSeries, Labels, Number
from core.money import Money, rounded
from payments.reports.subscriptions import OWNERS, SubscriptionFigures


def charts_of(rows: Sequence[SubscriptionFigures], months: Sequence[date]) -> list[tuple[str, Chart]]:
    """Returns the active subscriptions by month, and the recurring revenue of each currency, with their headings."""
    currencies = sorted({row.currency for row in rows})
    return [
        ("Active subscriptions", _active(rows, months)),
        *((f"Recurring revenue, {currency}", _revenue(rows, months, currency)) for currency in currencies),
    ]


def _active(rows: Sequence[SubscriptionFigures], months: Sequence[date]) -> Chart:
    series = [
        ChartSeries(
            f"to plans of {_name(owner)}",
            [sum(row.active for row in rows if (row.first, row.owner) == (month, owner)) for month in months],
        )
        for owner in OWNERS
    ]
    last = " and ".join(f"{line.values[-1] if months else 0} {line.label}" for line in series)
    finding = f"Active subscriptions at the end of each month; the last: {last}"
    return charts.columns("active-subscriptions", finding, labels=_labels(months), series=series)


def _revenue(rows: Sequence[SubscriptionFigures], months: Sequence[date], currency: str) -> Chart:
    def shown(value: Number) -> str:
        return Money(rounded(Decimal(value), currency), currency).shown()

    amounts = {(row.first, row.owner): row.recurring_revenue.amount for row in rows if row.currency == currency}
    series = [
        ChartSeries(f"from plans of {_name(owner)}", [amounts.get((month, owner), Decimal(0)) for month in months])
        for owner in OWNERS
    ]
    last = " and ".join(f"{shown(line.values[-1] or 0)} {line.label}" for line in series)
    finding = f"Recurring revenue in {currency} at the end of each month; the last: {last}"
    name = f"recurring-revenue-{currency.lower()}"
    return charts.columns(name, finding, labels=_labels(months), series=series, shown=shown)


def _name(owner: str) -> str:
    return "Waymark" if owner == "platform" else "builders"


def _labels(months: Sequence[date]) -> Labels:
    return Labels("Month", [f"{month:%b %Y}" for month in months], [f"{month:%B %Y}" for month in months])
