"""Bookings with a builder who has connected a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.models import Booking
from connections.models import Connection
from core import clock
from scheduling.outside import services
from tests.bookings.cast import confirmed, shop
from tests.bookings.wire import CREATE, Caller, error
from tests.factories.bookings import DraftFactory
from tests.outside import OutsideServer, outside_server
from tests.scheduling.calendars import calendar, hour
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
CHOICES: dict[str, Any] = {"counts_all_day": False, "when_unread": "request", "patience": 120}


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def body(session_type: Any, start_hour: int) -> dict[str, Any]:
    return {
        "builderId": "ada-moreno",
        "sessionTypeId": str(session_type.pk),
        "scheduledTime": soon(start_hour).isoformat(),
    }


def test_a_calendar_is_read_again_before_a_booking(ada: User, cleo: User, server: OutsideServer) -> None:
    session_type = shop(ada)
    address = server.answer("/ada.ics", calendar())
    services.connect(builder=ada, name="Family", address=address, **CHOICES)
    server.answer("/ada.ics", calendar(hour(10)))
    Connection.objects.update(tried_at=clock.now() - timedelta(minutes=2))

    answer = Caller(cleo).post(CREATE, body(session_type, 10))

    assert (answer.status_code, error(answer)["code"]) == (409, "outside_availability")
    assert not Booking.objects.exists()


@pytest.mark.parametrize(("minutes", "status"), [(60, "CONFIRMED"), (180, "PENDING")])
def test_while_a_calendar_cannot_be_read_the_builder_confirms_each_booking(
    ada: User, cleo: User, server: OutsideServer, minutes: int, status: str
) -> None:
    session_type = shop(ada)
    type(session_type).objects.update(auto_confirm=True)
    services.connect(builder=ada, name="Family", address=server.answer("/ada.ics", calendar()), **CHOICES)
    server.answer("/ada.ics", status=500)
    Connection.objects.update(tried_at=None, read_at=clock.now() - timedelta(minutes=minutes))

    answer = Caller(cleo).post(CREATE, body(session_type, 10))

    assert answer.status_code == 201
    assert answer.json()["booking"]["status"] == status


def busy_since(ada: User, server: OutsideServer, *events: Any) -> None:
    """Connects a calendar that was empty when it was read, two minutes ago, and has these events now."""
    services.connect(builder=ada, name="Family", address=server.answer("/ada.ics", calendar()), **CHOICES)
    server.answer("/ada.ics", calendar(*events))
    Connection.objects.update(tried_at=clock.now() - timedelta(minutes=2))


def test_a_calendar_is_read_again_before_a_booking_is_moved_over_the_api(
    ada: User, cleo: User, server: OutsideServer
) -> None:
    booking = confirmed(shop(ada), cleo, soon(10))
    busy_since(ada, server, hour(14))

    answer = Caller(cleo).send("PATCH", f"/api/bookings/{booking.pk}", {"scheduledTime": soon(14).isoformat()})

    assert (answer.status_code, error(answer)["code"]) == (409, "outside_availability")
    assert Booking.objects.get().starts_at == soon(10)


def test_a_calendar_is_read_again_before_a_booking_is_moved_on_its_page(
    ada: User, cleo: User, server: OutsideServer, browser_of: Callable[[User | None], Client]
) -> None:
    booking = confirmed(shop(ada), cleo, soon(10))
    busy_since(ada, server, hour(14))

    browser_of(cleo).post(reverse("bookings:move", args=[booking.reference]), {"start": soon(14).isoformat()})

    assert Booking.objects.get().starts_at == soon(10)


def test_a_calendar_is_read_again_before_a_series_is_booked(
    ada: User, cleo: User, server: OutsideServer, browser_of: Callable[[User | None], Client]
) -> None:
    session_type = shop(ada)
    draft = DraftFactory.create(
        holder=f"person:{cleo.pk}", session_type=session_type, person=cleo, details={"notes": "Hello."}
    )
    busy_since(ada, server, hour(10))
    address = reverse("bookings:plan", args=["ada-moreno", session_type.pk])

    page = browser_of(cleo).post(
        f"{address}?start={soon(10):%Y-%m-%dT%H:%M:%SZ}&minutes=60&zone=Europe/London&count=2&every=1",
        {"key": str(draft.pk)},
    )

    assert page.status_code == 409
    assert not Booking.objects.exists()
