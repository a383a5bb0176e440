"""Tests the inbox of webhooks: what is let in, stored once, worked off, replayed and forgotten."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import clock, outbox, webhooks
from core.models import AuditEntry, OutboxMessage, WebhookDelivery
from core.webhooks import Incoming, Rejected, Unprocessable, WebhookSource
from tests.at_once import DONE, at_once
from tests.factories.core import WebhookDeliveryFactory

pytestmark = pytest.mark.django_db

SECRET = b"tests-secret"
ADDRESS = "/webhooks/tests/"


def verify(incoming: Incoming) -> datetime:
    sent = incoming.headers.get("X-Time", "")
    at = webhooks.signed_time(sent)
    if not hmac.compare_digest(incoming.headers.get("X-Signature", ""), signature(sent, incoming.body)):
        raise Rejected(WebhookDelivery.Verdict.BAD_SIGNATURE)
    return at


def signature(sent: str, body: bytes) -> str:
    return hmac.new(SECRET, sent.encode() + b":" + body, hashlib.sha256).hexdigest()


class Handler:
    """Records the bodies that were worked off, and fails as a test wants it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.error: Exception | None = None

    def __call__(self, delivery: WebhookDelivery) -> None:
        if self.error is not None:
            raise self.error
        self.bodies.append(bytes(delivery.body or b""))


@pytest.fixture
def handler() -> Iterator[Handler]:
    recorder = Handler()
    webhooks.register_source(
        WebhookSource(
            name="tests",
            verify=verify,
            handle=recorder,
            tolerance=300,
            kept_headers=("X-Time",),
            answer_at_once=lambda incoming: {"pong": True} if incoming.body == b"ping" else None,
        )
    )
    yield recorder
    del webhooks._sources["tests"]


def send(body: bytes, *, age: int = 0, secret: bytes = SECRET, **options: Any) -> Any:
    sent = str(int(clock.now().timestamp()) - age)
    signed = hmac.new(secret, sent.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"X-Time": sent, "X-Signature": signed}
    options = {"content_type": "application/json"} | options
    return Client(raise_request_exception=False).post(ADDRESS, body, headers=headers, **options)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def deliver() -> None:
    outbox.deliver_due(webhooks.CHANNEL)


def test_a_signed_webhook_is_stored_as_it_came_and_worked_off(handler: Handler) -> None:
    body = b'{ "a": 1 }'

    answer = send(body)
    delivery = WebhookDelivery.objects.get()
    assert (answer.status_code, answer.content) == (200, b"")
    assert (bytes(delivery.body or b""), delivery.state, delivery.verdict) == (body, "waiting", "valid")
    assert delivery.headers["Content-Type"] == "application/json"
    assert delivery.headers["X-Time"]
    assert "X-Signature" not in delivery.headers

    deliver()
    delivery.refresh_from_db()
    assert (handler.bodies, delivery.state) == ([body], "done")
    assert delivery.done_at is not None


def test_a_repeat_is_accepted_and_changes_nothing(handler: Handler) -> None:
    assert [send(b'{"a": 1}').status_code for _ in range(3)] == [200, 200, 200]
    deliver()
    assert send(b'{"a": 1}').status_code == 200
    deliver()

    assert handler.bodies == [b'{"a": 1}']
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({}, "unsigned"),
        ({"X-Time": "yesterday", "X-Signature": "0"}, "unsigned"),
        ({"X-Time": "9" * 40, "X-Signature": "0"}, "unsigned"),
        ({"X-Time": "99999999999", "X-Signature": "0"}, "bad"),
        ({"X-Time": "1", "X-Signature": "0" * 64}, "bad"),
    ],
)
def test_what_the_service_did_not_sign_is_refused(handler: Handler, headers: dict[str, str], verdict: str) -> None:
    answer = Client().post(ADDRESS, b"{}", content_type="application/json", headers=headers)

    noted = WebhookDelivery.objects.get()
    assert answer.status_code == 401
    assert (noted.verdict, noted.state, noted.body) == (verdict, "rejected", None)
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("age", [301, -310, 86_400])
def test_an_old_or_early_webhook_is_refused(handler: Handler, age: int) -> None:
    assert send(b"{}", age=age).status_code == 401
    assert WebhookDelivery.objects.get().verdict == "old"


def test_rejected_webhooks_cannot_fill_the_table(handler: Handler) -> None:
    for number in range(20):
        assert send(b"%d" % number, secret=b"wrong").status_code == 401

    assert WebhookDelivery.objects.count() <= 2  # one an hour


def test_an_unknown_or_unconfigured_source_does_not_exist(handler: Handler) -> None:
    webhooks.register_source(
        WebhookSource("unset", verify=verify, handle=handler, tolerance=300, is_configured=lambda: False)
    )

    assert Client().post("/webhooks/nobody/", b"{}", content_type="application/json").status_code == 404
    assert Client().post("/webhooks/unset/", b"{}", content_type="application/json").status_code == 404
    assert Client().get(ADDRESS).status_code == 405
    del webhooks._sources["unset"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\x00\xff\xfe", "application/json"),
        (b'{"a": "\\u0000"}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"", "application/json"),
        (b"a=1&%00=%ff", "application/x-www-form-urlencoded"),
        (b"no parts", "multipart/form-data; boundary=x"),
        (b"no boundary", "multipart/form-data"),
    ],
    ids=["bytes", "NUL", "deep", "empty", "form", "multipart", "no boundary"],
)
def test_any_signed_bytes_are_stored_unparsed(handler: Handler, body: bytes, content_type: str) -> None:
    assert send(body, content_type=content_type).status_code == 200
    assert bytes(WebhookDelivery.objects.get().body or b"") == body


