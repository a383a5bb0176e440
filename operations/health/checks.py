"""The health checks of processes, queues and storage. Those of what Waymark uses outside are in `outside`."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import connection

from core import outbox
from core.models import Heartbeat
from core.pending_migrations import pending_migrations
from core.redis_outage import CLIENT_OPTIONS
from operations.health.registry import HealthFinding, HealthLine, Verdict, register_health, register_health_lines
from operations.version import version
from scheduling.tasks import CALENDARS

SILENCE = timedelta(seconds=45)
LATE, MUCH_TOO_LATE = timedelta(minutes=2), timedelta(minutes=15)
MANY_TASKS, TOO_MANY_TASKS = 500, 5_000
DISK_LOOK, DISK_BAD = 15, 5  # per cent that are free
SLOW_REDIS = 0.25
OLDEST_POSTGRES, OLDEST_REDIS = 15, 6
CLOCK_LOOK, CLOCK_BAD = 3, 30  # seconds
DEFAULT_QUEUE = "default"
PROCESSES = {
    "worker": ("Worker", "the worker", "celery -A config.celery worker"),
    "outbox": ("Outbox worker", "the worker of the outbox", "celery -A config.celery worker --hostname outbox@%h"),
    "beat": ("Beat", "beat", "python -m config.beat"),
}


def in_words(span: timedelta) -> str:
    """Returns a length of time such as `3 min` or `2 days`."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 90 * 60:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 48 * 3600 else f"{seconds // 86_400} days"


def web(now: datetime) -> HealthFinding:
    """Says that this process answers; whether the site is reachable from outside is for Prometheus to ask."""
    return HealthFinding(Verdict.GOOD, f"Waymark {version()} answers.")


def processes(now: datetime) -> Sequence[HealthLine]:
    """Returns a line for the worker, the outbox's worker and beat, by their last sign of life. One query."""
    seen = dict(Heartbeat.objects.values_list("name", "seen_at"))
    return [HealthLine(name, label, _process(name, seen.get(name), now)) for name, (label, *_) in PROCESSES.items()]


def _process(name: str, seen_at: datetime | None, now: datetime) -> HealthFinding:
    _, process, command = PROCESSES[name]
    advice = f"Start {process}: {command}. Its log says why it stopped."
    if seen_at is None:
        return HealthFinding(Verdict.BAD, "It has never run.", advice)
    age = now - seen_at
    if age > SILENCE:
        return HealthFinding(Verdict.BAD, f"It was last heard of {in_words(age)} ago.", advice)
    return HealthFinding(Verdict.GOOD, f"It was heard of {in_words(age)} ago.")


def outbox_queues(now: datetime) -> Sequence[HealthLine]:
    """Returns a line for each channel of the outbox with something due, or one line for all of them, also while the outbox is
    paused. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT channel, min(due_at), count(*) FROM core_outboxmessage
            WHERE state = 'waiting' AND due_at <= %s GROUP BY channel
            UNION ALL SELECT NULL, since, 0 FROM core_outboxpause ORDER BY 2
            """,
            [now],
        )
        rows = cursor.fetchall()
    due = [row for row in rows if row[0] is not None]
    if paused_since := next((since for channel, since, _ in rows if channel is None), None):
        paused = _paused(now - paused_since, sum(row[2] for row in due))
        return [HealthLine("outbox queues", "Queues of the outbox", paused)]
    late = [row for row in due if now - row[1] > LATE]
    if not late:
        count = sum(row[2] for row in due)
        sentence = f"Nothing is late in {len(outbox.channels())} queues; {count} due now."
        return [HealthLine("outbox queues", "Queues of the outbox", HealthFinding(Verdict.GOOD, sentence))]
    return [HealthLine(f"queue {name}", f"Queue {name}", _late(now - oldest, count)) for name, oldest, count in late]


def _paused(age: timedelta, count: int) -> HealthFinding:
    sentence = f"Nothing is sent since the site was restored {in_words(age)} ago; {count} due now."
    advice = "Send it with manage.py release_outbox, or drop what was waiting then with release_outbox --drop."
    return HealthFinding(Verdict.BAD, sentence, advice)


def _late(age: timedelta, count: int) -> HealthFinding:
    verdict = Verdict.BAD if age > MUCH_TOO_LATE else Verdict.LOOK
    advice = "See whether the outbox worker runs, and what the last error of the oldest message says."
    return HealthFinding(verdict, f"The oldest of {count} has waited for {in_words(age)}.", advice)


def redis_and_tasks(now: datetime) -> Sequence[HealthLine]:
    """Returns a line for Redis, and one for each queue of tasks in it. No query."""
    client = redis.Redis(connection_pool=redis.ConnectionPool.from_url(settings.REDIS_URL, **CLIENT_OPTIONS))
    try:
        began = time.perf_counter()
        client.ping()
        took = time.perf_counter() - began
        about = client.info()
        lengths = [(name, int(str(client.llen(f"celery:{name}")))) for name in (DEFAULT_QUEUE, CALENDARS)]
    except (redis.RedisError, OSError) as error:
        advice = "Pages work, but tasks, live pages and limits wait. Start Redis, or correct REDIS_URL."
        down = HealthFinding(Verdict.BAD, f"It does not answer ({type(error).__name__}).", advice)
        return [HealthLine("redis", "Redis", down)]
    finally:
        client.close()
    return [
        HealthLine("redis", "Redis", _redis(took, about)),
        *(HealthLine(f"tasks {name}", f"Tasks, queue {name}", _tasks(count)) for name, count in lengths),
    ]


