"""Adds up the figures of the whole place every night."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from insights import rollups


@periodic(every=timedelta(days=1), offset=timedelta(minutes=20))
def add_up_daily_figures(now: datetime) -> None:
    rollups.add_up(now)
