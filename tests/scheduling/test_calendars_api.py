"""Tests `/api/scheduling/calendars`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from connections.models import AccountCalendar, Connection
from core import clock
from scheduling.models import Reservation
from tests.bookings.wire import Caller, error
from tests.caldav_servers import PASSWORD, USERNAME, CaldavServer
from tests.factories.connections import AccountCalendarFactory
from tests.outside import OutsideServer, outside_server
from tests.scheduling.calendars import calendar, hour
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
CALENDARS = "/api/scheduling/calendars"


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def connected(ada: User, server: OutsideServer) -> str:
    body = {"kind": "ical", "url": server.answer("/ada.ics", calendar(hour(10))), "name": "Family"}
    answer = Caller(ada).post(CALENDARS, body)
    assert answer.status_code == 201, answer.content
    return f"{CALENDARS}/{answer.json()['calendar']['id']}"


def test_a_calendar_at_an_address_is_connected(ada: User, server: OutsideServer) -> None:
    address = connected(ada, server)

    answer = Caller(ada).send("GET", address).json()["calendar"]

    assert answer["checkedAt"]
    assert {name: answer[name] for name in answer if name not in ("id", "checkedAt")} == {
        "kind": "ical", "name": "Family", "status": "ok", "message": None, "events": 1, "failSafe": "closed",
        "countsAllDay": False, "calendars": [],
    }  # fmt: skip
    assert [entry["id"] for entry in Caller(ada).send("GET", CALENDARS).json()["calendars"]] == [answer["id"]]


def test_any_number_of_calendars_is_listed_by_the_same_queries(ada: User, django_assert_num_queries: Any) -> None:
    caller = Caller(ada)
    AccountCalendarFactory.create(connection__owner=ada)
    caller.send("GET", CALENDARS)  # notes that the token was used
    for count in (1, 4):
        with django_assert_num_queries(5):
            assert len(caller.send("GET", CALENDARS).json()["calendars"]) == count
        AccountCalendarFactory.create_batch(3, connection__owner=ada)


def test_an_account_is_connected_and_its_secrets_never_come_back(ada: User, caldav: CaldavServer) -> None:
    body = {"kind": "caldav", "url": caldav.address, "username": USERNAME, "password": PASSWORD, "name": "Home"}

    answer = Caller(ada).post(CALENDARS, body)

    assert answer.status_code == 201
    assert PASSWORD not in answer.content.decode()
    described = answer.json()["calendar"]
    assert (described["kind"], described["status"]) == ("caldav", "ok")
    assert {"name": "Family", "counts": True, "isWritten": False}.items() <= described["calendars"][0].items()


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"url": "https://127.0.0.1/ada.ics"}, "url", "public internet"),
        ({"url": "ada.ics"}, "url", "must begin with https"),
        ({"kind": "caldav", "url": "https://127.0.0.1/"}, "username", "needs a user name and an app password"),
        ({"kind": "caldav", "url": "https://127.0.0.1/", "username": "a:b", "password": "c"}, "username", ""),
        ({"kind": "caldav", "url": "https://127.0.0.1/", "username": "a", "password": "c"}, "url", "public internet"),
        ({"kind": "calendly", "url": "https://127.0.0.1/"}, "kind", ""),
        ({}, "url", ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    ada: User, body: dict[str, str], field: str, words: str
) -> None:
    answer = Caller(ada).post(CALENDARS, body)

    assert answer.status_code == 422
    assert words in error(answer)["fields"][field][0]
    assert not Connection.objects.exists()


def test_a_calendar_is_changed(ada: User, server: OutsideServer) -> None:
    address = connected(ada, server)

    answer = Caller(ada).send("PATCH", address, {"name": "Home", "failSafe": "request"})

    assert answer.status_code == 200
    connection = Connection.objects.get()
    assert (connection.name, connection.when_unread) == ("Home", "request")
    assert Caller(ada).send("PATCH", address, {"password": "secret"}).status_code == 422


def test_which_calendars_of_an_account_count_is_changed(ada: User, caldav: CaldavServer) -> None:
    body = {"kind": "caldav", "url": caldav.address, "username": USERNAME, "password": PASSWORD}
    described = Caller(ada).post(CALENDARS, body).json()["calendar"]
    calendars = [entry | {"counts": False, "isWritten": entry["name"] == "Family"} for entry in described["calendars"]]

    answer = Caller(ada).send("PATCH", f"{CALENDARS}/{described['id']}", {"calendars": calendars})

    assert answer.status_code == 200
    assert AccountCalendar.objects.filter(counts=True).count() == 0
    assert AccountCalendar.objects.get(is_written=True).name == "Family"


def test_busy_times_have_no_titles(ada: User, server: OutsideServer) -> None:
    address = connected(ada, server)
    start = soon(10)

    answer = Caller(ada).send("GET", f"{address}/busy?from={start:%Y-%m-%d}&to={start:%Y-%m-%d}&timezone=UTC").json()

    end = start + timedelta(hours=1)
    assert answer["busy"] == [{"startTime": f"{start:%Y-%m-%dT%H:%M:%SZ}", "endTime": f"{end:%Y-%m-%dT%H:%M:%SZ}"}]
    assert Caller(ada).send("GET", f"{address}/busy?to=2020-01-01").status_code == 422


def test_a_calendar_is_read_on_demand(ada: User, server: OutsideServer) -> None:
    address = connected(ada, server)
    server.answer("/ada.ics", status=500)

    answer = Caller(ada).post(f"{address}/refresh", {})

    assert answer.status_code == 202
    assert answer.json()["calendar"]["status"] == "stale"
    assert "has a problem" in answer.json()["calendar"]["message"]
    Connection.objects.update(read_at=clock.now() - timedelta(hours=3))
    assert Caller(ada).send("GET", address).json()["calendar"]["status"] == "broken"


def test_a_calendar_is_removed_with_its_busy_times(ada: User, server: OutsideServer) -> None:
    address = connected(ada, server)

    assert Caller(ada).send("DELETE", address).status_code == 200
    assert (Connection.objects.count(), Reservation.objects.count()) == (0, 0)
    assert Caller(ada).send("GET", address).status_code == 404


def test_calendars_of_others_are_not_there(ada: User, cleo: User, server: OutsideServer) -> None:
    address = connected(ada, server)

    assert Caller(cleo).send("GET", address).status_code == 403
    assert Caller(None).send("GET", address).status_code == 401