def test_megabytes_are_refused(handler: Handler) -> None:
    assert send(b"x" * (webhooks.MOST_BYTES + 1)).status_code == 413
    assert send(b"x" * 5_000_000).status_code == 413
    assert send(b"x" * 5_000_000, content_type="multipart/form-data; boundary=x").status_code == 413
    assert not WebhookDelivery.objects.exists()


def test_a_message_that_wants_an_answer_gets_it_and_is_not_stored(handler: Handler) -> None:
    assert send(b"ping").json() == {"pong": True}
    assert send(b"ping", secret=b"wrong").status_code == 401
    assert not WebhookDelivery.objects.filter(verdict="valid").exists()


def test_a_handler_that_fails_is_tried_again(handler: Handler) -> None:
    handler.error = KeyError("secret detail")
    send(b"{}")
    deliver()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.error) == ("waiting", webhooks.HANDLER_FAULT)

    handler.error = None
    OutboxMessage.objects.update(due_at=clock.now())
    deliver()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error, handler.bodies) == ("done", "", [b"{}"])


def test_what_no_retry_can_help_is_given_up_with_its_reason(handler: Handler) -> None:
    handler.error = Unprocessable("The body names no meeting.")
    send(b"{}")
    deliver()

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.error) == ("failed", "The body names no meeting.")
    assert OutboxMessage.objects.get().state == "dead"


@pytest.mark.parametrize("error", [KeyError("x"), outbox.RetryLater("The service did not answer.")])
def test_after_the_last_try_it_is_given_up(handler: Handler, error: Exception) -> None:
    handler.error = error
    send(b"{}")
    OutboxMessage.objects.update(attempts=outbox.MOST_ATTEMPTS - 1)
    deliver()

    assert OutboxMessage.objects.get().state == "dead"
    assert WebhookDelivery.objects.get().state == "failed"


@pytest.mark.parametrize(
    "body", [b'{"id": 5}', b'{"id": ["a"]}', b'{"id": "a\\u0000"}', b'{"id": "\\ud800"}', b"[" * 99_999]
)
def test_an_id_that_cannot_be_a_key_is_replaced_by_a_digest(handler: Handler, body: bytes) -> None:
    source = webhooks._sources["tests"]
    webhooks.register_source(replace(source, key_of=lambda incoming: webhooks.json_of(incoming.body)["id"]))

    assert send(body).status_code == 200
    assert WebhookDelivery.objects.get().key == webhooks.digest_of(Incoming(body, {}))


def test_admins_replay_a_webhook_and_support_cannot(handler: Handler, alex: User, suri: User) -> None:
    send(b"{}")
    deliver()
    delivery = WebhookDelivery.objects.get()
    chosen = {"action": "replay", "_selected_action": [str(delivery.pk)]}

    signed_in(suri).post("/admin/core/webhookdelivery/", chosen)
    deliver()
    assert handler.bodies == [b"{}"]

    signed_in(alex).post("/admin/core/webhookdelivery/", chosen)
    deliver()
    assert handler.bodies == [b"{}", b"{}"]
    entry = AuditEntry.objects.get(action="webhook replayed")
    assert (entry.actor_id, entry.subject) == (alex.pk, f"core.webhookdelivery:{delivery.pk}")


def test_rejected_webhooks_are_not_replayed(handler: Handler, alex: User) -> None:
    rejected = WebhookDeliveryFactory.create(verdict="bad", state="rejected", body=None)

    answer = signed_in(alex).post(
        "/admin/core/webhookdelivery/", {"action": "replay", "_selected_action": [str(rejected.pk)]}, follow=True
    )

    assert b"whose body is still kept" in answer.content
    assert not OutboxMessage.objects.filter(channel=webhooks.CHANNEL).exists()


def test_the_admin_shows_no_body(handler: Handler, suri: User) -> None:
    send(b'{"email": "cleo@people.test"}')
    page = signed_in(suri).get(f"/admin/core/webhookdelivery/{WebhookDelivery.objects.get().pk}/change/")

    assert b"Accepted" in page.content
    assert b"cleo@people.test" not in page.content


def test_bodies_are_forgotten_after_a_week_and_rows_after_a_month() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    new = WebhookDeliveryFactory.create(received_at=now - timedelta(days=6))
    old = WebhookDeliveryFactory.create(received_at=now - timedelta(days=8))
    WebhookDeliveryFactory.create(received_at=now - timedelta(days=31))

    webhooks.forget_old(now)

    kept = {row.pk: row.body is not None for row in WebhookDelivery.objects.all()}
    assert kept == {new.pk: True, old.pk: False}


def test_the_same_webhook_twice_at_once_is_worked_off_once(committed: None, handler: Handler) -> None:
    statuses: list[int] = []

    assert at_once(*[lambda: statuses.append(send(b'{"a": 1}').status_code)] * 2) == [DONE, DONE]
    deliver()

    assert statuses == [200, 200]
    assert handler.bodies == [b'{"a": 1}']
