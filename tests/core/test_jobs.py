"""Tests that each periodic job runs once per period, with several beats and after a worker was killed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core import jobs
from core.jobs import Job
from core.models import JobRun

HOUR = timedelta(hours=1)


@pytest.fixture
def work_done() -> Iterator[list[datetime]]:
    """Registers a job, and yields the list of the times at which it ran."""
    done: list[datetime] = []
    jobs._jobs["counted"] = Job("counted", HOUR, timedelta(0), done.append)
    yield done
    del jobs._jobs["counted"]


@pytest.mark.django_db
def test_a_job_runs_once_in_a_period(work_done: list[datetime]) -> None:
    assert jobs.run("counted") is True
    assert jobs.run("counted") is False
    assert len(work_done) == 1


@pytest.mark.django_db
def test_a_job_runs_again_in_the_next_period(work_done: list[datetime]) -> None:
    jobs.run("counted")
    run = JobRun.objects.get(job="counted")
    run.period_at -= HOUR
    run.save()

    assert jobs.run("counted") is True


@pytest.mark.django_db
def test_a_job_whose_worker_was_killed_runs_again_after_its_lease(work_done: list[datetime]) -> None:
    jobs.run("counted")
    JobRun.objects.update(finished_at=None)
    assert jobs.run("counted") is False, "its worker may still be running"

    JobRun.objects.update(claimed_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert jobs.run("counted") is True
    assert JobRun.objects.get(job="counted").attempts == 2


@pytest.mark.django_db
def test_a_job_is_given_up_after_five_attempts(work_done: list[datetime]) -> None:
    jobs.run("counted")
    JobRun.objects.update(finished_at=None, claimed_until=datetime(2020, 1, 1, tzinfo=UTC), attempts=5)

    assert jobs.run("counted") is False


def test_a_job_started_by_ten_workers_at_once_runs_once(committed: None, work_done: list[datetime]) -> None:
    def beat(_: int) -> bool:
        try:
            return jobs.run("counted")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as beats:
        assert sum(beats.map(beat, range(10))) == 1
    assert len(work_done) == 1


@given(
    now=st.integers(1_609_459_200, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    minutes=st.integers(1, 2000),
    offset=st.integers(0, 3000),
)
def test_now_is_within_the_present_period(now: datetime, minutes: int, offset: int) -> None:
    every = timedelta(minutes=minutes)
    job = Job("any", every, timedelta(minutes=offset), lambda _: None)
    start = job.period_at(now)

    assert start <= now < start + every
    assert job.period_at(start) == start
