"""Locks a builder's time for one transaction, with limits on waiting, and turns database errors into refusals.

Of the threads of a process that want the same builder, at most `settings.DATABASE_POOL_SHARE` wait in PostgreSQL, each
with a connection. The others wait in the process, without a connection, so that the rest of the pool stays free for
everybody else.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from core.errors import Refused
from core.outages import state_of
from scheduling.refusals import TimeRefusal

WAIT_SECONDS = 3  # for a place in the queue, and then for the lock
DEADLOCK, LOCK_TIMEOUT, OVERLAP = "40P01", "55P03", "23P01"
BUSY_STATES = (DEADLOCK, LOCK_TIMEOUT)  # also of later statements of a transaction, which has the limit until it ends

Answer = TypeVar("Answer")


class _ThreadState(threading.local):
    """The places in queues and the locks that this thread has; for a lock the moment at which it was taken."""

    def __init__(self) -> None:
        self.places: set[UUID] = set()
        self.locked_at: dict[UUID, datetime] = {}


_thread = _ThreadState()
_queue = threading.Condition()  # notified when a place becomes free
_places: Counter[UUID] = Counter()  # by builder, those of all threads


def with_time_of(builder: UUID, work: Callable[[datetime], Answer]) -> Answer:
    """Runs `work(now)` with the builder's time locked, again after a deadlock. Other lock errors become refusals.

    `work` may call this again for the same builder: the inner work has the same `now`, and a savepoint of its own.
    """
    if builder in _thread.locked_at:
        with transaction.atomic():
            return work(_thread.locked_at[builder])
    with place_in_queue(builder):
        try:
            return _run_locked(builder, work)
        except DatabaseError as error:
            if state_of(error) != DEADLOCK or connection.in_atomic_block:
                raise _refusal(error) from error
        try:
            return _run_locked(builder, work)
        except DatabaseError as error:
            raise _refusal(error) from error


def with_times_of(builders: Iterable[UUID], work: Callable[[datetime], Answer]) -> Answer:
    """Runs `work(now)` with the times of several builders locked, always in the order of their ids, so that two who want
    the same builders never wait for one another."""
    ordered = sorted(set(builders))

    def lock_from(number: int, now: datetime) -> Answer:
        if number == len(ordered):
            return work(now)
        return with_time_of(ordered[number], lambda at: lock_from(number + 1, at))

    with ExitStack() as places:
        for builder in ordered:
            places.enter_context(place_in_queue(builder))
        return with_time_of(ordered[0], lambda at: lock_from(1, at))


@contextmanager
def place_in_queue(builder: UUID) -> Iterator[None]:
    """Limits how many threads of this process wait for the builder's lock with a connection. The others wait before it.

    `with_time_of` does this itself. What calls that in a transaction does this before the transaction begins, because
    a transaction needs its connection: a thread in one does not wait here.
    """
    if builder in _thread.places:
        yield
        return
    _take_place(builder)
    _thread.places.add(builder)
    try:
        yield
    finally:
        _thread.places.remove(builder)
        _free_place(builder)


def lock_key(builder: UUID) -> int:
    """Returns the key of the builder's advisory lock, a signed number of 64 bits."""
    return int.from_bytes(hashlib.sha256(b"time:" + builder.bytes).digest()[:8], "big", signed=True)


def _take_place(builder: UUID) -> None:
    with _queue:
        if not connection.in_atomic_block and not _has_place(builder):
            connection.close()  # gives it back to the pool; the next query takes another
            if not _queue.wait_for(lambda: _has_place(builder), WAIT_SECONDS):
                raise Refused(TimeRefusal.BUSY, retry_after=1)
        _places[builder] += 1


def _free_place(builder: UUID) -> None:
    with _queue:
        _places[builder] -= 1
        if not _places[builder]:
            del _places[builder]
        _queue.notify_all()


def _has_place(builder: UUID) -> bool:
    return _places[builder] < settings.DATABASE_POOL_SHARE


@transaction.atomic
def _run_locked(builder: UUID, work: Callable[[datetime], Answer]) -> Answer:
    with connection.cursor() as cursor:
        # One statement, evaluated from left to right: it sets the timeout, waits, and reads the clock afterwards. It
        # reads no rows, since it would see them as they were before the wait.
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s), clock_timestamp()",
            [f"{WAIT_SECONDS}s", lock_key(builder)],
        )
        now: datetime = cursor.fetchone()[2]
    _thread.locked_at[builder] = now
    try:
        return work(now)
    finally:
        del _thread.locked_at[builder]


def _refusal(error: DatabaseError) -> Exception:
    """Returns the refusal for a lock error or an overlap, and any other error itself."""
    code = state_of(error)
    if code == OVERLAP:
        return Refused(TimeRefusal.SLOT_TAKEN)
    if code in BUSY_STATES:
        return Refused(TimeRefusal.BUSY, retry_after=1)
    return error
