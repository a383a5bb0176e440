"""Compares the ledger with what was read of our balance at Stripe. Makes no calls, so that it can run at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from core.money import from_minor_units
from payments.models import LedgerAccount, ProviderCheck

READ_WITHIN = timedelta(hours=50)  # the balance is read once a day, and one reading may fail
# The ledger has no entries for money that leaves the balance for our bank account.
NOT_COMPARED = ("payout", "payout_cancel", "payout_failure", "payout_minimum_balance_hold")

COMPARE = """
WITH posted AS (
    SELECT entry.provider_id, account.currency, sum(leg.debit - leg.credit) AS net,
           min(entry.reference) AS reference, max(entry.created_at) AS posted_at
    FROM payments_ledgerleg leg
    JOIN payments_ledgerentry entry ON entry.id = leg.entry_id
    JOIN payments_ledgeraccount account ON account.id = leg.account_id
    WHERE account.kind = %(provider)s
    GROUP BY entry.provider_id, account.currency
), had AS (
    SELECT id, kind, payment, currency, net FROM payments_providertransaction WHERE kind <> ALL(%(not_compared)s)
)
SELECT coalesce(had.id, posted.provider_id), had.id IS NOT NULL, had.kind, had.payment,
       coalesce(had.currency, posted.currency), had.net, posted.net, posted.reference
FROM had FULL JOIN posted ON posted.provider_id = had.id AND posted.currency = had.currency
WHERE had.net IS DISTINCT FROM posted.net AND (had.id IS NOT NULL OR posted.posted_at < %(read_by)s)
   OR (had.id IS NOT NULL AND had.net IS NULL)
ORDER BY 1
"""


def differences(now: datetime) -> Iterable[str]:
    """Returns one line for each transaction at Stripe whose entries in the ledger do not add up to it, and each entry
    that Stripe does not have.
    """
    values: dict[str, Any] = {
        "provider": LedgerAccount.Kind.PROVIDER.value,
        "not_compared": list(NOT_COMPARED),
        "read_by": now - READ_WITHIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(COMPARE, values)
        rows = cursor.fetchall()
    for transaction_id, is_read, kind, payment, currency, net, posted, reference in rows:
        if not is_read:
            yield f"{reference}: {_shown(posted, currency)} in the ledger, and no transaction {transaction_id} at Stripe"
        elif net is None:
            yield f"{transaction_id}: an amount that {currency} cannot have"
        else:
            subject = f"{transaction_id} ({kind}{f' of {payment}' if payment else ''})"
            yield f"{subject}: {_shown(net, currency)} at Stripe, {_shown(posted, currency)} in the ledger"


def report(now: datetime) -> list[str]:
    """Saves how many differences there are, for the front page of staff, and returns them."""
    lines = list(differences(now))
    problem = ""
    if lines:
        count = "One difference" if len(lines) == 1 else f"{len(lines)} differences, the first"
        problem = f"{count}: {lines[0]}"[:300]
    ProviderCheck.objects.update_or_create(
        name=ProviderCheck.Name.LEDGER, defaults={"problem": problem, "count": len(lines), "checked_at": now}
    )
    return lines


def _shown(amount: int | None, currency: str) -> str:
    return "nothing" if amount is None else str(from_minor_units(int(amount), currency))
