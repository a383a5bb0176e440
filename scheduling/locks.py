"""A builder's time, locked for one transaction: who waits, for how long, and what the database's errors mean."""

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

from core.errors import Refusal, Refused

MOST_WAITING = 4  # for one builder's lock in one process, so that they cannot use up the pool
DEADLOCK, LOCK_TIMEOUT, OVERLAP = "40P01", "55P03", "23P01"

Answer = TypeVar("Answer")
_waiting: Counter[UUID] = Counter()
_guard = threading.Lock()


def with_time_of(builder: UUID, work: Callable[[datetime], Answer]) -> Answer:
    """Does `work(now)` with the builder's time locked; what the database says becomes a refusal, or one more try."""
    with _room(builder):
        try:
            return _try(builder, work)
        except DatabaseError as error:
            if _code(error) != DEADLOCK or connection.in_atomic_block:
                raise _refusal(error) from error
        try:
            return _try(builder, work)
        except DatabaseError as error:
            raise _refusal(error) from error


def lock_key(builder: UUID) -> int:
    """A number of 64 bits, as advisory locks have them."""
    return int.from_bytes(hashlib.sha256(b"time:" + builder.bytes).digest()[:8], "big", signed=True)


@transaction.atomic
def _try(builder: UUID, work: Callable[[datetime], Answer]) -> Answer:
    with connection.cursor() as cursor:
        # One statement, from left to right: how long to wait, the wait, the clock after it. It reads no rows, since it
        # would see them as they were before the wait.
        cursor.execute(
            "SELECT set_config('lock_timeout', '3s', true), pg_advisory_xact_lock(%s), clock_timestamp()",
            [lock_key(builder)],
        )
        now: datetime = cursor.fetchone()[2]
    return work(now)


def _refusal(error: DatabaseError) -> Exception:
    code = _code(error)
    if code == OVERLAP:
        return Refused(Refusal.SLOT_TAKEN)
    if code in (LOCK_TIMEOUT, DEADLOCK):
        return Refused(Refusal.BUSY, retry_after=1)
    return error


def _code(error: DatabaseError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


@contextmanager
def _room(builder: UUID) -> Iterator[None]:
    """At most so many of this process wait for one builder; the next hears it at once."""
    with _guard:
        if _waiting[builder] > MOST_WAITING:
            raise Refused(Refusal.BUSY, retry_after=1)
        _waiting[builder] += 1
    try:
        yield
    finally:
        with _guard:
            _waiting[builder] -= 1
            if not _waiting[builder]:
                del _waiting[builder]
