"""A calendar's server that hangs slows nobody who looks at times, and who books only for a moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from coaching.models import SessionType
from connections.models import Connection
from scheduling.models import Reservation
from scheduling.outside import services
from tests.bookings.wire import CREATE, Caller
from tests.outside import OutsideServer, outside_server
from tests.scheduling.calendars import calendar, hour
from tests.scheduling.cast import free_session, open_hours, rates, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


@pytest.fixture
def hanging(ada: User, server: OutsideServer) -> Iterator[SessionType]:
    """Returns a session type of Ada, who is busy at ten in a calendar whose server hangs since it was read."""
    rates(ada)
    open_hours(ada)
    session_type = free_session(ada)
    services.connect(
        builder=ada, name="Family", address=server.answer("/ada.ics", calendar(hour(10))), counts_all_day=False,
        when_unread="closed", patience=120,
    )  # fmt: skip
    is_over = threading.Event()

    def hang(request: BaseHTTPRequestHandler) -> None:
        is_over.wait(30)

    server.answers["/ada.ics"] = hang
    server.requests.clear()
    Connection.objects.update(tried_at=None)
    yield session_type
    is_over.set()


@pytest.mark.parametrize(
    "address",
    [
        "/builders/ada-moreno/",
        "/book/ada-moreno/",
        "/book/ada-moreno/{session}/",
        "/book/ada-moreno/{session}/?day={day}",
        "/api/coaching/sessions/available?coachId=ada-moreno&sessionTypeId={session}",
        "/api/scheduling/sessions/available?builderId=ada-moreno",
        "/builders/",
    ],
)
def test_pages_with_times_ask_no_other_server(
    client: Client, hanging: SessionType, server: OutsideServer, address: str
) -> None:
    page = client.get(address.format(session=hanging.pk, day=f"{soon(10):%Y-%m-%d}"))

    assert page.status_code == 200
    assert server.requests == []


@pytest.mark.parametrize("name", ["scheduling:connections", "scheduling:preview", "scheduling:availability"])
def test_nor_do_the_pages_of_the_builder(adas: Client, hanging: SessionType, server: OutsideServer, name: str) -> None:
    assert adas.get(reverse(name)).status_code == 200
    assert server.requests == []


def test_who_books_waits_two_seconds_at_most_and_what_was_read_last_counts(
    cleo: User, hanging: SessionType, server: OutsideServer
) -> None:
    body = {"builderId": "ada-moreno", "sessionTypeId": str(hanging.pk)}

    taken = Caller(cleo).post(CREATE, body | {"scheduledTime": soon(10).isoformat()})
    free = Caller(cleo).post(CREATE, body | {"scheduledTime": soon(11).isoformat()})

    assert services.SHORT == 2
    assert (taken.status_code, free.status_code) == (409, 201)
    assert len(server.requests) == 1, "the second one asks no more, since the first one has just tried"
    assert Connection.objects.get().error == "The answer took too long."
    assert Reservation.objects.filter(kind="EXTERNAL", released_at__isnull=True).count() == 1
