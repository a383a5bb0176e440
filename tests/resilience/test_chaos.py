"""Half an hour of mixed load while one thing after another fails: nothing is lost or doubled, and memory stays.

`make chaos` runs it, `make chaos MINUTES=4` for a shorter time, from 2 on. It prints its figures, also into var/chaos.txt.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.tokens import services as tokens
from bookings.models import Booking
from bookings.states import State
from config.embedded.paths import PROJECT
from connections.outgoing import services as outgoing
from core import clock
from core.registry import integrity_findings
from tests.resilience import tally
from tests.resilience.bookers import Booker
from tests.resilience.failures import OwnServers, connected_to, hanging_service, megabytes_of, own_servers, small_disk
from tests.resilience.site import RunningSite, caddy_is_missing, running_site
from tests.resilience.visitors import Visitors

pytestmark = [
    pytest.mark.deep,
    pytest.mark.slow,
    pytest.mark.skipif(caddy_is_missing(), reason="Caddy is not installed (Debian: apt-get install caddy)"),
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc"),
]
SECONDS = 60 * float(os.environ.get("CHAOS_MINUTES", "30"))
SERVICES = ("web", "web", "live", "worker", "outbox", "outbox", "beat")
RATE = min(1, 900 / SECONDS)  # bookings a second: the builder has 967 free times
PATIENCE = 180  # seconds for which clients send a booking again, with the same key
# What the load is not a part of: filling a database, starting the site on a busy machine, and delivering the last emails.
MORE_SECONDS = 1500
FIGURES = PROJECT / "var" / "chaos.txt"
MOST_GROWTH = 1.1


@pytest.fixture
def servers(committed: None) -> Iterator[OwnServers]:
    """Lets this process work on servers of its own, with the demo's data."""
    with own_servers() as servers, connected_to(servers.instance.database_url):
        yield servers


def wait(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.1)


def add_hanging_webhook(port: int, settings: Any) -> None:
    """Lets each event of the builder be sent to a service that never answers."""
    settings.CALENDARS_TRUSTED = settings.OUTSIDE_TRUSTED = [f"127.0.0.1:{port}"]
    builder = User.objects.get(email="builder@demo.test")
    address = f"http://127.0.0.1:{port}/hook"
    outgoing.add_endpoint(owner=builder, address=address, kinds=["booking.requested", "booking.accepted"], by=builder)


def report(title: str, value: object) -> None:
    print(f"{title}: {value}", flush=True)
    with FIGURES.open("a") as file:
        file.write(f"{title}: {value}\n")


def fail_one_after_another(site: RunningSite, servers: OwnServers, disk: Any, seconds: float) -> list[str]:
    """Restarts everything, and lets everything fail once, with these seconds shared among what follows. Returns which
    processes have ended by themselves; they are started again."""
    ended = []
    acts = [
        ("a rolling restart of everything", site.restart_all),
        ("PostgreSQL is killed", servers.kill_postgres),
        ("Redis is emptied and killed", servers.kill_and_empty_redis),
        ("the disk for files is full", disk.fill if disk else lambda: report("left out", "no mount is allowed")),
        ("the disk has room again", disk.empty if disk else lambda: None),
    ]
    for title, act in acts:
        report("now", title)
        act()
        wait(seconds / len(acts))
        ended += site.start_ended()
    return ended


@pytest.mark.timeout(SECONDS + MORE_SECONDS, method="signal")  # by which everything that was started is stopped
def test_nothing_is_lost_or_doubled_while_everything_fails(home: Path, servers: OwnServers, settings: Any) -> None:
    since, began = clock.now(), time.monotonic()
    FIGURES.write_text(f"{since:%Y-%m-%d %H:%M} UTC, {SECONDS / 60:g} minutes of load\n")
    findings = integrity_findings(since)
    builder = User.objects.get(email="builder@demo.test")
    headers = {"Authorization": f"Bearer {tokens.issue(user=builder, name='files')}"}
    bookings = Booking.objects.filter(builder=builder, state=State.COMPLETED).values_list("pk", flat=True)
    with ExitStack() as stack:
        port = stack.enter_context(hanging_service())
        disk = stack.enter_context(small_disk(home / "files"))
        add_hanging_webhook(port, settings)
        site = stack.enter_context(
            running_site(
                home,
                SERVICES,
                DATABASE_URL=servers.instance.database_url,
                REDIS_URL=servers.instance.redis_url,
                MEDIA_ROOT=str(home / "files"),
                OUTSIDE_TRUSTED=f"127.0.0.1:{port}",
                CALENDARS_TRUSTED=f"127.0.0.1:{port}",
                UPLOAD_QUOTA_MEGABYTES="0",
            )
        )
        with (
            Booker(site.address, rate=RATE, patience=PATIENCE) as booker,
            Visitors(site.address, headers=headers, bookings=[str(key) for key in bookings]) as visitors,
        ):
            ended = fail_one_after_another(site, servers, disk, SECONDS / 2)
            wait(SECONDS / 8)  # until what was started anew has loaded everything
            warm = {service: megabytes_of(site.pids(service)) for service in set(SERVICES)}
            wait(SECONDS * 3 / 8)
            end = {service: megabytes_of(site.pids(service)) for service in set(SERVICES)}
        connection.close()  # PostgreSQL was killed, and this process has not noticed yet
        undelivered = tally.wait_until_mailed(since)
        sent = tally.sent_mails(site.mails)

    answers = Counter(answer for attempt in booker.attempts for answer in attempt.answers if len(answer) < 40)
    report("seconds", round(time.monotonic() - began))
    report("bookings", f"{len(booker.attempts)}, answered with {dict(answers)}")
    report("pages", dict(visitors.answers))
    report("files", dict(visitors.files))
    report("mails", f"{len(sent)}, of them sent twice with one Message-ID {sum(count > 1 for count in sent.values())}")
    report("memory in MB, warm and at the end", {name: (round(warm[name]), round(end[name])) for name in warm})
    assert ended == []
    assert next(booker.starts, None) is not None, "people had times to book until the end"
    assert booker.failed == []
    assert tally.doubled_or_lost_bookings(booker) == []
    assert undelivered == []
    assert tally.lost_mails(sent, since) == []
    assert tally.unknown_mails(sent) == set()
    assert "500" not in visitors.answers | visitors.files | answers
    assert [answer for answer in visitors.files if answer.startswith("4")] == []
    assert [finding for finding in integrity_findings(clock.now()) if finding not in findings] == []
    assert sum(end.values()) <= MOST_GROWTH * sum(warm.values())
