"""Recounts all builders every night, which repairs listings whose refresh was lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from marketplace import listings


@periodic(every=timedelta(days=1), offset=timedelta(hours=3))
def recompute_builder_metrics(now: datetime) -> None:
    listings.recount()
