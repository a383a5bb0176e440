"""Each periodic job runs once per period, however many beats there are and whoever dies."""

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
    """A registered job, and when it ran."""
    done: list[datetime] = []
    jobs._jobs["counted"] = Job("counted", HOUR, timedelta(0), done.append)
    yield done
    del jobs._jobs["counted"]


@pytest.mark.django_db
def test_a_second_beat_finds_the_work_done(work_done: list[datetime]) -> None:
    assert jobs.run("counted") is True
    assert jobs.run("counted") is False
    assert len(work_done) == 1


@pytest.mark.django_db
def test_the_next_period_is_due_again(work_done: list[datetime]) -> None:
    jobs.run("counted")
    run = JobRun.objects.get(job="counted")
    run.period_at -= HOUR
    run.save()

    assert jobs.run("counted") is True


@pytest.mark.django_db
def test_a_job_whose_worker_died_is_taken_over_after_its_lease(work_done: list[datetime]) -> None:
    jobs.run("counted")
    JobRun.objects.update(finished_at=None)
    assert jobs.run("counted") is False, "somebody may still be at it"

    JobRun.objects.update(claimed_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert jobs.run("counted") is True
    assert JobRun.objects.get(job="counted").attempts == 2


@pytest.mark.django_db
def test_a_job_that_always_fails_is_given_up(work_done: list[datetime]) -> None:
    jobs.run("counted")
    JobRun.objects.update(finished_at=None, claimed_until=datetime(2020, 1, 1, tzinfo=UTC), attempts=5)

    assert jobs.run("counted") is False


def test_ten_beats_at_once_do_it_once(committed: None, work_done: list[datetime]) -> None:
    def beat(_: int) -> bool:
        try:
            return jobs.run("counted")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as beats:
        assert sum(beats.map(beat, range(10))) == 1
    assert len(work_done) == 1


@given(
    now=st.datetimes(min_value=datetime(2021, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    minutes=st.integers(1, 2000),
    offset=st.integers(0, 3000),
)
def test_a_period_begins_at_most_its_length_ago(now: datetime, minutes: int, offset: int) -> None:
    every = timedelta(minutes=minutes)
    job = Job("any", every, timedelta(minutes=offset), lambda _: None)
    start = job.period_at(now)

    assert start <= now < start + every
    assert job.period_at(start) == start
