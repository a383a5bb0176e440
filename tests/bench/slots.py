"""The slot engine beside a naive one; loading its data; many requests for one hour; a month of slots over HTTP."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
from django.conf import settings
from django.db import connection

from core.errors import Refused
from core.ids import uuid7
from scheduling import claims, loading
from scheduling.slots import Calendar, HoursPlan, Limits, SlotRequest, Taken, by_day, free_starts
from tests.bench.timing import compare, seconds

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 20, 8, 7, tzinfo=UTC)
WEEK = (((540, 720), (780, 1020)),) * 5 + ((),) * 2
DATED = {
    date(2026, 10, 22): (), date(2026, 10, 24): ((600, 840),), date(2026, 10, 27): ((720, 1200),),
    date(2026, 11, 3): ((540, 600), (840, 960)), date(2026, 11, 6): (), date(2026, 11, 14): ((600, 720),),
}  # fmt: skip


def workload(days: int) -> tuple[Calendar, list[Taken], SlotRequest, tuple[int, int], int]:
    """Returns 30-minute sessions every 15 minutes, with 2 hours of notice, 20 minutes between them, 40 taken times and 6
    dated days."""
    chance = random.Random(7)
    now = int(NOW.timestamp())
    starts = [now // 900 * 900 + chance.randrange(days * 96) * 900 for _ in range(40)]
    taken = [Taken(start, start + 1800, buffer_after=20) for start in starts]
    plan = HoursPlan(BERLIN, WEEK, DATED, limits=Limits(0, 20, 120, 120, None))
    return Calendar(plan), taken, SlotRequest(30, 15), (now, now + days * 86_400), now


def naive(calendar: Calendar, taken: list[Taken], wanted: SlotRequest, window: tuple[int, int], now: int) -> list[int]:
    """Returns the same starts by the simplest code: every candidate against every session, in aware datetimes."""
    plan = calendar.usual
    busy = [(datetime.fromtimestamp(item.start, UTC), datetime.fromtimestamp(item.end, UTC)) for item in taken]
    begin, end = (datetime.fromtimestamp(edge, UTC) for edge in window)
    notice = datetime.fromtimestamp(now, UTC) + timedelta(minutes=plan.limits.notice or 0)
    gap, length, step = timedelta(minutes=20), timedelta(minutes=wanted.minutes), timedelta(minutes=wanted.step or 0)
    starts = []
    day = begin.astimezone(BERLIN).date()
    while day <= end.astimezone(BERLIN).date():
        for first, last in plan.hours_on(day):
            midnight = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
            start, close = ((midnight + timedelta(minutes=edge)).astimezone(UTC) for edge in (first, last))
            while start + length <= close:
                is_free = all(
                    start + length + gap <= taken_from or start >= taken_to + gap for taken_from, taken_to in busy
                )
                if begin <= start < end and start >= notice and is_free:
                    starts.append(int(start.timestamp()))
                start += step
        day += timedelta(days=1)
    return starts


def engine() -> None:
    for days in (7, 30, 90):
        work = workload(days)
        assert free_starts(*work) == naive(*work), "both return the same slots"
        count = len(free_starts(*work))

        def ours(work: Any = work) -> None:
            for _ in range(20):
                by_day(free_starts(*work), BERLIN)

        def theirs(work: Any = work) -> None:
            for _ in range(20):
                naive(*work)

        compare(
            f"slots of {days} days ({count}) grouped by day, 20 times, beside a naive engine (ungrouped)", ours, theirs
        )


def loaded() -> None:
    """The engine with its two queries, beside the engine with one prepared statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT builder_id FROM scheduling_schedule WHERE is_default LIMIT 1")
        builder = cursor.fetchone()[0]
    now = int(time.time())
    window = (now, now + 30 * 86_400)

    def load() -> tuple[Any, Any]:
        hours = loading.load_hours([builder], window)[builder]
        busy = loading.load_taken([builder], window, datetime.now(UTC))[builder]
        return hours.calendar_for(None), loading.for_engine(busy, "", None)

    calendar, taken = load()

    def with_loading() -> None:
        for _ in range(20):
            free_starts(*load(), SlotRequest(30, 15), window, now)

    parameters = {
        "builders": [builder], "start": loading.moment(window[0]), "end": loading.moment(window[1]),
        "now": datetime.now(UTC), "holder": "",
    }  # fmt: skip

    def prepared() -> None:
        with psycopg.Cursor(connection.connection) as cursor:
            for _ in range(20):
                cursor.execute(loading.TAKEN, parameters, prepare=True).fetchall()
                free_starts(calendar, taken, SlotRequest(30, 15), window, now)

    compare(
        "30 days of slots with loading (2 queries), 20 times, beside one prepared query and the engine",
        with_loading,
        prepared,
    )


