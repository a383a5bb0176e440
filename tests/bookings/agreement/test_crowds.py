"""Crowds of clients who book one time at the same moment over HTTP, on the demo's server and on production's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.tokens import services as tokens
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.registry import integrity_findings
from tests import environment
from tests.bookings.cast import shop
from tests.cast import make_builder_person
from tests.scheduling.cast import live, soon
from tests.servers import serving, serving_as_in_production

Server = Callable[..., AbstractContextManager[str]]
SERVERS = pytest.mark.parametrize("server", [serving, serving_as_in_production])
AS_BY_DEFAULT = {"DATABASE_POOL_MAX": "16", "LIMIT_BOOKINGS_PER_ADDRESS": "0"}


@pytest.fixture
def hour(committed: None) -> SessionType:
    return shop(make_builder_person("Ada Moreno"))


def tokens_of_clients(size: int) -> list[str]:
    """Returns tokens of so many people, who share no limit on requests."""
    password = make_password(None)
    people = [
        User.objects.create(email=f"client{number}@people.test", password=password, display_name=f"Client {number}")
        for number in range(size)
    ]
    return [tokens.issue(user=person, name="t") for person in people]


def book_at_once(site: str, session_type: SessionType, start: datetime, secrets: Sequence[str]) -> list[Any]:
    """Sends all requests, each on a connection of its own, before it reads any answer; returns (status, answer)."""
    body = json.dumps({"sessionTypeId": str(session_type.pk), "scheduledTime": start.isoformat()})
    connections = [HTTPConnection(urlsplit(site).netloc, timeout=120) for _ in secrets]
    for connection in connections:
        connection.connect()
    for connection, secret in zip(connections, secrets, strict=True):
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        connection.request("POST", "/api/bookings/create", body, headers)
    answers = []
    for connection in connections:
        response = connection.getresponse()
        answers.append((response.status, json.load(response)))
        connection.close()
    return answers


def assert_one_has_booked(answers: list[Any]) -> None:
    assert Counter(status for status, _ in answers) == {201: 1, 409: len(answers) - 1}
    errors = [answer["error"] for status, answer in answers if status == 409]
    assert {error["code"] for error in errors} == {"slot_taken"}
    assert all(len(error["alternatives"]) == 5 for error in errors)


@pytest.mark.slow
@SERVERS
def test_one_of_sixty_and_one_of_two_hundred_clients_get_the_time(hour: SessionType, server: Server) -> None:
    secrets = tokens_of_clients(200)

    with server(f"waymark_{environment.WORKER}", **AS_BY_DEFAULT) as site:
        sixty = book_at_once(site, hour, soon(10), secrets[:60])
        two_hundred = book_at_once(site, hour, soon(14), secrets)

    assert_one_has_booked(sixty)
    assert_one_has_booked(two_hundred)
    assert Booking.objects.count() == live() == 2
    assert [finding for finding in integrity_findings(clock.now()) if "outbox" not in finding.check] == []


@pytest.mark.deep
@SERVERS
def test_one_of_five_hundred_clients_gets_the_time(hour: SessionType, server: Server) -> None:
    secrets = tokens_of_clients(500)

    with server(f"waymark_{environment.WORKER}", **AS_BY_DEFAULT) as site:
        answers = book_at_once(site, hour, soon(10), secrets)

    assert_one_has_booked(answers)
    assert Booking.objects.count() == live() == 1
