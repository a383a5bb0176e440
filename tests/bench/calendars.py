"""Reading a thousand calendars in which nothing has changed, and a month of slots beside what was read in them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import connection

from accounts.models import User
from coaching.models import SessionType
from connections.models import Connection
from core import clock
from scheduling import queries
from scheduling.models import Reservation
from scheduling.outside import services
from tests.bench.timing import compare

FEEDS = 1_000
MOST_MILLISECONDS = 20
BUSY = 2_000
TABLES = ("scheduling_reservation", "connections_connection")


def unchanged() -> None:
    """Reads a thousand unchanged calendars of 500 events: with ETags, and without, when the whole calendar is sent."""
    with _feed_server() as site:
        for kind in ("tagged", "plain"):
            _connect(site, kind)
            before = _rows_written()
            started_at = time.process_time()
            count = services.sync_due()
            milliseconds = (time.process_time() - started_at) / FEEDS * 1_000
            after = _rows_written()
            assert count == FEEDS, count
            written = ", ".join(f"{after[table] - before[table]} rows of {table}" for table in TABLES)
            print(f"{FEEDS} unchanged calendars, {kind}\n    {milliseconds:.1f} ms of CPU each; {written} written")
            Connection.objects.filter(name="Bench").delete()


def prepare_busy_time() -> tuple[SessionType, User, User, User]:
    """Returns a session type, and three builders with the same hours: without busy times, with 2,000 in the 400 days that
    are read, and with 2,000 in one month."""
    bookable = SessionType.objects.filter(is_active=True, builder__schedules__is_default=True)
    plain, spread, dense = bookable.order_by("builder_id", "id").distinct("builder_id")[:3]
    now = clock.now()
    _copy_hours(plain.builder, [spread.builder, dense.builder])
    _busy(spread.builder, now, timedelta(days=400) / BUSY)
    _busy(dense.builder, now, timedelta(days=30) / BUSY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scheduling_reservation")
    return plain, plain.builder, spread.builder, dense.builder


def slots_beside_busy_time(session_type: SessionType, without: User, spread: User, dense: User) -> None:
    """A month of slots: hours and taken times are loaded, and the engine works them out."""
    now = clock.now()
    at = int(now.timestamp())
    window = (at, at + 30 * 86_400)

    def month(builder: User) -> object:
        session_type.builder_id = builder.pk
        return [queries.free_times(session_type, 60, window, now) for _ in range(20)]

    for title, builder in (("400 days", spread), ("this month", dense)):
        compare(
            f"A month of slots with {BUSY} busy times in {title}, beside none",
            lambda builder=builder: month(builder),  # type: ignore[misc]  # mypy does not infer the default
            lambda: month(without),
        )


def slots_over_http(site: str, without: User, spread: User, dense: User) -> None:
    """The same over HTTP, as a client asks for it."""
    first = clock.now().date()
    with httpx.Client(base_url=site) as client:

        def month(builder: User) -> Callable[[], object]:
            query = f"coachId={builder.pk}&from={first}&to={first + timedelta(days=29)}"
            address = f"/api/coaching/sessions/available?{query}"
            return lambda: [client.get(address).raise_for_status() for _ in range(30)]

        for title, builder in (("400 days", spread), ("this month", dense)):
            compare(
                f"A month of slots over HTTP with {BUSY} busy times in {title}, beside none",
                month(builder),
                month(without),
            )


def _connect(site: str, kind: str) -> None:
    """Connects a calendar to each of a thousand builders. The first is read; the others are as if they had been."""
    owners = list(User.objects.filter(schedules__is_default=True).order_by("pk")[:FEEDS])
    now = clock.now()
    connections = [
        Connection(owner=owner, service="ical", name="Bench", host="127.0.0.1", next_read_at=now + timedelta(hours=1))
        for owner in owners
    ]
    for number, entry in enumerate(connections):
        entry.address = f"{site}/{kind}/{number}.ics"
    Connection.objects.bulk_create(connections)
    first = connections[0]
    assert services.sync(connection=first)
    first.refresh_from_db()
    Connection.objects.filter(name="Bench").update(
        state=first.state, etag=first.etag, digest=first.digest, expanded_at=first.expanded_at, read_at=first.read_at,
        next_read_at=now,
    )  # fmt: skip


def _rows_written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = ANY(%s)",
            [list(TABLES)],
        )
        return dict(cursor.fetchall())


def _copy_hours(source: User, targets: list[User]) -> None:
    """Gives others the hours of a builder, so that their months differ in nothing but what is taken."""
    usual = source.schedules.get(is_default=True)
    Reservation.objects.filter(builder__in=[source, *targets]).update(released_at=clock.now())
    for target in targets:
        schedule = target.schedules.get(is_default=True)
        schedule.rules.all().delete()
        for rule in usual.rules.all():
            rule.pk, rule.schedule, rule._state.adding = None, schedule, True
            rule.save()
        fields = (
            "timezone",
            "buffer_before",
            "buffer_after",
            "minimum_notice",
            "horizon_days",
            "max_per_day",
            "holiday_country",
        )
        for name in fields:
            setattr(schedule, name, getattr(usual, name))
        schedule.save()
        schedule.exceptions.all().delete()


def _busy(builder: User, now: datetime, step: timedelta) -> None:
    Reservation.objects.bulk_create(
        Reservation(
            builder=builder, kind="EXTERNAL", note="Bench",
            during=(now + step * number, now + step * number + timedelta(minutes=5)),
        )
        for number in range(BUSY)
    )  # fmt: skip


@contextmanager
def _feed_server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bench.feed_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        settings.CALENDARS_TRUSTED = [f"127.0.0.1:{port}"]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
