"""Restarts everything while people book, twice a second: no booking fails or is there twice, and no mail is lost."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
import redis

from core import clock
from tests.environment import NUMBER, database_url, redis_url
from tests.resilience import tally
from tests.resilience.bookers import OVERLOADED, Booker
from tests.resilience.site import caddy_is_missing, running_site

pytestmark = [
    pytest.mark.deep,  # most of a minute: each server of pages waits and finishes; tests/config/test_pages.py is the short one
    pytest.mark.slow,
    pytest.mark.skipif(caddy_is_missing(), reason="Caddy is not installed (Debian: apt-get install caddy)"),
]


def book_through_a_restart(home: Path, database: str, services: Sequence[str], bookings_after: int) -> Booker:
    """Lets people book without keys, so that nothing is sent twice, while each process is restarted; returns what they
    have booked, once all mails are sent."""
    since = clock.now()
    url = redis_url(os.environ["TEST_REDIS_URL"], NUMBER + 16)
    redis.Redis.from_url(url).flushdb()
    with running_site(home, services, DATABASE_URL=database_url(database), REDIS_URL=url) as site:
        with Booker(site.address) as booker:
            booker.wait_for(4)
            site.restart_all()
            booker.wait_for(len(booker.attempts) + bookings_after)
        assert site.restarts == len(services)
        assert tally.wait_until_mailed(since) == []
        sent = tally.sent_mails(site.mails)
    print(
        f"{len(booker.attempts)} bookings, {len(sent)} mails, slowest {max(s for a in booker.attempts for s in a.seconds)} s"
    )
    assert [attempt for attempt in booker.attempts if {*attempt.answers} - {OVERLOADED} != {"201"}] == []
    assert tally.doubled_or_lost_bookings(booker) == []
    assert {message_id: count for message_id, count in sent.items() if count > 1} == {}
    assert tally.lost_mails(sent, since) == []
    assert tally.unknown_mails(sent) == set()
    assert len(sent) >= 2 * len(booker.attempts), "one to the client and one to the builder"
    return booker


def test_a_restart_of_pages_and_mail_fails_no_booking(home: Path, demo_database: str) -> None:
    booker = book_through_a_restart(home, demo_database, ("web", "web", "outbox"), 4)

    assert len(booker.attempts) >= 8


def test_a_restart_of_everything_fails_no_booking(home: Path, demo_database: str) -> None:
    services = ("web", "web", "live", "live", "worker", "worker", "outbox", "outbox", "beat")

    booker = book_through_a_restart(home, demo_database, services, 20)

    assert len(booker.attempts) >= 40
