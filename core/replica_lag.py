"""How far the replicas are behind, measured at most once a second in each process.

The position in the primary's log is noted with the time. A replica that has replayed the log up to there has everything that
was committed until then. The time of the last transaction that a replica replayed says the same while there are writes.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections

from core.outages import is_outage
from core.replica_connections import ReplicaConnection

MEASURED_EVERY = 1.0  # seconds
PAUSE = 5.0  # seconds for which a replica that failed is left alone
POSITION = "SELECT (pg_current_wal_lsn() - '0/0')::bigint"
REPLAYED = """
SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0')::bigint,
    extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float
"""


@dataclass
class _State:
    """What this process knows of one replica. `lag` is None while it is not known, or while it is no replica any more."""

    lag: float | None = None
    measured_at: float = float("-inf")
    failed_at: float = float("-inf")
    is_failing: bool = False
    measuring: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class ReplicaState:
    """What a check finds: the lag in seconds, or why there is none."""

    lag: float | None
    problem: str = ""


_states: dict[str, _State] = {}
_positions: deque[tuple[float, int]] = deque(maxlen=2000)  # of the primary's log, with the time before it was read


def is_fresh(alias: str) -> bool:
    """Whether the replica can be read now. One thread measures again after a second; the others take what was measured."""
    state = _states.setdefault(alias, _State())
    now = time.monotonic()
    if now - state.failed_at < PAUSE:
        return False
    if now - state.measured_at > MEASURED_EVERY and state.measuring.acquire(blocking=False):
        try:
            _measure(alias, state)
        finally:
            state.measuring.release()
    age = max(0.0, time.monotonic() - state.measured_at)
    return not state.is_failing and state.lag is not None and state.lag + age <= settings.DATABASE_REPLICA_LAG


def note_failure(alias: str, error: Exception) -> None:
    """Leaves the replica alone for some seconds if it cannot be reached; other errors concern one statement only."""
    if is_outage(error):
        state = _states.setdefault(alias, _State())
        state.failed_at, state.is_failing, state.lag = time.monotonic(), True, None


def forget() -> None:
    """Forgets what this process knows of replicas."""
    _states.clear()
    _positions.clear()


def state_of(alias: str) -> ReplicaState:
    """Measures a replica for a check, with a connection of its own, so that a refused one is known at once."""
    try:
        position = _position_of_primary()
        is_replica, replayed, behind = _ask(alias)
    except psycopg.Error as error:
        return ReplicaState(None, (str(error).splitlines() or [type(error).__name__])[0][:200])
    if not is_replica:
        return ReplicaState(None, "It is not a replica any more: it takes writes of its own.")
    if replayed is not None and replayed >= position:
        return ReplicaState(0.0)
    return ReplicaState(behind) if behind is not None else ReplicaState(None, "It has not replayed anything yet.")


def _measure(alias: str, state: _State) -> None:
    """Measures the lag of a replica. The connection of a failed one is tried outside of the pool, which would wait for it."""
    try:
        if state.is_failing:
            _ask(alias)
        now = time.monotonic()
        _positions.append((now, _position_of_primary()))
        with connections[alias].cursor() as cursor:
            cursor.execute(REPLAYED)
            is_replica, replayed, behind = cursor.fetchone()
    except (DatabaseError, InterfaceError, psycopg.Error):
        state.failed_at, state.is_failing, state.lag = time.monotonic(), True, None
        return
    state.is_failing, state.measured_at = False, now
    state.lag = _lag(now, replayed, behind) if is_replica else None


def _lag(now: float, replayed: int | None, behind: float | None) -> float | None:
    """Returns the smaller of what the positions and the last transaction say, since both are upper bounds."""
    bounds = [] if behind is None else [max(0.0, behind)]
    if replayed is not None:
        bounds += [now - at for at, position in tuple(_positions) if position <= replayed]
    return min(bounds, default=None)


def _position_of_primary() -> int:
    with connection.cursor() as cursor:
        cursor.execute(POSITION)
        position: int = cursor.fetchone()[0]
    return position


def _ask(alias: str) -> tuple[bool, int | None, float | None]:
    """Asks a replica with a connection outside of the pool. Raises psycopg.Error."""
    wrapper: Any = connections[alias]
    with ReplicaConnection.connect(**wrapper.get_connection_params(), autocommit=True) as direct:
        row: Any = direct.execute(REPLAYED).fetchone()
    return row[0], row[1], row[2]
