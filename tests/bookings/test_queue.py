"""Bookings that wait for a builder's lock: beyond the limit, they wait before their transaction begins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from bookings.agreement import services
from bookings.agreement.requests import check
from bookings.series import services as series
from coaching.models import SessionType
from scheduling import locks
from tests.at_once import DONE, at_once
from tests.bookings.cast import book, booking_request, client_of, confirmed, person_visitor, shop
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import soon
from tests.scheduling.waiting import connections_in_use, locked, wait_until, waiting_in_database

pytestmark = pytest.mark.slow


def on_a_page(hour: SessionType, cleo: User) -> Callable[[], object]:
    return lambda: book(hour, cleo, soon(10))


def over_the_api(hour: SessionType, cleo: User) -> Callable[[], object]:
    secret = tokens.issue(user=cleo, name="t")
    body = {"sessionTypeId": str(hour.pk), "scheduledTime": soon(10).isoformat()}

    def post() -> None:
        response = Client().post(
            "/api/bookings/create", body, "application/json", headers={"Authorization": f"Bearer {secret}"}
        )
        assert response.status_code == 201, response.content

    return post


def as_a_series(hour: SessionType, cleo: User) -> Callable[[], object]:
    visitor = person_visitor(cleo)
    priced = check(booking_request(hour), visitor)
    starts = dict(enumerate(series.dates(soon(), "Europe/Berlin", 3, 1)))
    return lambda: series.book(priced=priced, visitor=visitor, starts=starts, every_weeks=1, key=uuid4())


def a_cancellation(hour: SessionType, cleo: User) -> Callable[[], object]:
    booking = confirmed(hour, cleo, soon(10))
    return lambda: services.cancel(booking=booking, by=client_of(booking))


@pytest.mark.parametrize("act", [on_a_page, over_the_api, as_a_series, a_cancellation])
def test_it_waits_without_a_connection(
    committed: None,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    act: Callable[[SessionType, User], Callable[[], object]],
) -> None:
    """There is room for one, who waits for the lock; the second begins with a connection, and gives it back."""
    settings.DATABASE_POOL_SHARE = 1
    monkeypatch.setattr(locks, "WAIT_SECONDS", 60)  # the first one must not give up before the second has begun
    hour = shop(make_builder_person("Ada Moreno"))
    booking = confirmed(hour, make_person("Carl Fox"), soon(15))
    work, begun = act(hour, make_person("Cleo Park")), threading.Event()

    def begin() -> None:
        begun.set()
        work()

    with ThreadPoolExecutor() as pool:
        with locked(hour.builder_id):
            first = pool.submit(at_once, lambda: services.cancel(booking=booking, by=client_of(booking)))
            wait_until(lambda: waiting_in_database() == 1)
            second = pool.submit(at_once, begin)
            begun.wait(30)
            wait_until(lambda: connections_in_use() == 2)  # that of this thread, and the first one's
            assert waiting_in_database() == 1

        assert first.result() == second.result() == [DONE]
