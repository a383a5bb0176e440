"""Locks a builder's time for one transaction, with limits on waiting, and turns database errors into refusals."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from core.errors import Refused
from scheduling.refusals import TimeRefusal

MOST_WAITING = 4  # in one process for one builder's lock, so that they cannot use up the connection pool
DEADLOCK, LOCK_TIMEOUT, OVERLAP = "40P01", "55P03", "23P01"

Answer = TypeVar("Answer")
_waiting: Counter[UUID] = Counter()
_guard = threading.Lock()


def with_time_of(builder: UUID, work: Callable[[datetime], Answer]) -> Answer:
    """Runs `work(now)` with the builder's time locked, again after a deadlock. Other lock errors become refusals."""
    with _limit_waiting(builder):
        try:
            return _run_locked(builder, work)
        except DatabaseError as error:
            if _sqlstate(error) != DEADLOCK or connection.in_atomic_block:
                raise _refusal(error) from error
        try:
            return _run_locked(builder, work)
        except DatabaseError as error:
            raise _refusal(error) from error


def lock_key(builder: UUID) -> int:
    """Returns the key of the builder's advisory lock, a signed number of 64 bits."""
    return int.from_bytes(hashlib.sha256(b"time:" + builder.bytes).digest()[:8], "big", signed=True)


@transaction.atomic
def _run_locked(builder: UUID, work: Callable[[datetime], Answer]) -> Answer:
    with connection.cursor() as cursor:
        # One statement, evaluated from left to right: it sets the timeout, waits, and reads the clock afterwards. It
        # reads no rows, since it would see them as they were before the wait.
        cursor.execute(
            "SELECT set_config('lock_timeout', '3s', true), pg_advisory_xact_lock(%s), clock_timestamp()",
            [lock_key(builder)],
        )
        now: datetime = cursor.fetchone()[2]
    return work(now)


def _refusal(error: DatabaseError) -> Exception:
    """Returns the refusal for a lock error or an overlap, and any other error itself."""
    code = _sqlstate(error)
    if code == OVERLAP:
        return Refused(TimeRefusal.SLOT_TAKEN)
    if code in (LOCK_TIMEOUT, DEADLOCK):
        return Refused(TimeRefusal.BUSY, retry_after=1)
    return error


def _sqlstate(error: DatabaseError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


@contextmanager
def _limit_waiting(builder: UUID) -> Iterator[None]:
    """Refuses at once when too many threads of this process already wait for this builder."""
    with _guard:
        if _waiting[builder] > MOST_WAITING:
            raise Refused(TimeRefusal.BUSY, retry_after=1)
        _waiting[builder] += 1
    try:
        yield
    finally:
        with _guard:
            _waiting[builder] -= 1
            if not _waiting[builder]:
                del _waiting[builder]
