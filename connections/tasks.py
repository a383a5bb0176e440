"""Periodic jobs: the log of webhooks."""

from __future__ import annotations

from datetime import datetime, timedelta

from connections.outgoing import services as webhooks
from core.jobs import periodic


@periodic(every=timedelta(days=1), offset=timedelta(hours=3, minutes=20))
def forget_old_webhooks(now: datetime) -> None:
    webhooks.delete_old_deliveries()
