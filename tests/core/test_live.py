"""Tests live events: sent after commit, never after a rollback, and only to pages that may read them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from django.db import transaction

from core import live, redis_outage
from tests import databases, environment
from tests.scheduling.waiting import wait_until
from tests.servers import serving

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live")]


@pytest.fixture(scope="module")
def site(django_db_setup: None) -> Iterator[str]:
    """Runs the ASGI application in a process of its own."""
    with serving(f"waymark_{environment.WORKER}") as address:
        yield address


class Listener:
    """A page with an open stream."""

    def __init__(self, site: str, topics: str) -> None:
        self.lines: list[str] = []
        self._client = httpx.Client(timeout=30)
        self._thread = threading.Thread(target=self._listen, args=(f"{site}/live/?topics={topics}",), daemon=True)
        self._thread.start()
        assert self.received("event: ready", 20)

    def _listen(self, address: str) -> None:
        try:
            with self._client.stream("GET", address) as stream:
                for line in stream.iter_lines():
                    self.lines.append(line)
        except (httpx.HTTPError, RuntimeError):
            return

    def received(self, text: str, seconds: float = 30) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if any(text in line for line in self.lines):
                return True
            time.sleep(0.02)
        return False


def test_events_are_sent_after_commit_and_not_after_rollback(site: str, committed: None) -> None:
    page = Listener(site, "demo-mail")
    with transaction.atomic():
        live.publish("demo-mail", "change", number="rolled back")
        transaction.set_rollback(True)
    with transaction.atomic():
        live.publish("demo-mail", "change", number="committed")
        assert not page.received("committed", seconds=0.3), "not before the commit"

    assert page.received('"number": "committed"')
    assert not page.received("rolled back", seconds=0.3)


def test_a_stream_of_topics_that_may_not_be_read_is_answered_204(site: str) -> None:
    answer = httpx.get(f"{site}/live/?topics=person:somebody,secrets,,")

    assert answer.status_code == 204, "browsers do not try again after a 204"


def busy_connections() -> int:
    with psycopg.connect(databases.server()) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state <> 'idle'",
            [f"waymark_{environment.WORKER}"],
        ).fetchone()
    assert row
    return int(row[0])


def test_thirty_streams_keep_no_database_connection(site: str, committed: None) -> None:
    pages = [Listener(site, "demo-mail") for _ in range(30)]
    wait_until(lambda: busy_connections() == 0)
    assert httpx.get(f"{site}/readyz").status_code == 200

    live.publish("demo-mail", "change", number="for all")
    assert all(page.received("for all") for page in pages)


def test_the_same_event_is_sent_once_per_transaction(db: None, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        for number in (1, 1, 2):
            live.publish("demo-mail", "change", number=number)

    assert len(callbacks) == 2


def test_publishing_pauses_after_a_failure(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    monkeypatch.setattr(live, "_client", None)

    live._send("{}")
    for _ in range(1000):
        live._send("{}")

    assert redis_outage.is_noted()
