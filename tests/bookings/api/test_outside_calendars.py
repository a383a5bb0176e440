"""Bookings with a builder who has connected a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from bookings.models import Booking
from connections.models import Connection
from core import clock
from scheduling.outside import services
from tests.bookings.cast import shop
from tests.bookings.wire import CREATE, Caller, error
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
