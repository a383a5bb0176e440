"""What operations can do: keep hearts beating, and claim a periodic job's period."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

_last_beat: dict[str, float] = {}
BEAT_SECONDS = 10.0


def record_heartbeat(*, name: str) -> None:
    """Notes that this kind of process lives; cheap to call often, harmless without a database."""
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
        pass  # PostgreSQL is out: /readyz says so by itself
    finally:
        connection.close()


def claim_period(*, job: str, period_at: datetime, lease: timedelta) -> bool:
    """True for exactly one caller per job and period, and again for one if that one died."""
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
    """Marks the period as done, so that no one claims it again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_jobrun SET finished_at = clock_timestamp() WHERE job = %s AND period_at = %s", [job, period_at]
        )
