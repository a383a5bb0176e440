"""The integrity checks of payouts: transfers against their payments, and against the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from core.money import Money, from_minor_units, in_minor_units
from payments.models import ProviderCheck, Transfer, TransferReversal

LONGEST_SENDING = timedelta(days=5)  # the outbox tries for about four days
LONGEST_WAIT = timedelta(days=14)

SHARES = """
SELECT payment.subject_reference, payment.currency, greatest(payment.amount_paid - coalesce(refunds.amount, 0) - payment.amount_lost, 0),
       sum(transfer.amount - transfer.amount_back + transfer.fee - transfer.fee_back)
FROM payments_transfer transfer
JOIN payments_payment payment ON payment.id = transfer.payment_id
LEFT JOIN LATERAL (
    SELECT sum(refund.amount) AS amount FROM payments_refund refund
    WHERE refund.payment_id = payment.id AND refund.status <> 'failed' AND (refund.provider_id <> '' OR refund.as_credit)
) refunds ON true
GROUP BY payment.id, refunds.amount
HAVING bool_and(transfer.state NOT IN ('scheduled', 'sending'))
   AND sum(transfer.amount - transfer.amount_back + transfer.fee - transfer.fee_back)
       <> greatest(payment.amount_paid - coalesce(refunds.amount, 0) - payment.amount_lost, 0)
ORDER BY payment.subject_reference
"""
UNPOSTED = """
SELECT payment.subject_reference, expected.reference, expected.currency, expected.amount, posted.minor_units
FROM (
    SELECT payment_id, 'transfer:' || provider_id AS reference, sent_amount AS amount, sent_currency AS currency
    FROM payments_transfer WHERE provider_id <> ''
    UNION ALL
    SELECT transfer.payment_id, 'reversal:' || reversal.provider_id, reversal.sent_amount, transfer.sent_currency
    FROM payments_transferreversal reversal JOIN payments_transfer transfer ON transfer.id = reversal.transfer_id
    WHERE reversal.status = 'done'
) expected
JOIN payments_payment payment ON payment.id = expected.payment_id
LEFT JOIN LATERAL (
    SELECT sum(leg.debit + leg.credit) AS minor_units
    FROM payments_ledgerentry entry
    JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
    JOIN payments_ledgeraccount account ON account.id = leg.account_id
    WHERE entry.reference = expected.reference AND account.kind = 'provider' AND account.currency = expected.currency
) posted ON true
ORDER BY expected.reference
"""
BALANCES = """
WITH expected AS (
    SELECT transfer.owner_id, payment.currency, 'payable' AS kind,
           sum(greatest(transfer.amount - transfer.amount_back - transfer.covered, 0)) AS amount
    FROM payments_transfer transfer JOIN payments_payment payment ON payment.id = transfer.payment_id
    WHERE transfer.state IN ('payable', 'sending')
    GROUP BY transfer.owner_id, payment.currency
), posted AS (
    SELECT account.owner_id, account.currency, account.kind, sum(leg.credit - leg.debit) AS minor_units
    FROM payments_ledgeraccount account JOIN payments_ledgerleg leg ON leg.account_id = account.id
    WHERE account.kind IN ('payable', 'debt')
    GROUP BY account.owner_id, account.currency, account.kind
)
SELECT coalesce(posted.owner_id, expected.owner_id), coalesce(posted.currency, expected.currency),
       coalesce(posted.kind, expected.kind), expected.amount, posted.minor_units
FROM posted FULL JOIN expected USING (owner_id, currency, kind)
ORDER BY 1, 2, 3
"""


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def shares_that_do_not_add_up(now: datetime) -> Iterable[str]:
    """Returns payments whose shares and fees are not what is left of them."""
    del now
    for subject, currency, left, shared in _rows(SHARES):
        yield f"{subject}: {left} {currency} is left of it, and its shares and fees add up to {shared}"


def transfers_that_differ(now: datetime) -> Iterable[str]:
    """Returns transfers and reversals that the ledger does not have, or with another sum."""
    del now
    for subject, reference, currency, amount, posted in _rows(UNPOSTED):
        if posted is None or in_minor_units(Money(amount, currency)) != posted:
            yield f"{subject}: {reference} has {amount} {currency}, and the ledger has {posted or 'no'} minor units"


def balances_that_differ(now: datetime) -> Iterable[str]:
    """Returns builders whose payable balance is not that of their unsent transfers, and debts below zero."""
    del now
    for owner, currency, kind, amount, posted in _rows(BALANCES):
        wanted = in_minor_units(Money(amount or Decimal(0), currency)) if kind == "payable" else None
        if wanted is not None and wanted != (posted or 0):
            difference = from_minor_units(int(posted or 0), currency)
            yield f"builder {owner}: {difference} is payable in the ledger, and transfers of {amount or 0} wait"
        if kind == "debt" and (posted or 0) > 0:
            yield f"builder {owner}: a debt below zero in {currency}"


def transfers_that_wait(now: datetime) -> Iterable[str]:
    """Returns transfers and reversals that are being made for days, and refusals that nobody has looked into."""
    stuck = Transfer.objects.filter(state=Transfer.State.SENDING, changed_at__lt=now - LONGEST_SENDING)
    for transfer in stuck.select_related("payment"):
        yield f"{transfer.payment.subject_reference}: a transfer is being sent since {transfer.changed_at:%Y-%m-%d}"
    refused = Transfer.objects.filter(state=Transfer.State.PAYABLE, due_at__lt=now - LONGEST_WAIT).exclude(problem="")
    for transfer in refused.select_related("payment"):
        yield f"{transfer.payment.subject_reference}: a transfer is refused. {transfer.problem}"
    reversals = TransferReversal.objects.filter(
        status=TransferReversal.Status.PENDING, created_at__lt=now - LONGEST_SENDING
    )
    for reversal in reversals.select_related("transfer__payment"):
        yield f"{reversal.transfer.payment.subject_reference}: {reversal.money} is being taken back for days"


def wrong_settings(now: datetime) -> Iterable[str]:
    """Returns what is wrong with the settings of our account at the provider, as they were last read."""
    del now
    for check in ProviderCheck.objects.exclude(problem="").exclude(name=ProviderCheck.Name.LEDGER):
        yield check.problem
