"""Periodic jobs of payments."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from payments import ledger

LONGEST_TRANSACTION = timedelta(hours=1)


@periodic(every=timedelta(days=1), offset=timedelta(hours=3))
def close_accounts(now: datetime) -> None:
    ledger.close_accounts(before=now - LONGEST_TRANSACTION)
