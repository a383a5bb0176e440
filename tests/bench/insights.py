"""Insights of a builder with 20,000 bookings, and of the whole place with up to a million: the 95th percentile of a page."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from core import clock
from insights import rollups
from tests.bench.results import record
from tests.bench.timing import seconds

OWN, WHOLE = 20_000, 200_000
TIMES = 40
OWN_BOUND, WHOLE_BOUND = 0.150, 0.400
PLAN_LINES = 12
SLOW_QUERY = 0.010  # from which on the plan of a query is printed
CLIENTS = 20_000
# Copies of one completed booking, evenly over as long as OWN bookings take at one an hour; released, so that they may overlap.
# Ids are made from the builder and the number.
COPIES: dict[str, dict[str, str]] = {
    "scheduling_reservation": {
        "id": "{key}", "builder_id": "{builder}", "during": "tstzrange({start}, {start} + interval '50 minutes')",
        "released_at": "now()",
    },
    "scheduling_seat": {"id": "{key}", "reservation_id": "{key}", "holder": "'person:bench'", "person_id": "{client}", "released_at": "now()"},
    "bookings_booking": {
        "id": "{key}", "reference": "lpad(to_hex({first} + n), 9, 'x')", "calendar_uid": "{key}::text",
        "builder_id": "{builder}", "client_id": "{client}", "seat_id": "{key}", "form_key": "NULL",
        "starts_at": "{start}", "ends_at": "{start} + make_interval(mins => 20 + 10 * (n %% 4))", "meeting_id": "NULL",
        "created_at": "{start} - make_interval(days => n %% 23, hours => 1)",
        "confirmed_at": "{start} - make_interval(days => n %% 23)",
        "answered_at": "{start} - make_interval(days => n %% 23)", "total": "40 + n %% 60",
        "state": "CASE WHEN n %% 11 = 0 THEN 'CANCELLED' ELSE 'COMPLETED' END",
        "completed_at": "CASE WHEN n %% 11 = 0 THEN NULL ELSE {start} + interval '1 hour' END",
        "cancelled_at": "CASE WHEN n %% 11 = 0 THEN {start} - interval '1 hour' END",
        "cancelled_by": "CASE WHEN n %% 11 = 0 THEN 'client' ELSE '' END",
        "cancel_cause": "CASE WHEN n %% 11 = 0 THEN 'ill' ELSE '' END", "series_id": "NULL", "project_id": "NULL",
    },
}  # fmt: skip
EVENTS = """
INSERT INTO bookings_bookingevent (id, booking_id, at, verb, before, after, side, reason, starts_at, ends_at, sequence, fee)
SELECT md5(step.verb || b.id::text)::uuid, b.id, b.created_at + step.later, step.verb, step.before, step.after, step.side, '',
    b.starts_at, b.ends_at, 0, 0
FROM bookings_booking b CROSS JOIN (VALUES
    ('request', '', 'PENDING', 'client', interval '0'),
    ('confirm', 'PENDING', 'CONFIRMED', 'builder', interval '1 hour')) AS step (verb, before, after, side, later)
