"""The registry of periodic jobs. A job runs once in each of its periods, however many beats are running."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core import clock
from core.services import claim_period, finish_period

LEASE = timedelta(minutes=5)  # longer than a task may take
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    offset: timedelta
    work: Callable[[datetime], None]

    def period_at(self, now: datetime) -> datetime:
        """Returns the start of the period that `now` is in."""
        return now - (now - EPOCH - self.offset) % self.every


_jobs: dict[str, Job] = {}


def periodic(
    *, every: timedelta, offset: timedelta = timedelta(0)
) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Registers a function of `now` to run once per period, the first time at `offset` past midnight UTC."""

    def register(work: Callable[[datetime], None]) -> Callable[[datetime], None]:
        name = f"{work.__module__}.{work.__name__}"
        _jobs[name] = Job(name, every, offset, work)
        return work

    return register


def all_jobs() -> list[Job]:
    return list(_jobs.values())


def run(name: str) -> bool:
    """Runs the job for the present period; returns False if that was done already or another worker is doing it."""
    job = _jobs[name]
    now = clock.now()
    period_at = job.period_at(now)
    if not claim_period(job=name, period_at=period_at, lease=LEASE):
        return False
    job.work(now)
    finish_period(job=name, period_at=period_at)
    return True
