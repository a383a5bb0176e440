"""How many queries it takes to book and to lose a time, and which of them run under the builder's lock. The tests commit,
so that what runs after the commit counts too; emails and free times are left to a worker, as on a site."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from coaching.models import SessionType
from config.celery import app
from tests.bookings.cast import free_shop, shop
from tests.bookings.wire import CREATE, Caller, at
from tests.bookings.wizard.steps import choose, go_on, key_of
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import soon

pytestmark = pytest.mark.usefixtures("committed", "queued_tasks")
GUEST = {"name": "Gwen", "email": "gwen@guests.test"}


@pytest.fixture
def queued_tasks() -> Iterator[None]:
    """Makes tasks wait for a worker, which the tests do not run."""
    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True
    redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()


@pytest.fixture
def builder(queued_tasks: None, committed: None) -> User:
    return make_builder_person("Ada Moreno")


def statements(act: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Returns the result of `act()` and its statements, each on one line."""
    with CaptureQueriesContext(connection) as queries:
        result = act()
    return result, [re.sub(r"\s+", " ", query["sql"]).strip() for query in queries.captured_queries]


def under_lock(sent: list[str]) -> list[str]:
    """Returns the statements from the builder's lock to the end of its transaction, as verb and table."""
    first = next(number for number, sql in enumerate(sent) if "pg_advisory_xact_lock" in sql) + 1
    names = []
    for sql in sent[first : sent.index("COMMIT")]:
        match = re.match(r"(\w+).*?(?:INTO|FROM|UPDATE) \"?([a-z]+_\w+)", sql)
        assert match is not None, sql
        names.append(" ".join(match.groups()))
    return names


def body(session_type: SessionType, hour: int = 10, **more: Any) -> dict[str, Any]:
    return {"sessionTypeId": str(session_type.pk), "scheduledTime": at(hour), **more}


def caller_of(name: str) -> Caller:
    """Returns a client of the API whose token has been used in this minute."""
    caller = Caller(make_person(name))
    assert caller.send("GET", "/api/me").status_code == 200
    return caller


def test_booking_over_the_api_takes_17_queries(builder: User) -> None:
    hour = shop(builder)
    cleo, wanted = caller_of("Cleo Park"), body(hour)

    answer, sent = statements(lambda: cleo.post(CREATE, wanted))

    assert answer.status_code == 201
    assert len(sent) == 17, sent
    assert under_lock(sent) == [
        "SELECT scheduling_reservation",  # whether it is still free
        "SELECT scheduling_seat",  # what is taken around it
        "WITH scheduling_reservation",
        "WITH bookings_booking",  # and its event
        "INSERT accounts_notification",
        "INSERT core_outboxmessage",
    ]


def test_losing_a_time_over_the_api_takes_9_queries(builder: User) -> None:
    hour = shop(builder)
    wanted = body(hour)
    assert caller_of("Cleo Park").post(CREATE, wanted).status_code == 201
    sam = caller_of("Sam Lee")

    answer, sent = statements(lambda: sam.post(CREATE, wanted))

    assert answer.status_code == 409
    assert len(answer.json()["error"]["alternatives"]) == 5
    assert len(sent) == 9, sent
    assert not any("pg_advisory_xact_lock" in sql for sql in sent), "whoever comes too late waits for nobody"


def test_booking_as_a_guest_over_the_api_takes_19_queries(builder: User) -> None:
    wanted = body(free_shop(builder), guest=GUEST)

    answer, sent = statements(lambda: Caller(None).post(CREATE, wanted))

    assert answer.status_code == 201
    assert len(sent) == 19, sent


def test_the_last_form_of_the_wizard_takes_23_queries(builder: User) -> None:
    hour = shop(builder)
    client = Client()
    client.force_login(make_person("Cleo Park"))
    review = go_on(client, choose(client, hour, soon(12)))["Location"]
    key = key_of(client.get(review))

    answer, sent = statements(lambda: client.post(review, {"key": key}))

    assert answer.status_code == 302
    assert "/booked/" in answer["Location"]
    assert len(sent) == 23, sent
    assert under_lock(sent) == [
        "SELECT scheduling_reservation",  # whether it is still free
        "SELECT scheduling_seat",  # the time that the client holds
        "WITH scheduling_seat",
        "WITH bookings_booking",  # and its event
        "INSERT accounts_notification",
        "INSERT core_outboxmessage",
    ]


def test_the_last_form_of_the_wizard_takes_a_guest_21_queries(builder: User) -> None:
    free = free_shop(builder)
    client = Client()
    review = go_on(client, choose(client, free, soon(12)), **GUEST)["Location"]
    key = key_of(client.get(review))

    answer, sent = statements(lambda: client.post(review, {"key": key}))

    assert answer.status_code == 302
    assert len(sent) == 21, sent
