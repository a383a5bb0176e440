"""The integrity checks of the ledger: entries written with its triggers switched off, and closings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection


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
