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


def busy(ada: User) -> list[tuple[str, int]]:
    rows = Reservation.objects.filter(builder=ada, kind="EXTERNAL", released_at__isnull=True).order_by("during")
    return [(row.note, row.during.lower.astimezone(BERLIN).hour) for row in rows]


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def test_a_calendar_at_an_address(ada: User, server: OutsideServer) -> None:
    first, second = calendar(hour(9), hour(10, uid="moves")), calendar(hour(9), hour(14, uid="moves"), hour(15))
    address = server.answer("/ada.ics", first)
    connection = services.connect(builder=ada, name="Family", address=address, **CHOICES)

    for query in range(MOST_QUERIES):
        server.answer("/ada.ics", second)
        was_killed = is_killed_at(query, lambda: services.sync(connection=Connection.objects.get(pk=connection.pk)))
        assert busy(ada) in ([("Family", 9), ("Family", 10)], [("Family", 9), ("Family", 14), ("Family", 15)])
        assert services.sync(connection=Connection.objects.get(pk=connection.pk))
        assert busy(ada) == [("Family", 9), ("Family", 14), ("Family", 15)]
        if not was_killed:
            break
        server.answer("/ada.ics", first)
        assert services.sync(connection=Connection.objects.get(pk=connection.pk))

    assert query > 5


def test_an_account_with_calendars(ada: User, caldav: CaldavServer) -> None:
    caldav.add_calendar("work", "Work")
    put(caldav, "stays", 9)
    put(caldav, "moves", 10)
    connection = accounts.connect(
        builder=ada, name="Home", address=caldav.address, username=USERNAME, password=PASSWORD, **CHOICES
    )

    for query in range(MOST_QUERIES):
        put(caldav, "moves", 14)
        put(caldav, "meeting", 12, calendar="work")
        was_killed = is_killed_at(query, lambda: services.sync(connection=Connection.objects.get(pk=connection.pk)))
        after = [("Family", 9), ("Work", 12), ("Family", 14)]
        assert busy(ada) in ([("Family", 9), ("Family", 10)], after)
        assert services.sync(connection=Connection.objects.get(pk=connection.pk))
        assert busy(ada) == after
        if not was_killed:
            break
        put(caldav, "moves", 10)
        caldav.remove("meeting", calendar="work")
        assert services.sync(connection=Connection.objects.get(pk=connection.pk))

    assert query > 5
    assert all(entry.sync_token for entry in AccountCalendar.objects.all())


def put(server: CaldavServer, event: str, start: int, calendar: str = "family") -> None:
    server.put(event, f"DTSTART:{soon(start):%Y%m%dT%H%M%SZ}", "DURATION:PT1H", calendar=calendar)
