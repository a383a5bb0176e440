"""Zoom's wire format: signatures and address checks by the vectors of its documentation, and events of meetings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import BuilderProfile, Notification, User
from connections.checks import zoom_is_complete
from connections.zoom import webhooks
from connections.zoom.services import connected
from connections.zoom.webhooks import Happening, MeetingEvent, event_of
from core import clock, outbox
from core.models import WebhookDelivery
from core.webhooks import Unprocessable
from tests.factories.connections import LinkedAccountFactory

SECRET = "zoom-secret"
BODY = b'{"event":"meeting.started","payload":{"object":{"id":"1"}}}'
SIGNATURE = "v0=276257db2f2e881d8862b507ee54d8486e886749976cd3c837c167a86277b595"
TOKEN = "2ae3cd9fd341dd3e788477fb91395d33f47a0d19513b1b4c154b259093704eb5"


def test_the_signature_is_the_one_that_zoom_sends() -> None:
    assert webhooks.sign(SECRET, "1795230000", BODY) == SIGNATURE


def test_the_answer_to_the_address_check_is_the_one_that_zoom_expects() -> None:
    assert webhooks.encrypted_token(SECRET, "abc123") == TOKEN


def post(body: bytes, *, secret: str = SECRET, age: int = 0, **headers: str) -> Any:
    timestamp = str(int(clock.now().timestamp()) - age)
    headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": webhooks.sign(secret, timestamp, body)} | headers
    return Client().post("/webhooks/zoom/", body, content_type="application/json", headers=headers)


@pytest.fixture
def secrets(settings: Any, db: None) -> None:
    settings.ZOOM_WEBHOOK_SECRETS = ["other-app", SECRET]


@pytest.mark.usefixtures("secrets")
def test_the_address_check_is_answered_at_once_for_each_app() -> None:
    check = json.dumps(
        {"event": "endpoint.url_validation", "payload": {"plainToken": "abc123"}, "event_ts": 1}
    ).encode()

    assert post(check).json() == {"plainToken": "abc123", "encryptedToken": TOKEN}
    other = post(check, secret="other-app").json()
    assert other["encryptedToken"] == webhooks.encrypted_token("other-app", "abc123")
    assert not WebhookDelivery.objects.exists()


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 200),
        ({"secret": "wrong"}, 401),
        ({"age": 301}, 401),
        ({"age": -400}, 401),
        ({"x-zm-signature": ""}, 401),
        ({"x-zm-signature": "v0=é"}, 401),
        ({"x-zm-request-timestamp": "now"}, 401),
    ],
)
def test_only_what_zoom_signed_a_moment_ago_is_accepted(sent: dict[str, Any], status: int) -> None:
    assert post(BODY, **sent).status_code == status


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("payload", [None, [], "x", {"plainToken": 1}, {"plainToken": "\ud800"}])
def test_an_odd_address_check_is_no_server_error(payload: Any) -> None:
    body = json.dumps({"event": "endpoint.url_validation", "payload": payload}).encode()

    assert post(body).status_code == 200


@pytest.mark.django_db
def test_without_a_secret_there_is_no_such_address() -> None:
    assert post(BODY).status_code == 404


@pytest.mark.usefixtures("secrets")
def test_whoever_removes_the_app_at_zoom_is_told_and_no_meeting_is_made_there(ada: User) -> None:
    account = LinkedAccountFactory.create(owner=ada, service="zoom", external_id="zoom-user")
    connected(account)
    body = {"event": "app_deauthorized", "event_ts": 1, "payload": {"user_id": "zoom-user", "client_id": "x"}}

    assert post(json.dumps(body).encode()).status_code == 200
    assert post(json.dumps(body | {"payload": {"user_id": "zoom-user\x00"}}).encode()).status_code == 200
    outbox.deliver_due("webhook")

    account.refresh_from_db()
    assert (account.state, account.secret) == ("broken", "")
    assert not BuilderProfile.objects.get(user=ada).has_zoom
    assert Notification.objects.filter(person=ada, title="Connect Zoom again").count() == 1


def content(event: str = "meeting.participant_joined", **meeting: Any) -> dict[str, Any]:
    person = {"user_id": "7", "user_name": " Cleo\n Park\x00 ", "id": "u1"}
    meeting = {"id": 123, "uuid": "run==", "host_id": "u1", "participant": person} | meeting
    return {"event": event, "event_ts": 1_795_230_000_500, "payload": {"object": meeting}}


def test_an_event_names_meeting_time_and_person() -> None:
    assert event_of(content()) == MeetingEvent(
        Happening.JOINED, "123", "run==", datetime.fromtimestamp(1_795_230_000.5, UTC), "7", "Cleo Park", is_host=True
    )


def test_events_that_waymark_does_not_follow_are_left_alone() -> None:
    assert event_of(content("meeting.created")) is None
    assert event_of({"event": ["meeting.started"]} | {"payload": 1}) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"event": "meeting.started"},
        {"event": "meeting.started", "payload": []},
        {"event": "meeting.started", "payload": {"object": {"id": None}}, "event_ts": 1},
        content() | {"event_ts": "soon"},
        content() | {"event_ts": 10**20},
        content() | {"event_ts": True},
    ],
)
def test_an_event_that_cannot_be_read_is_given_up_with_a_reason(odd: dict[str, Any]) -> None:
    with pytest.raises(Unprocessable):
        event_of(odd)


@pytest.mark.parametrize(
    "participant", [None, [], "x", {"user_name": None}, {"user_id": {"a": 1}, "user_name": "x" * 999}]
)
def test_an_odd_participant_is_still_an_event(participant: Any) -> None:
    event = event_of(content(participant=participant))

    assert event is not None
    assert len(event.name) <= 80


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ({}, set()),
        ({"ZOOM_CLIENT_ID": "x"}, {"waymark.W010", "waymark.W012"}),
        ({"ZOOM_ACCOUNT_ID": "x", "ZOOM_WEBHOOK_SECRETS": ["x"]}, {"waymark.W011"}),
        ({"ZOOM_CLIENT_ID": "x", "ZOOM_CLIENT_SECRET": "x", "ZOOM_WEBHOOK_SECRETS": ["x"]}, set()),
    ],
)
def test_settings_that_are_set_in_part_are_named(settings: Any, values: dict[str, Any], ids: set[str]) -> None:
    for name, value in values.items():
        setattr(settings, name, value)

    assert {message.id for message in zoom_is_complete(None)} == ids