def race(rounds: int = 40, size: int = 200) -> None:
    """Many requests at once for one hour, on a connection each: counts their outcomes and measures the slowest.

    A first round warms the connections up, because a server's are: a new connection first reads the catalogue.
    """
    from coaching.models import SessionType
    from tests.scheduling.cast import ask, visitor

    settings.DATABASE_POOL_SHARE = size  # all wait in PostgreSQL
    session = SessionType.objects.filter(builder__email="builder@demo.test", seats=1, default_minutes=60).first()
    assert session is not None
    outcomes: Counter[str] = Counter()
    took = []
    for number in range(rounds + 1):
        at = int(datetime.now(UTC).timestamp())
        hours = loading.load_hours([session.builder_id], (at, at + 50 * 86_400))[session.builder_id]
        busy = loading.load_taken([session.builder_id], (at, at + 50 * 86_400), datetime.now(UTC))[session.builder_id]
        taken = loading.for_engine(busy, "", session.pk)
        free = free_starts(
            hours.calendar_for(session.pk), taken, loading.wanted(session, 60), (at, at + 50 * 86_400), at
        )
        start = loading.moment(free[0])
        barrier = threading.Barrier(size + 1)

        def attempt(name: str, start: datetime = start, barrier: threading.Barrier = barrier) -> None:
            connection.ensure_connection()  # a server's connections are open already
            barrier.wait(60)
            try:
                claims.book(ask(session, start, who=visitor(name)))
                outcomes["won"] += 1
            except Refused as refused:
                outcomes[refused.refusal.code] += 1
            except Exception as error:  # noqa: BLE001  (counted and shown)
                outcomes[type(error).__name__] += 1
            finally:
                connection.close()

        threads = [threading.Thread(target=attempt, args=[f"{number}-{place}"]) for place in range(size)]

        def run(threads: list[threading.Thread] = threads, barrier: threading.Barrier = barrier) -> None:
            barrier.wait(60)
            for thread in threads:
                thread.join()

        for thread in threads:
            thread.start()
        took.append(seconds(run))
    cold, *warm = took
    print(
        f"{size} for one hour, {rounds} rounds after one on new connections ({cold:.2f} s)\n"
        f"    {dict(outcomes)}; median {sorted(warm)[rounds // 2]:.2f} s, slowest {max(warm):.2f} s"
    )


def fill(reservations: int = 50_000) -> None:
    """Creates sessions for every builder of the demo, spread over the months around today."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT t.builder_id, min(t.id::text)::uuid FROM coaching_sessiontype t GROUP BY 1")
        builders = cursor.fetchall()
        days = max(1, reservations // len(builders))
        rows = [
            (uuid7(), builder, session, number - days // 2) for builder, session in builders for number in range(days)
        ]
        cursor.executemany(
            """
            INSERT INTO scheduling_reservation (id, created_at, changed_at, builder_id, session_type_id, during, kind,
                capacity, buffer_before, buffer_after, note)
            SELECT %s, now(), now(), %s, %s, tstzrange(at, at + interval '30 minutes'), 'BOOKED', 1, 0, 15, ''
            FROM (SELECT date_trunc('day', now()) + make_interval(days => %s, hours => 10)) AS day(at)
            ON CONFLICT ON CONSTRAINT no_double_booking DO NOTHING
            """,
            rows,
        )
        cursor.execute("ANALYZE scheduling_reservation")
    print(f"    ({len(rows):,} reservations of {len(builders):,} builders)")


def over_http(site: str) -> None:
    first = datetime.now(UTC).date()
    address = f"/api/coaching/sessions/available?coachId=ada-moreno&from={first}&to={first + timedelta(days=29)}"
    with httpx.Client(base_url=site) as client:
        times = sorted(seconds(lambda: client.get(address).raise_for_status()) for _ in range(100))
        print(
            f"a month of slots over HTTP, 100 times\n    p50 {times[50] * 1000:.0f} ms, p95 {times[95] * 1000:.0f} ms"
        )
        compare(
            "the same, 30 times, beside GET /api/pathways",
            lambda: [client.get(address) for _ in range(30)],
            lambda: [client.get("/api/pathways") for _ in range(30)],
        )