WHERE b.reference LIKE 'x%%' AND NOT EXISTS (SELECT 1 FROM bookings_bookingevent e WHERE e.booking_id = b.id)
"""


def fill(bookings: int) -> None:
    """Adds so many bookings, those of the builder of the demo included, unless they are there."""
    if User.objects.filter(email="bench-1@clients.test").exists():
        return
    ada = User.objects.get(email="builder@demo.test")
    _add_clients()
    _copy(ada, OWN, 0)
    others = list(User.objects.filter(email__endswith="@builders.demo.test").order_by("email"))
    share = max(0, bookings - OWN) // len(others)
    for number, builder in enumerate(others, 1):
        _copy(builder, share, number)
    with connection.cursor() as cursor:
        cursor.execute(EVENTS)
        cursor.execute("VACUUM (ANALYZE)")  # as autovacuum has done on a site by the time it has so many rows
        cursor.execute("CHECKPOINT")  # otherwise the pages that are measured write what was filled in


def everything(bookings: int = WHOLE) -> None:
    fill(bookings)
    ada = User.objects.get(email="builder@demo.test")
    now = clock.now()
    added_up = seconds(lambda: rollups.add_up(now))
    print(f"insights: {Booking.objects.count():,} bookings, added up by day in {added_up:.1f} s")
    for period in ("28", "365"):
        page(f"a builder with {OWN:,} bookings, {period} days", ada, f"/dashboard/insights/?period={period}", OWN_BOUND)
        support = User.objects.get(email="support@demo.test")
        page(f"the whole place, {period} days", support, f"/operations/insights/?period={period}", WHOLE_BOUND)


def page(title: str, person: User, address: str, bound: float) -> None:
    """Prints the 95th percentile of the time that the page takes, and of the processor time of this process in it."""
    client = Client()
    client.force_login(person)

    def visit() -> None:
        assert client.get(address).status_code == 200

    visit()
    walls, cpus = zip(*(_measured(visit) for _ in range(TIMES)), strict=True)
    wall, cpu = (sorted(times)[int(TIMES * 0.95)] * 1000 for times in (walls, cpus))
    with connection.execute_wrapper(slow := SlowQueries()):
        visit()
    print(
        f"    {title}: p95 {record(f'p95 of {title}', wall, bound * 1000)}; {statistics.median(walls) * 1000:.0f} ms in the "
        f"middle, {cpu:.0f} ms of processor time, {slow.queries} queries"
    )
    slow.explain()


class SlowQueries:
    """Counts the queries of a page, and keeps those that take longer than SLOW_QUERY to print their plans."""

    def __init__(self) -> None:
        self.queries = 0
        self.slow: list[tuple[float, str, Any]] = []

    def __call__(self, execute: Any, statement: str, parameters: Any, many: bool, context: Any) -> Any:
        self.queries += 1
        began = time.perf_counter()
        try:
            return execute(statement, parameters, many, context)
        finally:
            took = time.perf_counter() - began
            if took > SLOW_QUERY and statement.lstrip().upper().startswith(("SELECT", "WITH")):
                self.slow.append((took, statement, parameters))

    def explain(self) -> None:
        for took, statement, parameters in self.slow:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement}", parameters)
                plan = [line for (line,) in cursor.fetchall()]
            print(f"        {took * 1000:.0f} ms: {' '.join(statement.split())[:160]}")
            print("\n".join(f"            {line}" for line in plan[:PLAN_LINES]))


def _measured(work: Callable[[], None]) -> tuple[float, float]:
    """Returns the time that the work takes, and the processor time of this process and of the database for it. The latter
    says more on a busy machine; without /proc it is that of this process alone."""
    before = time.process_time() + _database_seconds()
    wall = seconds(work)
    return wall, time.process_time() + _database_seconds() - before


def _database_seconds() -> float:
    """Returns the processor time of the server process of this connection so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not process.exists():
        return 0.0
    fields = process.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _add_clients() -> None:
    values = {"id": "md5('bench' || n)::uuid", "email": "'bench-' || n || '@clients.test'", "avatar": "''"}
    _insert("accounts_user", values, User.objects.get(email="client@demo.test").pk, CLIENTS)


def _copy(builder: User, count: int, place: int) -> None:
    """Copies a completed booking of the demo builder so many times for this builder, at hours of their own."""
    ada = User.objects.get(email="builder@demo.test")
    booking = Booking.objects.filter(builder=ada, state=State.COMPLETED, total__gt=0).order_by("pk")[0]
    names = {
        "builder": f"'{builder.pk}'::uuid", "key": f"md5('{place}-' || n)::uuid", "first": str(place * 1_000_000),
        "client": f"md5('bench' || 1 + ({place * 1009 % CLIENTS} + n) * 7919 %% {CLIENTS})::uuid",
        "start": f"date_trunc('hour', now()) - make_interval(mins => n * {30 * max(1, 2 * OWN // count)})",
    }  # fmt: skip
    sources = {"scheduling_reservation": booking.seat.reservation_id, "scheduling_seat": booking.seat_id}
    for table, changed in COPIES.items():
        values = {column: value.format(**names) for column, value in changed.items()}
        _insert(table, values, sources.get(table, booking.pk), count)


def _insert(table: str, values: dict[str, str], source: UUID, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        columns = [name for (name,) in cursor.fetchall()]
        chosen = ", ".join(values.get(name, f'old."{name}"') for name in columns)
        listed = ", ".join(f'"{name}"' for name in columns)
        cursor.execute(
            f"INSERT INTO {table} ({listed}) SELECT {chosen} FROM {table} old, generate_series(1, %s) AS n WHERE old.id = %s",
            [count, source],
        )
