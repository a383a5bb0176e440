"""Tests that each due calendar is read once, with several workers at work and when one of them is killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from connections.models import Connection
from core import clock, outbox
from core.jobs import run
from scheduling import tasks
from scheduling.models import Reservation
from scheduling.outside import services
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person
from tests.outside import OutsideServer, outside_server
from tests.scheduling.calendars import calendar, hour

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def connect(builder: User, server: OutsideServer, count: int) -> None:
    """Connects calendars that are due, each with busy time at ten that has moved to eleven since."""
    for number in range(count):
        services.connect(
            builder=builder, name=f"Calendar {number}", address=server.answer(f"/{number}.ics", calendar(hour(10))),
            counts_all_day=False, when_unread="closed", patience=120,
        )  # fmt: skip
        server.answer(f"/{number}.ics", calendar(hour(11)))
    server.requests.clear()
    Connection.objects.update(next_read_at=clock.now())


def requests(server: OutsideServer) -> Counter[str]:
    return Counter(path for path, _ in server.requests)


def busy(builder: User) -> list[tuple[str, Any, Any]]:
    rows = Reservation.objects.filter(builder=builder, released_at__isnull=True).order_by("note", "during")
    return [(row.note, row.during.lower, row.during.upper) for row in rows]


def in_step(server: OutsideServer, path: str, barrier: Barrier) -> None:
    """Makes the server wait at that path until another request waits too, for half a second at most."""
    answer = server.answers[path]

    def wait(request: BaseHTTPRequestHandler) -> None:
        with suppress(BrokenBarrierError):  # nobody else came
            barrier.wait(timeout=0.5)
        answer(request)

    server.answers[path] = wait


@pytest.mark.slow
def test_two_workers_at_once_never_read_the_same_calendar(committed: None, server: OutsideServer) -> None:
    ada = make_builder_person("Ada Moreno")
    connect(ada, server, 4)
    barrier = Barrier(2)
    for number in range(4):
        in_step(server, f"/{number}.ics", barrier)

    outcomes = at_once(services.sync_due, services.sync_due)

    assert outcomes == [DONE, DONE]
    assert requests(server) == {f"/{number}.ics": 1 for number in range(4)}
    assert [start for _, start, _ in busy(ada)] == [hour(11)[1]] * 4


@pytest.mark.slow
def test_what_a_killed_worker_had_claimed_is_read_ten_minutes_later(committed: None, server: OutsideServer) -> None:
    ada = make_builder_person("Ada Moreno")
    connect(ada, server, 2)
    claimed = services.claim_due()  # and killed before it wrote anything
    assert claimed

    assert services.sync_due() == 1
    claimed.refresh_from_db()
    assert timedelta(0) < claimed.next_read_at - clock.now() <= TEN_MINUTES
    assert {start for note, start, _ in busy(ada) if note == claimed.name} == {hour(10)[1]}

    Connection.objects.filter(pk=claimed.pk).update(next_read_at=claimed.next_read_at - TEN_MINUTES)
    assert services.sync_due() == 1

    assert [(note, start) for note, start, _ in busy(ada)] == [
        ("Calendar 0", hour(11)[1]),
        ("Calendar 1", hour(11)[1]),
    ]
    assert services.sync_due() == 0
    assert requests(server) == {"/0.ics": 1, "/1.ics": 1}


@pytest.mark.slow
def test_a_worker_killed_while_it_writes_leaves_what_was_there(committed: None, server: OutsideServer) -> None:
    ada = make_builder_person("Ada Moreno")
    connect(ada, server, 1)
    before = busy(ada)

    outcomes = at_once(killed_at_the_end_of_its_transaction)

    assert outcomes == ["Killed()"]
    assert busy(ada) == before
    Connection.objects.update(next_read_at=clock.now())
    assert services.sync_due() == 1
    assert [start for _, start, _ in busy(ada)] == [hour(11)[1]]


class Killed(Exception):
    pass


def killed_at_the_end_of_its_transaction() -> None:
    with transaction.atomic():
        assert services.sync_due() == 1
        raise Killed


@pytest.mark.django_db
def test_the_job_reads_due_calendars_and_no_others(ada: User, server: OutsideServer) -> None:
    connect(ada, server, 3)
    Connection.objects.filter(name="Calendar 2").update(next_read_at=clock.now() + timedelta(minutes=5))

    assert run("scheduling.tasks.read_calendars")

    assert requests(server) == {"/0.ics": 1, "/1.ics": 1}


@pytest.mark.django_db
def test_a_process_reads_four_calendars_at_the_same_time_at_most(ada: User, server: OutsideServer) -> None:
    connect(ada, server, 1)
    for _ in range(tasks.READERS):
        assert tasks._readers.acquire(blocking=False)
    try:
        assert tasks.read_due_calendars() == 0
        assert requests(server) == {}
    finally:
        for _ in range(tasks.READERS):
            tasks._readers.release()
    assert tasks.read_due_calendars() == 1


@pytest.mark.django_db
def test_a_worker_that_shuts_down_claims_no_other_calendar(ada: User, server: OutsideServer) -> None:
    connect(ada, server, 1)
    outbox.is_stopping.set()
    try:
        assert services.sync_due() == 0
    finally:
        outbox.is_stopping.clear()
    assert services.sync_due() == 1
