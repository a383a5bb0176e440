"""Today's figures for the front page, beside those of the same day last week up to the same time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection

from core import charts
from core.money import Money, rounded

# Each sum reads a range of an index, so that it depends on how much happened in a day and not on the size of the table.
READ = """
SELECT span.name,
    (SELECT count(*) FROM bookings_booking WHERE created_at >= span.first AND created_at < span.last
        AND NOT (state = 'PENDING' AND (proof_due_at IS NOT NULL OR payment_due_at IS NOT NULL))),
    (SELECT count(*) FROM accounts_user WHERE created_at >= span.first AND created_at < span.last),
    (SELECT jsonb_object_agg(currency, paid) FROM (
        SELECT currency, sum(amount_paid) AS paid FROM payments_payment
        WHERE paid_at >= span.first AND paid_at < span.last GROUP BY currency) AS sums),
    (SELECT count(*) FROM bookings_booking WHERE state = 'CANCELLED' AND confirmed_at IS NOT NULL
        AND cancelled_at >= span.first AND cancelled_at < span.last),
    (SELECT coalesce(sum(count), 0) FROM operations_errorcount
        WHERE minute >= span.first AND minute < span.last)
FROM (VALUES ('today', %(today)s::timestamptz, %(now)s::timestamptz),
    ('before', %(day_before)s::timestamptz, %(time_before)s::timestamptz)) AS span (name, first, last)
"""


@dataclass(frozen=True)
class DayFigure:
    """One figure of today in words, with the same of last week's day."""

    label: str
    value: str
    before: str
    definition: str


@dataclass(frozen=True)
class DayFigures:
    figures: list[DayFigure]
    today: datetime
    same_day: datetime  # a week before now, on the clock of the reader


DEFINITIONS = {
    "Bookings": "Bookings that were made, without those that wait for a guest to confirm their address or for a payment.",
    "Sign-ups": "Accounts that were created.",
    "Revenue": "What clients paid in full, by currency, before refunds and fees.",
    "Cancellations": "Confirmed sessions that were cancelled, by whichever side.",
    "Errors": "Pages, answers of the API and tasks that ended with an error that nobody foresaw.",
}


def day_figures(now: datetime, zone: str) -> DayFigures:
    """Returns the figures of today, by the clock of this time zone. One query."""
    local = now.astimezone(ZoneInfo(zone))
    today, same_day = _midnight(local), local - timedelta(days=7)
    with connection.cursor() as cursor:
        cursor.execute(READ, {"today": today, "now": now, "day_before": _midnight(same_day), "time_before": same_day})
        sums = {name: _texts(row) for name, *row in cursor.fetchall()}
    figures = [
        DayFigure(label, sums["today"][label], sums["before"][label], definition)
        for label, definition in DEFINITIONS.items()
    ]
    return DayFigures(figures, today, same_day)


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(), at.tzinfo)


def _texts(row: list[object]) -> dict[str, str]:
    bookings, sign_ups, revenue, cancellations, errors = row
    counts = {"Bookings": bookings, "Sign-ups": sign_ups, "Cancellations": cancellations, "Errors": errors}
    figures = {label: charts.number(int(str(count))) for label, count in counts.items()}
    return figures | {"Revenue": _money(json.loads(str(revenue)) if revenue else {})}


def _money(sums: Mapping[str, object]) -> str:
    """Returns the two largest sums in words."""
    amounts = sorted(((Decimal(str(amount)), currency) for currency, amount in sums.items()), reverse=True)
    shown = [Money(rounded(amount, currency), currency).shown() for amount, currency in amounts if amount]
    more = f" and {len(shown) - 2} more" if len(shown) > 2 else ""
    return f"{' + '.join(shown[:2])}{more}" if shown else "0"
