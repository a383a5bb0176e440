"""The integrity checks of clients' credit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import connection

from core.money import from_minor_units

BELOW_ZERO = """
SELECT account.owner_id, account.currency, sum(leg.credit - leg.debit)
FROM payments_ledgeraccount account JOIN payments_ledgerleg leg ON leg.account_id = account.id
WHERE account.kind = 'client_credit'
GROUP BY account.id
HAVING sum(leg.credit - leg.debit) < 0
ORDER BY account.owner_id, account.currency
"""
DIFFERENT = """
WITH posted AS (
    SELECT entry.kind, entry.provider_id, entry.reference, sum(leg.debit) AS minor_units
    FROM payments_ledgerentry entry JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
    WHERE entry.kind IN ('refund_as_credit', 'paid_with_credit')
    GROUP BY entry.id
)
SELECT payment.subject_reference, payment.currency, 'paid with credit', payment.amount_from_credit,
       coalesce(sum(posted.minor_units), 0)
FROM payments_payment payment
LEFT JOIN posted ON posted.provider_id = 'payment:' || payment.id AND posted.kind = 'paid_with_credit'
WHERE payment.amount_from_credit > 0 OR posted.reference IS NOT NULL
GROUP BY payment.id
UNION ALL
SELECT payment.subject_reference, payment.currency, 'refunded as credit', refund.amount, coalesce(posted.minor_units, 0)
FROM payments_refund refund
JOIN payments_payment payment ON payment.id = refund.payment_id
LEFT JOIN posted ON posted.reference = 'refund_as_credit:' || refund.id
WHERE refund.as_credit
ORDER BY 1, 3
"""


def credit_below_zero(now: datetime) -> Iterable[str]:
    """Returns people who have paid with more credit than they had."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(BELOW_ZERO)
        rows = cursor.fetchall()
    for owner, currency, units in rows:
        yield f"client {owner}: {from_minor_units(int(units), currency)} of credit"


def credit_that_differs(now: datetime) -> Iterable[str]:
    """Returns payments with credit and refunds as credit that the ledger does not have, or with another sum."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT)
        rows = cursor.fetchall()
    for subject, currency, what, amount, units in rows:
        if from_minor_units(int(units), currency).amount != Decimal(amount):
            yield f"{subject}: {amount} {currency} was {what}, and the ledger has {units} minor units"
