"""Helpers for tests that look at who waits for the lock on a builder's time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from scheduling.locks import lock_key


@contextmanager
def locked(builder: UUID) -> Iterator[None]:
    """Keeps the builder's lock, as another process would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key(builder)])
        yield


def wait_until(condition: Callable[[], bool]) -> None:
    deadline, pause = time.monotonic() + 30, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        pause.wait(0.01)  # so that the threads that are waited for get the time


def waiting_in_database() -> int:
    """Returns how many connections wait for an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
            WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database()
            """
        )
        return int(cursor.fetchone()[0])


def is_lock_awaited() -> bool:
    """Whether a connection to this database waits for a lock on a row. Within a transaction, pg_stat_activity would go on
    saying what it said at first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_locks awaited JOIN pg_locks other USING (pid) JOIN pg_database d ON d.oid = other.database
                WHERE NOT awaited.granted AND d.datname = current_database()
            )
            """
        )
        return bool(cursor.fetchone()[0])


def connections_in_use() -> int:
    """Returns how many connections the threads of this process have taken from the pool."""
    database: Any = connection
    statistics = database.pool.get_stats()
    return int(statistics["pool_size"] - statistics["pool_available"])
