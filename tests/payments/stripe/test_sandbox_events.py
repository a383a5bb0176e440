"""Tests the events of the stand-in for Stripe and its books across a restart, with the real SDK."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import stripe

from sandbox.stripe.service import StripeSandbox
from sandbox.stripe.webhooks import RETRY_AFTER, body_of, signature_header
from tests.outside import OutsideServer, outside_server
from tests.payments.stripe.cast import intent


@pytest.fixture
def receiver(settings: Any) -> Any:
    with outside_server(settings) as receiving:
        yield receiving


def endpoint(client: stripe.StripeClient, receiver: OutsideServer, *events: str) -> Any:
    receiver.answer("/hooks/")
    params: Any = {"url": receiver.address("/hooks/"), "enabled_events": list(events)}
    return client.v1.webhook_endpoints.create(params)


def test_events_are_sent_signed_as_the_sdk_expects(
    client: stripe.StripeClient, stand_in: StripeSandbox, receiver: OutsideServer
) -> None:
    registered = endpoint(client, receiver, "payment_intent.succeeded")
    intent(client)

    assert stand_in.courier.deliver_due() == 1

    _, headers = receiver.requests[0]
    event = stripe.Webhook.construct_event(receiver.bodies[0], headers["Stripe-Signature"], registered.secret)
    assert (event.type, event.data.object["amount"]) == ("payment_intent.succeeded", 5000)
    assert event.id in [row.id for row in client.v1.events.list().data]
    assert client.v1.webhook_endpoints.delete(registered.id).deleted


def test_a_delivery_that_fails_is_repeated(
    client: stripe.StripeClient, stand_in: StripeSandbox, receiver: OutsideServer
) -> None:
    endpoint(client, receiver, "*")
    receiver.answer("/hooks/", status=500)
    client.v1.payment_intents.create({"amount": 5000, "currency": "eur"})

    assert stand_in.courier.deliver_due() == 0
    (delivery,) = stand_in.books.deliveries
    assert delivery["due"] > time.time() + RETRY_AFTER[0] - 1
    receiver.answer("/hooks/")
    delivery["due"] = 0
    assert stand_in.courier.deliver_due() == 1
    assert (receiver.bodies[0] == receiver.bodies[1], stand_in.books.deliveries) == (True, [])


def test_one_signature_for_each_secret_while_one_is_replaced(stand_in: StripeSandbox) -> None:
    stand_in.payments.create({"amount": "5000", "currency": "eur"})
    body = body_of(stand_in.books.all("event")[0])
    header = signature_header(body, ["whsec_old", "whsec_new"], int(time.time()))

    for secret in ("whsec_old", "whsec_new"):
        assert stripe.Webhook.construct_event(body, header, secret).type == "payment_intent.created"


def test_the_books_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "books.json"
    before = StripeSandbox(file=file)
    before.payments.create({"amount": "5000", "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"})
    before.books.save()

    after = StripeSandbox(file=file)

    assert after.books.balance() == {"eur": 4825}
    assert json.loads(file.read_text())["objects"] == after.books.objects


def test_events_that_are_due_are_sent_after_a_restart(tmp_path: Path, receiver: OutsideServer) -> None:
    receiver.answer("/webhooks/stripe/")
    before = StripeSandbox(file=tmp_path / "books.json")
    before.is_stopped.set()
    before.start_demo("http://127.0.0.1:9", "whsec_1")
    before.payments.create({"amount": "5000", "currency": "eur"})
    before.books.save()

    after = StripeSandbox(file=tmp_path / "books.json")
    after.is_stopped.set()
    after.start_demo(receiver.address("").rstrip("/"), "whsec_2")

    assert after.courier.deliver_due() == 1
    _, headers = receiver.requests[0]
    assert stripe.Webhook.construct_event(receiver.bodies[0], headers["Stripe-Signature"], "whsec_2")
