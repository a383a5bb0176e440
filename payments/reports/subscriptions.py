"""The figures of subscriptions: by month, or over a whole span. They are counted from subscriptions and their charges, whose
times do not change later, so that the figures of a month that is over stay the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from core.money import Money, rounded

# The charge by which a subscription goes on at the end of a span: the last one that had begun by then. A change of plan
# counts once it is paid.
COUNTED = """
SELECT span.first, CASE WHEN subscription.seller_id IS NULL THEN 'platform' ELSE 'builder' END AS owner, latest.currency,
       count(*) FILTER (WHERE coalesce(subscription.ended_at >= span.until, true)) AS active,
       count(*) FILTER (WHERE subscription.started_at >= span.first) AS new,
       count(*) FILTER (WHERE subscription.ended_at < span.until) AS canceled,
       count(*) FILTER (WHERE subscription.started_at < span.first) AS active_before,
       count(*) FILTER (WHERE subscription.started_at < span.first AND subscription.ended_at < span.until) AS left_of_those,
       coalesce(sum(CASE plan.interval WHEN 'year' THEN plan.price / 12 ELSE plan.price END) FILTER (
           WHERE coalesce(subscription.ended_at >= span.until, true) AND latest.period_end >= span.until
           AND NOT (latest.kind = 'start' AND latest.price = 0)
       ), 0) AS recurring_revenue
FROM unnest(%(firsts)s::timestamptz[], %(untils)s::timestamptz[]) AS span(first, until)
JOIN payments_subscription subscription
    ON subscription.started_at < span.until AND (subscription.ended_at IS NULL OR subscription.ended_at >= span.first)
CROSS JOIN LATERAL (
    SELECT charge.* FROM payments_subscriptioncharge charge
    WHERE charge.subscription_id = subscription.id AND charge.period_start < span.until
      AND (charge.kind <> 'change' OR charge.paid_at < span.until)
    ORDER BY charge.number DESC LIMIT 1
) latest
JOIN payments_plan plan ON plan.id = latest.plan_id
GROUP BY 1, 2, 3
"""
PAYMENTS = """
SELECT span.first, CASE WHEN subscription.seller_id IS NULL THEN 'platform' ELSE 'builder' END AS owner, charge.currency,
       count(*) FILTER (WHERE charge.due_at >= span.first AND charge.due_at < span.until) AS failed,
       count(*) FILTER (WHERE charge.paid_at >= span.first AND charge.paid_at < span.until) AS recovered
FROM unnest(%(firsts)s::timestamptz[], %(untils)s::timestamptz[]) AS span(first, until)
JOIN payments_subscriptioncharge charge
    ON (charge.due_at >= span.first AND charge.due_at < span.until)
    OR (charge.paid_at >= span.first AND charge.paid_at < span.until)
JOIN payments_subscription subscription ON subscription.id = charge.subscription_id
WHERE charge.kind = 'renewal' AND charge.attempts > 0
GROUP BY 1, 2, 3
"""
OWNERS = {"platform": "Waymark", "builder": "Builders"}  # whose plans, as people read it


@dataclass(frozen=True)
class SubscriptionFigures:
    """The subscriptions to the plans of the platform, or to those of builders, in one span and currency.

    `active` counts at the end of the span, `active_before` at its beginning, and `left_of_those` says how many of the
    latter ended in it.
    """

    first: date
    owner: str  # a key of OWNERS
    currency: str
    active: int = 0
    new: int = 0
    canceled: int = 0
    active_before: int = 0
    left_of_those: int = 0
    revenue: Decimal = Decimal(0)
    failed: int = 0
    recovered: int = 0

    @property
    def month(self) -> str:
        """The month in which the span begins, such as 2026-05."""
        return f"{self.first:%Y-%m}"

    @property
    def recurring_revenue(self) -> Money:
        return Money(rounded(self.revenue, self.currency), self.currency)

    @property
    def churn_rate(self) -> float | None:
        return churn_rate([self])


def churn_rate(rows: Iterable[SubscriptionFigures]) -> float | None:
    """Returns which share of the subscriptions at the beginning had ended by the end; None if there were none."""
    rows = list(rows)
    before = sum(row.active_before for row in rows)
    return round(sum(row.left_of_those for row in rows) / before, 4) if before else None


def by_month(first: date, end: date, now: datetime) -> list[SubscriptionFigures]:
    """Returns each month that has begun, from the first day to the one before `end`, by owner and currency. Two queries."""
    return _figures([(_midnight(month), min(_midnight(_next(month)), now)) for month in months_of(first, end, now)])


def over(first: date, end: date, now: datetime) -> list[SubscriptionFigures]:
    """Returns the figures over the whole span, by owner and currency. Two queries."""
    span = (_midnight(first), min(_midnight(end), now))
    return _figures([span] if span[0] < span[1] else [])


def months_of(first: date, end: date, now: datetime) -> list[date]:
    """Returns the first day of each month of the span that has begun."""
    months, month = [], first
    while month < end and _midnight(month) < now:
        months.append(month)
        month = _next(month)
    return months


def _figures(spans: Sequence[tuple[datetime, datetime]]) -> list[SubscriptionFigures]:
    values = {"firsts": [first for first, _ in spans], "untils": [until for _, until in spans]}
    figures: dict[tuple[datetime, str, str], dict[str, Any]] = {}
    names = ("active", "new", "canceled", "active_before", "left_of_those", "revenue")
    for query, columns in ((COUNTED, names), (PAYMENTS, ("failed", "recovered"))):
        for first, owner, currency, *counts in _rows(query, values):
            figures.setdefault((first, owner, currency), {}).update(zip(columns, counts, strict=True))
    return [
        SubscriptionFigures(first.astimezone(UTC).date(), owner, currency, **figures[first, owner, currency])
        for first, owner, currency in sorted(figures)
    ]


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
