"""Periodic jobs: holds that expire, free times, connected calendars, and how much time was offered."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from scheduling import claims, free_times
from scheduling.models import Schedule
from scheduling.outside import services as outside


@periodic(every=timedelta(minutes=5))
def release_expired_holds(now: datetime) -> None:
    claims.release_expired(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=2))
def refresh_free_times(now: datetime) -> None:
    builders = Schedule.objects.filter(is_default=True).values_list("builder_id", flat=True)
    for batch in free_times.in_batches(builders.iterator()):
        free_times.refresh(batch)


@periodic(every=timedelta(hours=1), offset=timedelta(minutes=5))
def keep_offered_days(now: datetime) -> None:
    free_times.keep_offered_days(now)


@periodic(every=timedelta(minutes=1))
def read_calendars(now: datetime) -> None:
    """Reads the connected calendars that are due, each every ten minutes."""
    outside.sync_due(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=4))
def forget_released_busy_time(now: datetime) -> None:
    outside.forget_released(now)