def _redis(took: float, about: Any) -> HealthFinding:
    """Returns the finding on its version and settings, from its own answer about itself, and on how quickly it answers."""
    number = str(about.get("valkey_version") or about.get("redis_version", "0"))
    if int(number.partition(".")[0]) < OLDEST_REDIS:
        return HealthFinding(Verdict.BAD, f"Redis {number} is too old.", f"Install {OLDEST_REDIS} or newer, or Valkey.")
    if about.get("maxmemory_policy", "noeviction") != "noeviction":
        advice = "Set maxmemory-policy to noeviction: otherwise tasks are thrown away when its memory is full."
        return HealthFinding(Verdict.BAD, f"It may evict what is in it ({about['maxmemory_policy']}).", advice)
    if took > SLOW_REDIS:
        return HealthFinding(
            Verdict.LOOK, f"It takes {took * 1000:.0f} ms to answer.", "See whether its machine is busy."
        )
    if not about.get("aof_enabled", 1):
        advice = "Set appendonly to yes, so that waiting tasks outlive a restart. Nothing that must not be lost is only there."
        return HealthFinding(Verdict.LOOK, "It does not keep its tasks on the disk.", advice)
    return HealthFinding(Verdict.GOOD, f"Version {number} answers in {took * 1000:.0f} ms.")


def _tasks(count: int) -> HealthFinding:
    if count < MANY_TASKS:
        return HealthFinding(Verdict.GOOD, f"{count} waiting.")
    verdict = Verdict.BAD if count >= TOO_MANY_TASKS else Verdict.LOOK
    return HealthFinding(verdict, f"{count} waiting.", "See whether the worker runs; start more of them if it is busy.")


def postgres(now: datetime) -> Sequence[HealthLine]:
    """Returns a line for PostgreSQL's version, connections and settings, and one for how its clock agrees with ours. One
    query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000,
                current_setting('max_connections')::int, current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',
                (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                extract(epoch FROM clock_timestamp())::float
            """
        )
        number, major, most, is_durable, used, its_time = cursor.fetchone()
    sentence = f"PostgreSQL {str(number).split()[0]} answers; {used} of {most} connections are taken."
    finding = _connections(sentence, used, most)
    if major < OLDEST_POSTGRES:
        advice = f"Move the data to PostgreSQL {OLDEST_POSTGRES} or newer, with pg_dump and pg_restore."
        finding = HealthFinding(Verdict.BAD, f"PostgreSQL {major} is too old for Waymark.", advice)
    elif not is_durable:
        advice = "Set fsync and full_page_writes to on: otherwise a power cut can damage the database."
        finding = HealthFinding(Verdict.BAD, "PostgreSQL does not write everything to the disk.", advice)
    return [
        HealthLine("postgres", "PostgreSQL", finding),
        HealthLine("clock", "Clock", _clock(abs(its_time - time.time()))),
    ]


def _connections(sentence: str, used: int, most: int) -> HealthFinding:
    if used > most * 0.9:
        return HealthFinding(
            Verdict.BAD, sentence, "Raise max_connections, or lower DATABASE_POOL_MAX or the processes."
        )
    if used > most * 0.7:
        return HealthFinding(Verdict.LOOK, sentence, "Raise max_connections before there are none left.")
    return HealthFinding(Verdict.GOOD, sentence)


def _clock(difference: float) -> HealthFinding:
    if difference < CLOCK_LOOK:
        return HealthFinding(Verdict.GOOD, "It agrees with PostgreSQL's.")
    advice = "Let both machines take the time from the network (systemd-timesyncd or chrony)."
    verdict = Verdict.BAD if difference > CLOCK_BAD else Verdict.LOOK
    return HealthFinding(verdict, f"It differs from PostgreSQL's by {difference:.0f} s.", advice)


def free_share(folder: Path) -> float:
    """Returns how many per cent of the disk with this folder, or with the nearest one above it, are free."""
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return usage.free * 100 / usage.total


def disk(now: datetime) -> HealthFinding:
    """Says how much of the disk with the files is free. No query."""
    free = free_share(Path(settings.MEDIA_ROOT))
    sentence = f"{free:.0f}% of the disk with the files is free."
    advice = "Delete old logs and backups, or give the machine a larger disk."
    if free < DISK_BAD:
        return HealthFinding(Verdict.BAD, sentence, advice)
    return HealthFinding(Verdict.LOOK, sentence, advice) if free < DISK_LOOK else HealthFinding(Verdict.GOOD, sentence)


def migrations(now: datetime) -> HealthFinding:
    """Says whether the tables fit the code. No query once they do."""
    pending = pending_migrations()
    if not pending:
        return HealthFinding(Verdict.GOOD, "All of them are applied.")
    sentence = f"{len(pending)} to run, the first {pending[0]}."
    return HealthFinding(Verdict.BAD, sentence, "Run manage.py migrate, then start all processes again.")


def register() -> None:
    register_health("web", "Web", web)
    register_health_lines("processes", "Processes", processes)
    register_health_lines("queues", "Queues of the outbox", outbox_queues)
    register_health_lines("redis", "Redis", redis_and_tasks)
    register_health_lines("postgres", "PostgreSQL", postgres)
    register_health("migrations", "Migrations", migrations)
    register_health("disk", "Disk", disk)
