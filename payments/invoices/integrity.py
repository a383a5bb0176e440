"""The integrity checks of invoices: numbers without gaps, sums, and payments whose invoice cannot be written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from payments.invoices.documents import document_of, sums_of
from payments.invoices.following import without_invoice
from payments.invoices.models import Invoice

LONGEST_WAIT = timedelta(days=3)


def missing_numbers(now: datetime) -> Iterable[str]:
    """Returns series in which a number is missing between the first that has to be kept still and the last one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT series.prefix, series.last_number, coalesce(min(invoice.sequence), 0),
                   coalesce(max(invoice.sequence), 0), count(invoice.id)
            FROM payments_invoiceseries series LEFT JOIN payments_invoice invoice
              ON invoice.series_id = series.id AND invoice.keep_until >= %s
            GROUP BY series.id ORDER BY series.prefix
            """,
            [now.date()],
        )
        rows = cursor.fetchall()
    for prefix, taken, first, last, count in rows:
        if count and last - first + 1 != count:
            yield f"{prefix}: {count} invoices from number {first} to {last}"
        if count and last != taken:
            yield f"{prefix}: the last number is {last}, and {taken} were taken"


def sums_that_differ(now: datetime) -> Iterable[str]:
    """Returns documents whose sums are not those of their lines, and payments whose documents add up to another sum."""
    del now
    for invoice in Invoice.objects.order_by("id").iterator():
        sums = sums_of(document_of(invoice).lines)
        if (sums.net, sums.tax, sums.gross) != (invoice.net, invoice.tax, invoice.gross):
            yield f"{invoice.number}: its sums are not those of its lines"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT payment.subject_reference, payment.amount_paid - payment.amount_refunded - payment.amount_lost AS left_of,
                   sum(CASE invoice.kind WHEN 'invoice' THEN invoice.gross ELSE -invoice.gross END) AS invoiced
            FROM payments_invoice invoice JOIN payments_payment payment ON payment.id = invoice.payment_id
            WHERE NOT EXISTS (SELECT FROM core_outboxmessage message
                              WHERE message.channel = 'invoice' AND message.state = 'waiting'
                                AND message.recipient = payment.id::text)
            GROUP BY payment.id ORDER BY payment.subject_reference
            """
        )
        rows = cursor.fetchall()
    for reference, left, invoiced in rows:
        if max(left, Decimal(0)) != invoiced:
            yield f"{reference}: {left} was paid and kept, and its invoices add up to {invoiced}"


def payments_that_wait(now: datetime) -> Iterable[str]:
    """Returns payments whose invoice could not be written for days, such as without a rate of tax."""
    for payment in without_invoice(now).filter(paid_at__lt=now - LONGEST_WAIT):
        yield f"{payment.subject_reference}: paid on {payment.paid_at:%Y-%m-%d}, and no invoice could be written"
