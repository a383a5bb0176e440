"""Recounts all builders every night, which repairs listings whose refresh was lost, and fills passed times each minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from marketplace import listings, next_starts, sitemaps
from marketplace.letters import services as letters
from marketplace.saved_searches import looking, telling


@periodic(every=timedelta(days=1), offset=timedelta(hours=3))
def recompute_builder_metrics(now: datetime) -> None:
    listings.recount()


@periodic(every=timedelta(minutes=1))
def fill_next_starts(now: datetime) -> None:
    next_starts.fill_passed(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=4))
def write_sitemaps(now: datetime) -> None:
    sitemaps.write_files()


@periodic(every=timedelta(minutes=5), offset=timedelta(minutes=2))
def look_for_openings(now: datetime) -> None:
    looking.look_at_fresh(now)
    telling.tell_all(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=3, minutes=45))
def look_for_all_openings(now: datetime) -> None:
    looking.look_at_all(now)
    telling.forget_old(now)


@periodic(every=timedelta(minutes=10), offset=timedelta(minutes=4))
def send_letters(now: datetime) -> None:
    letters.send_due(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=5, minutes=20))
def forget_old_letters(now: datetime) -> None:
    letters.forget_old(now)
