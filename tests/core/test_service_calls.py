"""Tests calls to outside services: waiting as long as they ask, circuit breakers, and logs without secrets."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.core.cache import cache

from config.logs import JsonLines, PlainText
from core import breakers, outbox
from core.breakers import Breaker
from core.models import OutboxMessage
from core.redaction import redacted
from core.service_calls import ServiceDown, call, waiting_time
from tests.outside import OutsideServer, closed_address, outside_server

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ADA, SAM = Breaker("tests", "ada"), Breaker("tests", "sam")


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def down(server: OutsideServer, method: str = "GET", breaker: Breaker = ADA) -> ServiceDown:
    with pytest.raises(ServiceDown) as raised:
        call(method, server.address("/"), breaker=breaker, label="Zoom", seconds=5)
    return raised.value


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "2026-12-01T12:30:00Z"}, 1800),
        ({"Retry-After": "2026-12-01T12:30:00"}, 1800),
        ({"Retry-After": "Tue, 01 Dec 2026 12:01:00 GMT"}, 60),
        ({"Retry-After": "2026-12-01T11:00:00Z"}, 0),
        ({"X-RateLimit-Reset": "58"}, 58),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 30}, None),
        ({}, None),
    ],
)
def test_the_time_to_wait_is_read_in_all_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert waiting_time(headers, NOW) == seconds


def test_a_short_wait_is_waited(server: OutsideServer) -> None:
    server.answer("/then", b"done")

    def busy_once(request: BaseHTTPRequestHandler) -> None:
        if len(server.requests) > 1:
            server.answers["/then"](request)
            return
        request.send_response(429)
        request.send_header("Retry-After", "0")
        request.send_header("Content-Length", "0")
        request.end_headers()

    server.answers["/"] = busy_once

    assert call("POST", server.address("/"), breaker=ADA, label="Zoom").body == b"done"
    assert len(server.requests) == 2


def test_a_long_wait_is_left_to_the_outbox(server: OutsideServer) -> None:
    server.answer("/", status=429, Retry_After="3600")

    failure = down(server)

    assert failure.wait == timedelta(hours=1)
    assert str(failure) == "Zoom asks Waymark to come less often. It is tried again later."
    assert len(server.requests) == 1


def test_a_service_that_asks_for_no_time_is_asked_at_most_three_times(server: OutsideServer) -> None:
    server.answer("/", status=503, Retry_After="0")

    down(server)

    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 409])
def test_what_other_answers_mean_is_for_the_caller(server: OutsideServer, status: int) -> None:
    server.answer("/", status=status)

    assert call("GET", server.address("/"), breaker=ADA, label="Zoom").status == status


def test_a_write_that_failed_may_have_had_its_effect(server: OutsideServer) -> None:
    server.answer("/", status=500)
    assert down(server, "POST").is_outcome_unknown
    assert not down(server, "GET").is_outcome_unknown
    server.answer("/", status=429)
    assert not down(server, "POST").is_outcome_unknown


def test_a_write_that_a_proxy_gave_up_waiting_for_is_not_repeated_unseen(server: OutsideServer) -> None:
    server.answer("/", status=503, Retry_After="0")

    assert down(server, "POST").is_outcome_unknown
    assert len(server.requests) == 1


def test_only_what_was_sent_may_have_had_its_effect(server: OutsideServer, settings: Any) -> None:
    def drop(request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True

    server.answers["/"] = drop
    assert down(server, "POST").is_outcome_unknown
    assert not down(server, "GET").is_outcome_unknown

    with pytest.raises(ServiceDown) as raised:
        call("POST", closed_address(settings), breaker=ADA, label="Zoom")
    assert not raised.value.is_outcome_unknown


def test_the_breaker_opens_after_five_failures_and_for_one_owner(server: OutsideServer) -> None:
    server.answer("/", status=500)
    for _ in range(7):
        down(server)

    assert len(server.requests) == breakers.MOST_FAILURES
    assert "waits a minute" in str(down(server))
    assert down(server).wait == timedelta(seconds=60)

    server.answer("/", b"fine")
    assert call("GET", server.address("/"), breaker=SAM, label="Zoom").body == b"fine"


def test_one_call_tries_the_service_after_a_pause(server: OutsideServer) -> None:
    for _ in range(breakers.MOST_FAILURES):
        ADA.failed()
    assert not ADA.lets_pass()
    _end_the_pause(ADA)

    assert [ADA.lets_pass(), ADA.lets_pass()] == [True, False]

    ADA.failed()
    assert not ADA.lets_pass()
    _end_the_pause(ADA)
    assert ADA.lets_pass()
    ADA.succeeded()
    assert [ADA.lets_pass(), ADA.lets_pass()] == [True, True]


def _end_the_pause(breaker: Breaker) -> None:
    cache.delete(breaker._open)


def test_a_success_ends_a_row_of_failures() -> None:
    for _ in range(3):
        for _ in range(breakers.MOST_FAILURES - 1):
            ADA.failed()
        ADA.succeeded()

    assert ADA.lets_pass()


@pytest.mark.parametrize(("wait", "seconds"), [(90.0, 90), (0.0, 1), (10.0**7, 25 * 3600)])
def test_the_outbox_waits_as_long_as_the_service_asks(wait: float, seconds: int) -> None:
    def busy(message: OutboxMessage) -> None:
        raise ServiceDown("Zoom is busy.", timedelta(seconds=wait))

    outbox.register_channel("tests", busy)
    outbox.put(event="tests", channel="tests", recipient="", payload={})
    before = datetime.now(UTC)
    outbox.deliver_due("tests")
    del outbox._channels["tests"]

    message = OutboxMessage.objects.get()
    assert message.state == "waiting"
    assert timedelta(0) <= message.due_at - before - timedelta(seconds=seconds) < timedelta(seconds=10)


SECRETS = [
    "Authorization: Bearer eyJhbGciOi.SECRETSECRET.x-y_z",
    "Authorization: Basic SECRETSECRET==",
    "POST https://zoom.us/oauth/token?code=SECRETSECRET&state=1",
    "refresh_token=SECRETSECRET&grant_type=refresh_token",
    '{"access_token": "SECRETSECRET", "token_type": "bearer"}',
    "{'refresh_token': 'SECRETSECRET'}",
    "https://zoom.us/s/1?zak=SECRETSECRET",
    "https://zoom.us/j/1?pwd=SECRETSECRET",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_left_out_of_logs(text: str) -> None:
    record = logging.makeLogRecord({"msg": text, "name": "tests", "levelname": "ERROR", "body": {"inner": text}})

    assert "SECRET" not in redacted(text)
    assert "SECRET" not in JsonLines().format(record)
    assert "SECRET" not in PlainText("{message}", style="{").format(record)
    assert json.loads(JsonLines().format(record))["logger"] == "tests"


@pytest.mark.parametrize(
    "text", ['said "token=SECRETSECRET"', "asked for\ncode=SECRETSECRET\nand more", "?token=a\\SECRETSECRET", "a\\"]
)
def test_a_line_of_the_log_is_json_whatever_surrounds_a_secret(text: str) -> None:
    line = JsonLines().format(logging.makeLogRecord({"msg": text, "name": "tests", "levelname": "ERROR"}))

    assert "SECRET" not in line
    assert json.loads(line)["message"].replace("[hidden]", "")


@pytest.mark.parametrize("text", ["status 500 of Zoom", "The code is short.", "tokens are renewed", "a=1&b=2", "x\\y"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert redacted(text) == text


def test_an_error_in_the_outbox_holds_no_secret() -> None:
    def fail(message: OutboxMessage) -> None:
        raise RuntimeError("Authorization: Bearer SECRETSECRET")

    outbox.register_channel("tests", fail)
    outbox.put(event="tests", channel="tests", recipient="", payload={})
    outbox.deliver_due("tests")
    del outbox._channels["tests"]

    assert "SECRET" not in OutboxMessage.objects.get().last_error
