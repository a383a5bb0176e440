"""The integrity checks of credits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection

LATEST_EXPIRY = timedelta(days=2)  # the job runs each night


def credits_that_do_not_add_up(now: datetime) -> Iterable[str]:
    """Returns grants of which fewer than none or more than all credits are left, whose credits lie with somebody else
    than their holder, or whose time is over for long."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT held.id, held.sessions, held.expires_at,
                   coalesce(sum(leg.credit - leg.debit), 0) AS units,
                   coalesce(sum(leg.credit - leg.debit) FILTER (WHERE account.owner_id = held.holder_id), 0) AS own
            FROM payments_creditgrant held
            LEFT JOIN payments_ledgerentry entry ON entry.provider_id = 'credits:' || held.id
            LEFT JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
            LEFT JOIN payments_ledgeraccount account ON account.id = leg.account_id
            WHERE account.kind = 'credits' OR account.id IS NULL
            GROUP BY held.id
            ORDER BY held.id
            """
        )
        rows = cursor.fetchall()
    for grant, sessions, expires_at, units, own in rows:
        if not 0 <= units <= sessions:
            yield f"credits {grant}: {units} of {sessions} are left"
        if own != units:
            yield f"credits {grant}: {units} are left, and their holder has {own}"
        if units > 0 and expires_at is not None and expires_at < now - LATEST_EXPIRY:
            yield f"credits {grant}: {units} are left since {expires_at:%Y-%m-%d}, when they expired"
