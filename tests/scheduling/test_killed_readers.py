"""A worker that is killed anywhere while it reads a calendar leaves nothing that the next reading does not put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection as database

from accounts.models import User
from connections.models import AccountCalendar, Connection
from scheduling.models import Reservation
from scheduling.outside import accounts, services
from tests.caldav_servers import PASSWORD, USERNAME, CaldavServer
from tests.outside import OutsideServer, outside_server
from tests.scheduling.calendars import calendar, hour
from tests.scheduling.cast import BERLIN, soon

pytestmark = pytest.mark.django_db
CHOICES: dict[str, Any] = {"counts_all_day": False, "when_unread": "closed", "patience": 120}
MOST_QUERIES = 40


class Killed(BaseException):
    """Ends the work at once, as the death of the process does: no `except Exception` keeps it."""


class KillAt:
    """Ends the work before one of its queries. What rolls back the transaction afterwards is let through, since the
    database does that by itself when its client is gone."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.left -= 1
        if self.left == -1:
            raise Killed
        return execute(*arguments)


def is_killed_at(query: int, work: Callable[[], object]) -> bool:
    """Does the work, and kills it before that query. Returns False if it takes no more than that many."""
    try:
        with database.execute_wrapper(KillAt(query)):
            work()
    except Killed:
        return True
    return False


def busy(ada: User) -> list[int]:
    rows = Reservation.objects.filter(builder=ada, kind="EXTERNAL", released_at__isnull=True).order_by("during")
    return [row.during.lower.astimezone(BERLIN).hour for row in rows]


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def check_kills(ada: User, connection: Connection, become: Callable[[int], object]) -> None:
    """Changes the calendar again and again, by `become(hour)` of an event, and kills each reading one query later."""

    def sync() -> bool:
        return services.sync(connection=Connection.objects.get(pk=connection.pk))

    before, query, was_killed = 10, 0, True
    while was_killed and query < MOST_QUERIES:
        after = 24 - before  # ten and two o'clock in turn
        become(after)
        was_killed = is_killed_at(query, sync)
        assert busy(ada) in ([9, before], [9, after])
        assert sync()
        assert busy(ada) == [9, after]
        before, query = after, query + 1
    assert 5 < query < MOST_QUERIES


@pytest.mark.slow
def test_a_calendar_at_an_address(ada: User, server: OutsideServer) -> None:
    def become(start: int) -> None:
        server.answer("/ada.ics", calendar(hour(9), hour(start, uid="moves")))

    become(10)
    connection = services.connect(builder=ada, name="Family", address=server.address("/ada.ics"), **CHOICES)

    check_kills(ada, connection, become)


@pytest.mark.slow
def test_an_account_with_calendars(ada: User, radicale: CaldavServer, settings: Any) -> None:
    settings.CALENDARS_TRUSTED = [f"127.0.0.1:{radicale.port}"]
    radicale.empty()

    def put(event: str, start: int) -> None:
        radicale.put(event, f"DTSTART:{soon(start):%Y%m%dT%H%M%SZ}", "DURATION:PT1H")

    put("stays", 9)
    put("moves", 10)
    connection = accounts.connect(
        builder=ada, name="Home", address=radicale.address, username=USERNAME, password=PASSWORD, **CHOICES
    )

    check_kills(ada, connection, lambda start: put("moves", start))
    assert all(entry.sync_token for entry in AccountCalendar.objects.all())
