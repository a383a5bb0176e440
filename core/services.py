"""Heartbeats of processes, and claims on the periods of jobs."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

_last_beat: dict[str, float] = {}
BEAT_SECONDS = 10.0


def record_heartbeat(*, name: str) -> None:
    """Saves that this kind of process is running, at most every ten seconds. Does nothing while the database is down."""
    if time.monotonic() - _last_beat.get(name, -BEAT_SECONDS) < BEAT_SECONDS:
        return
    _last_beat[name] = time.monotonic()
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO core_heartbeat (name, seen_at) VALUES (%s, clock_timestamp())
                ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
                """,
                [name],
            )
    except DatabaseError:
        pass  # PostgreSQL is down, which /readyz reports anyway
    finally:
        connection.close()


def claim_period(*, job: str, period_at: datetime, lease: timedelta) -> bool:
    """Returns True for one caller per job and period, and for another once the lease ends without the job finished.

    After five attempts nobody gets the period any more.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_jobrun AS run (job, period_at, claimed_until, attempts)
            VALUES (%(job)s, %(period_at)s, clock_timestamp() + make_interval(secs => %(lease)s), 1)
            ON CONFLICT (job, period_at) DO UPDATE
                SET claimed_until = excluded.claimed_until, attempts = run.attempts + 1
                WHERE run.finished_at IS NULL AND run.claimed_until < clock_timestamp() AND run.attempts < 5
            RETURNING 1
            """,
            {"job": job, "period_at": period_at, "lease": lease.total_seconds()},
        )
        return cursor.fetchone() is not None


def finish_period(*, job: str, period_at: datetime) -> None:
    """Marks the period as done, so that nobody claims it again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_jobrun SET finished_at = clock_timestamp() WHERE job = %s AND period_at = %s", [job, period_at]
        )
