"""Periodic jobs: holds that expire, free times, connected calendars, and how much time was offered."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import BoundedSemaphore

from celery import shared_task

from core.jobs import periodic
from scheduling import claims, free_times
from scheduling.calendly import runs as calendly_runs
from scheduling.models import Schedule
from scheduling.outside import services as outside

CALENDARS = "calendars"  # the queue of `read_due_calendars`
READERS = 4  # calendars that a process reads at the same time
_readers = BoundedSemaphore(READERS)


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


@shared_task
def read_due_calendars() -> int:
    """Reads connected calendars until none is due; returns at once if enough threads of this process are doing so."""
    if not _readers.acquire(blocking=False):
        return 0
    try:
        return outside.sync_due()
    finally:
        _readers.release()


@periodic(every=timedelta(minutes=1))
def read_calendars(now: datetime) -> None:
    """Starts reading the connected calendars that are due, several at once, because some servers answer slowly.

    That may take longer than a periodic job may, so the job only queues it, for the worker that waits for other servers.
    """
    count = min(outside.count_due(now), READERS)
    for _ in range(count):
        read_due_calendars.apply_async(queue=CALENDARS, expires=60)


@shared_task
def run_due_calendly_syncs() -> int:
    """Works on runs of Calendly until none is due; returns at once if enough threads of this process are doing so."""
    if not _readers.acquire(blocking=False):
        return 0
    try:
        return calendly_runs.work_on_due()
    finally:
        _readers.release()


@periodic(every=timedelta(minutes=1))
def sync_event_types(now: datetime) -> None:
    """Queues a run for each Calendly account every quarter of an hour, and starts those that are due."""
    calendly_runs.queue_due(now)
    for _ in range(min(calendly_runs.count_due(now), READERS)):
        run_due_calendly_syncs.apply_async(queue=CALENDARS, expires=60)


@periodic(every=timedelta(days=1), offset=timedelta(hours=4, minutes=30))
def forget_calendly_syncs(now: datetime) -> None:
    calendly_runs.forget_old(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=4))
def forget_released_busy_time(now: datetime) -> None:
    outside.forget_released(now)
