"""The integrity checks of the ledger, for entries written with its triggers switched off, and of payments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from core.money import from_minor_units
from payments.models import Refund
from payments.states import RefundStatus

LONGEST_REFUND = timedelta(days=14)


def unbalanced_entries(now: datetime) -> Iterable[str]:
    """Returns entries whose debits and credits differ in a currency, and entries with legs too few or too many."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH sums AS (
                SELECT leg.entry_id, account.currency, sum(leg.debit - leg.credit) AS difference, count(*) AS legs
                FROM payments_ledgerleg leg JOIN payments_ledgeraccount account ON account.id = leg.account_id
                GROUP BY leg.entry_id, account.currency
            )
            SELECT entry.reference, coalesce(sum(sums.legs), 0), entry.leg_count,
                   string_agg(sums.currency || ' ' || sums.difference, ', ' ORDER BY sums.currency)
                       FILTER (WHERE sums.difference <> 0)
            FROM payments_ledgerentry entry LEFT JOIN sums ON sums.entry_id = entry.id
            GROUP BY entry.id
            HAVING coalesce(sum(sums.legs), 0) <> entry.leg_count OR bool_or(sums.difference <> 0)
            ORDER BY entry.reference
            """
        )
        rows = cursor.fetchall()
    for reference, legs, expected, differences in rows:
        if differences:
            yield f"{reference}: debits and credits differ by {differences} minor units"
        if legs != expected:
            yield f"{reference}: {legs} legs instead of {expected}"


def wrong_closings(now: datetime) -> Iterable[str]:
    """Returns accounts whose closing is not the sum of the legs up to it."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT closing.account_id, closing.balance, coalesce(sum(leg.debit - leg.credit), 0)
            FROM payments_ledgerclosing closing
            LEFT JOIN payments_ledgerleg leg
              ON leg.account_id = closing.account_id AND leg.id <= closing.through_leg_id
            GROUP BY closing.account_id
            HAVING closing.balance <> coalesce(sum(leg.debit - leg.credit), 0)
            ORDER BY closing.account_id
            """
        )
        rows = cursor.fetchall()
    for account, balance, total in rows:
        yield f"account {account}: closed with {balance} minor units, and its legs add up to {total}"


def payments_that_do_not_add_up(now: datetime) -> Iterable[str]:
    """Returns payments to builders directly whose sums are not those of their receipts and refunds, or whose ledger entries
    differ."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH rows AS (
                SELECT payment_id, amount AS paid, 0 AS refunded, 'received:' || id AS reference, amount
                FROM payments_receipt
                UNION ALL
                SELECT payment_id, 0, amount, 'returned:' || id, amount FROM payments_refund WHERE status <> 'failed'
                UNION ALL
                SELECT receipt.payment_id, -receipt.amount, 0, 'corrected:' || receipt.id, receipt.amount
                FROM payments_correction correction JOIN payments_receipt receipt ON receipt.id = correction.receipt_id
            ), posted AS (
                SELECT entry.reference, sum(leg.debit) AS minor_units
                FROM payments_ledgerentry entry JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
                WHERE entry.kind IN ('received', 'returned', 'corrected')
                GROUP BY entry.reference
            )
            SELECT payment.subject_reference, payment.currency, payment.amount_paid, payment.amount_refunded,
                   coalesce(sum(rows.paid), 0), coalesce(sum(rows.refunded), 0),
                   array_agg(ARRAY[rows.reference, rows.amount::text, posted.minor_units::text])
                       FILTER (WHERE rows.reference IS NOT NULL)
            FROM payments_payment payment
            LEFT JOIN rows ON rows.payment_id = payment.id
            LEFT JOIN posted ON posted.reference = rows.reference
            WHERE payment.provider = 'manual'
            GROUP BY payment.id
            ORDER BY payment.subject_reference
            """
        )
        payments = cursor.fetchall()
    for subject, currency, paid, refunded, received, returned, entries in payments:
        if (paid, refunded) != (received, returned):
            yield (
                f"{subject}: paid {paid} and refunded {refunded} {currency}, and its rows add up to {received} and "
                f"{returned}"
            )
        for reference, amount, posted in entries or []:
            if posted is None or from_minor_units(int(posted), currency).amount != Decimal(amount):
                yield f"{subject}: {reference} has {amount} {currency}, and the ledger has {posted or 'no'} minor units"


def provider_payments_that_do_not_add_up(now: datetime) -> Iterable[str]:
    """Returns payments through a provider whose sums are not those of their refunds, or of the ledger's captures and
    refunds."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH posted AS (
                SELECT entry.reference, sum(leg.debit) AS minor_units
                FROM payments_ledgerentry entry JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
                WHERE entry.kind IN ('capture', 'refund')
                GROUP BY entry.reference
            )
            SELECT payment.subject_reference, payment.currency, payment.amount_paid - payment.amount_from_credit,
                   payment.amount_refunded, capture.minor_units,
                   coalesce(sum(refund.amount) FILTER (WHERE refund.status <> 'failed'), 0),
                   array_agg(ARRAY[refund.provider_id, refund.amount::text, posted.minor_units::text])
                       FILTER (WHERE refund.status = 'done' AND NOT refund.as_credit)
            FROM payments_payment payment
            LEFT JOIN payments_refund refund ON refund.payment_id = payment.id
            LEFT JOIN posted capture ON capture.reference = 'capture:' || payment.intent_id
            LEFT JOIN posted ON posted.reference = 'refund:' || refund.provider_id
            WHERE payment.provider = 'stripe'
            GROUP BY payment.id, capture.minor_units
            ORDER BY payment.subject_reference
            """
        )
        payments = cursor.fetchall()
    for subject, currency, paid, refunded, captured, total, entries in payments:
        if captured is not None and from_minor_units(int(captured), currency).amount != paid:
            yield f"{subject}: paid {paid} {currency}, and the ledger has {captured} minor units"
        if refunded != total:
            yield f"{subject}: refunded {refunded} {currency}, and its refunds add up to {total}"
        for refund, amount, posted in entries or []:
            if posted is None or from_minor_units(int(posted), currency).amount != Decimal(amount):
                yield f"{subject}: {refund} has {amount} {currency}, and the ledger has {posted or 'no'} minor units"


def refunds_that_wait(now: datetime) -> Iterable[str]:
    """Returns refunds that have been on their way for two weeks, which no bank needs."""
    pending = Refund.objects.filter(status=RefundStatus.PENDING, created_at__lt=now - LONGEST_REFUND)
    for refund in pending.select_related("payment"):
        yield f"{refund.payment.subject_reference}: {refund.money} has been on its way since {refund.created_at:%Y-%m-%d}"
