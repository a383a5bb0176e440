"""Two transactions that change the busy time of one builder at once: what both have added is stored merged."""

from __future__ import annotations

from datetime import datetime
from threading import Event

from django.db import connection, transaction

from accounts.models import User
from core import clock
from scheduling.integrity import wrongly_merged
from scheduling.models import MergedBusyTime, Reservation
from tests.at_once import at_once
from tests.cast import make_builder_person
from tests.scheduling.cast import soon


def be_busy(ada: User, start: datetime, end: datetime) -> None:
    Reservation.objects.create(builder=ada, kind="EXTERNAL", during=(start, end))


def is_waited_for() -> bool:
    """Whether another transaction waits for an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_two_calendars_that_are_read_at_once_are_both_stored(committed: None) -> None:
    """The second waits for the first, and does not overwrite what that has added."""
    ada, has_written = make_builder_person("Ada Moreno"), Event()

    def read_first() -> None:
        with transaction.atomic():
            be_busy(ada, soon(9), soon(10))
            has_written.set()
            for _ in range(2_000):
                if is_waited_for():
                    break

    def read_second() -> None:
        assert has_written.wait(20)
        be_busy(ada, soon(14), soon(15))

    assert at_once(read_first, read_second) == ["done", "done"]
    merged = MergedBusyTime.objects.get(builder=ada, minutes=60).times
    assert [part.lower for part in merged] == [soon(9), soon(14)]
    assert list(wrongly_merged(clock.now())) == []
