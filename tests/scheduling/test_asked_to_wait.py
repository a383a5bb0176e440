"""A calendar's server that asks us to come later is not asked before, for six hours at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from connections.caldav.client import Answered, CalDavAccount
from connections.models import Connection
from core import clock
from scheduling import loading
from scheduling.outside import services
from tests.outside import OutsideServer, outside_server
from tests.reading import visible_text
from tests.scheduling.calendars import calendar, hour
from tests.scheduling.cast import open_hours, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


@pytest.fixture
def family(ada: User, server: OutsideServer) -> Connection:
    return services.connect(
        builder=ada, name="Family", address=server.answer("/ada.ics", calendar(hour(10))), counts_all_day=False,
        when_unread="closed", patience=120,
    )  # fmt: skip


def minutes_until_asked_again(connection: Connection) -> float:
    services.sync(connection=connection)
    connection.refresh_from_db()
    assert connection.tried_at is not None
    return (connection.next_read_at - connection.tried_at).total_seconds() / 60


@pytest.mark.parametrize(
    ("status", "asked", "minutes"),
    [(429, "1800", 30), (503, "2700", 45), (429, "60", 10), (429, "999999", 360), (429, "soon", 10), (500, "1800", 10)],
)
def test_the_next_reading_waits_as_long_as_the_server_asks(
    family: Connection, server: OutsideServer, status: int, asked: str, minutes: int
) -> None:
    server.answer("/ada.ics", status=status, Retry_After=asked)

    assert minutes_until_asked_again(family) == minutes


def test_whoever_books_meanwhile_does_not_ask(ada: User, family: Connection, server: OutsideServer) -> None:
    open_hours(ada)
    server.answer("/ada.ics", status=429, Retry_After="1800")
    services.sync(connection=family)
    Connection.objects.update(tried_at=clock.now() - timedelta(minutes=5))
    server.requests.clear()

    services.refresh_calendars_of(ada.pk)

    at = int(soon(10).timestamp())
    assert not loading.load_hours([ada.pk], (at, at + 1))[ada.pk].has_calendar_to_read
    assert server.requests == []


def test_nor_does_the_owner_who_is_told_for_how_long(family: Connection, server: OutsideServer, adas: Client) -> None:
    server.answer("/ada.ics", status=429, Retry_After="1800")
    services.sync(connection=family)
    server.requests.clear()

    page = adas.post(reverse("scheduling:read_calendar", args=[family.pk]), follow=True)

    assert "The calendar’s server asks us to wait. Try again in 30 minutes." in visible_text(page)
    assert server.requests == []


def test_after_that_it_is_read_as_before(family: Connection, server: OutsideServer) -> None:
    server.answer("/ada.ics", status=429, Retry_After="1800")
    services.sync(connection=family)
    Connection.objects.update(ask_again_at=clock.now() - timedelta(seconds=1))
    server.answer("/ada.ics", calendar(hour(11)))
    family.refresh_from_db()

    assert services.sync_now(connection=family)

    family.refresh_from_db()
    assert (family.state, family.ask_again_at) == ("good", None)


def test_a_caldav_server_says_so_in_the_same_way(server: OutsideServer) -> None:
    account = CalDavAccount(server.answer("/", status=503, Retry_After="1800"), "ada", "word")

    with pytest.raises(Answered) as raised:
        account.propfind(account.address, "{DAV:}getetag")

    assert raised.value.wait == timedelta(minutes=30)
