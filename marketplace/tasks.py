"""Recounts all builders every night, which repairs listings whose refresh was lost, and fills passed times each minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from marketplace import listings, next_starts, sitemaps


@periodic(every=timedelta(days=1), offset=timedelta(hours=3))
def recompute_builder_metrics(now: datetime) -> None:
    listings.recount()


@periodic(every=timedelta(minutes=1))
def fill_next_starts(now: datetime) -> None:
    next_starts.fill_passed(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=4))
def write_sitemaps(now: datetime) -> None:
    sitemaps.write_files()
