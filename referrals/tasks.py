"""Looks every five minutes which referrals have had their first session."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from referrals import qualifying


@periodic(every=timedelta(minutes=5), offset=timedelta(minutes=3))
def decide_referrals(now: datetime) -> None:
    qualifying.decide_all(now)
