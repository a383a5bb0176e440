"""Calendly's stand-in answers as the notes on the real API say."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from sandbox.calendly.state import stamp
from sandbox.calendly.webhooks import signature
from tests.calendly import CalendlyServer, at, calendly_server

TRACKING = {
    "utm_campaign": None, "utm_source": None, "utm_medium": None, "utm_content": "wm-1", "utm_term": None,
    "salesforce_uuid": None,
}  # fmt: skip


@pytest.fixture
def calendly(settings: Any) -> Iterator[CalendlyServer]:
    with calendly_server(settings) as server:
        yield server


def test_a_wrong_token_is_401_with_title_and_message(calendly: CalendlyServer) -> None:
    status, answer, _ = calendly.ask("GET", "users/me", token="wrong")
    assert (status, answer["title"], answer["message"]) == (401, "Unauthenticated", "The access token is invalid")


def test_each_answer_says_how_many_requests_are_left(calendly: CalendlyServer) -> None:
    _, answer, headers = calendly.ask("GET", "users/me")
    assert answer["resource"]["current_organization"].startswith("https://api.calendly.com/organizations/")
    assert headers["X-RateLimit-Limit"] == "500"
    assert headers["X-RateLimit-Remaining"] == "499"


def test_too_many_requests_are_429_with_the_seconds_to_wait(calendly: CalendlyServer) -> None:
    calendly.state.limit = 1
    calendly.ask("GET", "users/me")
    status, answer, headers = calendly.ask("GET", "users/me")
    assert status == 429
    assert answer["title"] == "Too Many Requests"
    assert headers["X-RateLimit-Remaining"] == "0"
    assert 0 < int(headers["X-RateLimit-Reset"]) <= 60


def test_lists_come_in_pages_with_opaque_tokens(calendly: CalendlyServer) -> None:
    for number in range(5):
        calendly.event_type(f"Type {number}")
    names: list[str] = []
    query: dict[str, Any] = {"user": calendly.ada["uri"], "count": 2}
    while True:
        _, answer, _ = calendly.ask("GET", "event_types", **query)
        names += [row["name"] for row in answer["collection"]]
        assert set(answer["pagination"]) == {
            "count", "next_page", "previous_page", "next_page_token", "previous_page_token"
        }  # fmt: skip
        if answer["pagination"]["next_page_token"] is None:
            break
        query["page_token"] = answer["pagination"]["next_page_token"]
    assert names == [f"Type {number}" for number in range(5)]


@pytest.mark.parametrize("user", ["", "SB1", "users/SB1"])
def test_event_types_need_a_full_uri(calendly: CalendlyServer, user: str) -> None:
    assert calendly.ask("GET", "event_types", user=user)[0] == 400


def test_a_deleted_event_type_stays_readable_by_its_uri(calendly: CalendlyServer) -> None:
    row = calendly.event_type()
    calendly.state.change_event_type(row["uri"], deleted_at=stamp(at()))
    assert calendly.ask("GET", "event_types", user=calendly.ada["uri"])[1]["collection"] == []
    assert calendly.ask("GET", f"event_types/{row['uri'].rsplit('/', 1)[1]}")[0] == 200


@pytest.mark.parametrize(("days", "limit", "status"), [(7, 7, 200), (8, 7, 400), (31, 31, 200), (32, 31, 400)])
def test_free_times_are_asked_for_a_limited_window(
    calendly: CalendlyServer, days: int, limit: int, status: int
) -> None:
    calendly.state.window_days = limit
    row, start = calendly.event_type(), at(1)
    window = {"start_time": stamp(start), "end_time": stamp(start + timedelta(days=days))}
    assert calendly.ask("GET", "event_type_available_times", event_type=row["uri"], **window)[0] == status


def test_free_times_do_not_begin_in_the_past(calendly: CalendlyServer) -> None:
    row = calendly.event_type()
    window = {"start_time": stamp(at(-1)), "end_time": stamp(at(1))}
    assert calendly.ask("GET", "event_type_available_times", event_type=row["uri"], **window)[0] == 400


def test_busy_times_are_asked_for_a_week_at_most(calendly: CalendlyServer) -> None:
    calendly.state.busy[calendly.ada["uri"]] = [(at(2, 12), at(2, 13))]
    user = calendly.ada["uri"]
    _, answer, _ = calendly.ask("GET", "user_busy_times", user=user, start_time=stamp(at(1)), end_time=stamp(at(8)))
    assert [row["type"] for row in answer["collection"]] == ["external"]
    assert "pagination" not in answer
    assert calendly.ask("GET", "user_busy_times", user=user, start_time=stamp(at(1)), end_time=stamp(at(9)))[0] == 400


def test_one_of_two_who_book_the_same_time_by_api_is_refused(calendly: CalendlyServer) -> None:
    row = calendly.event_type()
    body = _by_api(row)
    statuses: list[int] = []

    def book() -> None:
        statuses.append(calendly.ask("POST", "invitees", body)[0])

    threads = [threading.Thread(target=book) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 400]


def test_what_the_api_does_not_know_is_ignored(calendly: CalendlyServer) -> None:
    status, answer, _ = calendly.ask("POST", "invitees", _by_api(calendly.event_type(), wishes="coffee"))
    assert status == 201
    assert answer["resource"]["scheduling_method"] == "api"
    assert "wishes" not in answer["resource"]


def test_tracking_needs_all_its_keys_or_none(calendly: CalendlyServer) -> None:
    row = calendly.event_type()
    status, answer, _ = calendly.ask("POST", "invitees", _by_api(row, tracking={"utm_content": "x"}))
    assert status == 400
    assert "is missing" in answer["message"]
    assert calendly.ask("POST", "invitees", _by_api(row, tracking=TRACKING))[0] == 201


def test_the_free_plan_has_no_webhooks_and_no_booking_by_api(calendly: CalendlyServer) -> None:
    calendly.state.is_paid = False
    assert calendly.ask("POST", "invitees", _by_api(calendly.event_type()))[0] == 403
    assert calendly.ask("POST", "webhook_subscriptions", _subscription(calendly, "http://127.0.0.1:9/"))[0] == 403


def test_a_conference_has_its_address_a_little_later(calendly: CalendlyServer) -> None:
    invitee = calendly.book(calendly.event_type(locations=[{"kind": "zoom_conference"}]), at())
    path = f"scheduled_events/{invitee['event'].rsplit('/', 1)[1]}"
    assert calendly.ask("GET", path)[1]["resource"]["location"]["join_url"] is None
    calendly.state.pushes_after = timedelta(0)
    assert calendly.ask("GET", path)[1]["resource"]["location"]["join_url"].startswith("https://")


def test_a_second_hook_to_the_same_address_is_409(calendly: CalendlyServer) -> None:
    body = _subscription(calendly, "http://127.0.0.1:9/")
    status, answer, _ = calendly.ask("POST", "webhook_subscriptions", body)
    assert status == 201
    assert "signing_key" not in answer["resource"]
    assert calendly.ask("POST", "webhook_subscriptions", body)[0] == 409


def test_a_move_is_a_cancellation_and_a_new_invitee(calendly: CalendlyServer) -> None:
    old = calendly.book(calendly.event_type(), at())
    new = calendly.state.reschedule(old, at(4))
    assert (old["status"], old["rescheduled"], old["new_invitee"]) == ("canceled", True, new["uri"])
    assert new["old_invitee"] == old["uri"]


@pytest.mark.parametrize("is_created_first", [False, True])
def test_the_two_messages_of_a_move_come_in_either_order(
    calendly: CalendlyServer, hook: Hook, is_created_first: bool
) -> None:
    old = calendly.book(calendly.event_type(), at())
    calendly.ask("POST", "webhook_subscriptions", _subscription(calendly, hook.address))
    calendly.state.reschedule(old, at(4), created_first=is_created_first)
    assert calendly.service.deliveries.send_due() == 2
    events = [json.loads(body)["event"] for _, body in hook.received]
    assert events == sorted(["invitee.canceled", "invitee.created"], reverse=is_created_first)


def test_messages_are_signed_over_their_time_and_their_bytes(calendly: CalendlyServer, hook: Hook) -> None:
    calendly.ask("POST", "webhook_subscriptions", _subscription(calendly, hook.address))
    calendly.book(calendly.event_type(), at())
    calendly.service.deliveries.send_due()
    headers, body = hook.received[0]
    header = headers["Calendly-Webhook-Signature"]
    moment = int(header.split(",")[0].removeprefix("t="))
    assert header == signature("calendly-test-key", moment, body)
    payload = json.loads(body)["payload"]
    assert payload["scheduled_event"]["uri"] == payload["event"]


def test_the_signature_is_that_of_the_test_vector() -> None:
    body = b'{"event":"invitee.created","payload":{"uri":"x"}}'
    expected = "097e7262c749ddc3674ea2dcc46a73d3082e79db23c978637ed88c531b71132f"
    assert signature("calendly-test-key", 1795230000, body) == f"t=1795230000,v1={expected}"


def test_a_hook_that_fails_is_tried_again_and_disabled_after_a_day(calendly: CalendlyServer, hook: Hook) -> None:
    hook.status = 500
    _, answer, _ = calendly.ask("POST", "webhook_subscriptions", _subscription(calendly, hook.address))
    row = calendly.state.subscriptions[answer["resource"]["uri"]]
    calendly.book(calendly.event_type(), at())
    deliveries = calendly.service.deliveries
    assert deliveries.send_due() == 0
    assert row["retry_started_at"] is not None
    assert len(deliveries.queue) == 1
    later = calendly.state.now() + timedelta(hours=25)
    calendly.state.now = lambda: later
    deliveries.send_due(all_of_them=True)
    assert row["state"] == "disabled"


@pytest.mark.parametrize(("fault", "status"), [("401", 401), ("403", 403), ("429", 429), ("500", 500)])
def test_faults_can_be_switched_on_and_off(calendly: CalendlyServer, fault: str, status: int) -> None:
    assert calendly.service.set_fault(fault)
    assert calendly.ask("GET", "users/me")[0] == status
    calendly.service.set_fault("none")
    assert calendly.ask("GET", "users/me")[0] == 200


def test_an_answer_that_is_lost_has_done_its_work(calendly: CalendlyServer) -> None:
    calendly.service.slow_seconds = 0
    calendly.service.set_fault("lost")
    calendly.ask("POST", "invitees", _by_api(calendly.event_type()))
    assert len(calendly.state.invitees) == 1


def _by_api(event_type: Any, **more: Any) -> dict[str, Any]:
    invitee = {"name": "Jo Doe", "email": "jo@example.com", "timezone": "Europe/London"}
    return {"event_type": event_type["uri"], "start_time": stamp(at()), "invitee": invitee, **more}


def _subscription(calendly: CalendlyServer, address: str) -> dict[str, Any]:
    return {
        "url": address, "events": ["invitee.created", "invitee.canceled"], "scope": "user",
        "organization": calendly.ada["current_organization"], "user": calendly.ada["uri"],
        "signing_key": "calendly-test-key",
    }  # fmt: skip


class Hook(HTTPServer):
    """Receives webhooks, and answers with a status that the test sets."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        hook = self

        class Receiving(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.received.append((dict(self.headers), body))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *parts: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Receiving)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()
