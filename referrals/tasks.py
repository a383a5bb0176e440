"""Looks every five minutes which referrals have had their first session, and every night who has no code."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from referrals import qualifying, services


@periodic(every=timedelta(minutes=5), offset=timedelta(minutes=3))
def decide_referrals(now: datetime) -> None:
    qualifying.decide_all(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=3, minutes=10))
def add_referral_codes(now: datetime) -> None:
    services.add_missing_codes()
