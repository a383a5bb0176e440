"""Every night all of the marketplace is written anew: what a lost refresh left behind is mended."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from marketplace import listings


@periodic(every=timedelta(days=1), offset=timedelta(hours=3))
def recompute_builder_metrics(now: datetime) -> None:
    listings.recount()
