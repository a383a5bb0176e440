"""Tests the webhooks of Stripe: which are accepted, and what becomes of them."""

from __future__ import annotations

import json
import time

import pytest

from accounts.models import User
from core import outbox
from core.models import OutboxMessage, WebhookDelivery
from core.webhooks import Incoming, Rejected
from payments import ledger
from payments.models import LedgerAccount, LedgerEntry
from payments.stripe import operations, webhooks
from sandbox.stripe.service import StripeSandbox
from sandbox.stripe.webhooks import body_of, signature_header
from tests.payments.stripe.cast import SECRET, deliver, deliver_all, paid, post_webhook

pytestmark = pytest.mark.django_db
BODY = b'{"id":"evt_1","object":"event"}'
SIGNATURE = "e27afa20749e04a520551474da54ed828fe8deec0c04cd48578decab37d548c1"


def signed(header: str, body: bytes = BODY) -> Incoming:
    return Incoming(body, {"Stripe-Signature": header})


def test_the_known_signature_of_a_known_body(sandbox: StripeSandbox, settings: object) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_test"]  # type: ignore[attr-defined]  # pytest-django's settings

    assert webhooks.verify(signed(f"t=1795230000,v1={SIGNATURE}")).timestamp() == 1795230000
    two = signed(f"t=1795230000,v1={'0' * 64},v1={SIGNATURE},v0=x")
    assert webhooks.verify(two).timestamp() == 1795230000
    for header in (f"t=1795230000,v1={'0' * 64}", f"t=1795230001,v1={SIGNATURE}", f"t=1795230000,v0={SIGNATURE}"):
        with pytest.raises(Rejected):
            webhooks.verify(signed(header))
    with pytest.raises(Rejected):
        webhooks.verify(signed(f"t=1795230000,v1={SIGNATURE}", BODY.replace(b":", b": ")))


@pytest.mark.parametrize(
    ("age", "status"), [(0, 200), (299, 200), (302, 401), (-290, 200), (-600, 401), (-10_000_000, 401)]
)
def test_messages_that_are_too_old_or_from_the_future_are_refused(
    sandbox: StripeSandbox, age: int, status: int
) -> None:
    header = signature_header(BODY, [SECRET], int(time.time()) - age)

    assert post_webhook(BODY, header).status_code == status


@pytest.mark.parametrize("secrets", [["whsec_old", SECRET], [SECRET, "whsec_new"]])
def test_one_right_signature_of_several_is_enough(sandbox: StripeSandbox, secrets: list[str]) -> None:
    assert post_webhook(BODY, signature_header(BODY, secrets, int(time.time()))).status_code == 200


@pytest.mark.parametrize("header", ["", "t=", "v1=abc", "t=1,t=2,v1=a", "t=1795230000,v1=é", "\x00", "t=9" * 50])
def test_headers_that_cannot_be_read_are_refused(sandbox: StripeSandbox, header: str) -> None:
    assert post_webhook(BODY, header).status_code == 401
    assert not WebhookDelivery.objects.filter(body__isnull=False).exists()


def test_without_a_secret_there_is_no_address(settings: object) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []  # type: ignore[attr-defined]  # pytest-django's settings

    assert post_webhook(BODY, signature_header(BODY, [SECRET], int(time.time()))).status_code == 404


def test_a_payment_is_posted_once_however_often_and_in_which_order_events_arrive(
    sandbox: StripeSandbox, ada: User
) -> None:
    payment_id = paid(sandbox, ada)
    operations.capture(payment_id)
    for event in reversed(sandbox.books.all("event")):
        deliver(event, times=10)

    assert sorted(LedgerEntry.objects.values_list("kind", flat=True)) == ["capture", "fee"]
    assert ledger.balances(ada.pk)[LedgerAccount.Kind.CLIENT_FUNDS]["EUR"].amount == -75
    assert WebhookDelivery.objects.exclude(state="done").count() == 0


def test_what_an_event_says_does_not_count(sandbox: StripeSandbox, ada: User) -> None:
    payment_id = paid(sandbox, ada)
    event = next(event for event in sandbox.books.all("event") if event["data"]["object"]["id"] == payment_id)
    event["data"]["object"] |= {"status": "succeeded", "amount_received": 7500}

    deliver(event)

    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    "event",
    [
        {"id": "evt_2", "type": "customer.created", "data": {"object": {"object": "customer", "id": "cus_1"}}},
        {"id": "evt_2", "type": "v2.core.account.updated", "data": {"object": {}}},
        {"id": "evt_2", "data": {"object": {"object": "charge", "payment_intent": None}}},
    ],
)
def test_other_events_are_left_alone(sandbox: StripeSandbox, event: dict[str, object]) -> None:
    deliver(event)

    assert WebhookDelivery.objects.get().state == "done"


@pytest.mark.parametrize(
    "event",
    [
        {"id": "evt_3", "data": {"object": {"object": "payment_intent", "id": "pi_unknown"}}},
        {"id": "evt_3", "data": {"object": {"object": "payment_intent", "id": "../../charges"}}},
        {"id": "evt_3", "data": {"object": {"object": "payment_intent", "id": 5}}},
        {"id": "evt_3", "data": {"object": {"object": "checkout.session"}}},
        {"id": "evt_3", "data": []},
        {"id": 3},
    ],
)
def test_events_about_nothing_that_exists_are_given_up(sandbox: StripeSandbox, event: dict[str, object]) -> None:
    deliver(event)

    assert WebhookDelivery.objects.get().state == "failed"


def test_payments_of_others_in_the_same_account_are_not_posted(sandbox: StripeSandbox) -> None:
    sandbox.payments.create({"amount": "5000", "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"})

    deliver_all(sandbox)

    assert not LedgerEntry.objects.exists()
    assert set(WebhookDelivery.objects.values_list("error", flat=True)) == {"This is not a payment of Waymark."}


def test_an_event_waits_while_stripe_has_a_fault(sandbox: StripeSandbox, ada: User) -> None:
    operations.capture(paid(sandbox, ada))
    event = sandbox.books.all("event")[-1]
    sandbox.set_fault("500 once")

    deliver(event)
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.error) == ("waiting", "Stripe has a problem at the moment.")
    assert not LedgerEntry.objects.exists()
    OutboxMessage.objects.update(due_at=delivery.received_at)
    outbox.deliver_due("webhook")

    assert LedgerEntry.objects.count() == 2


def test_bodies_are_kept_as_they_were_sent(sandbox: StripeSandbox, ada: User) -> None:
    paid(sandbox, ada)
    event = sandbox.books.all("event")[0]

    deliver(event)

    assert json.loads(bytes(WebhookDelivery.objects.get().body or b"")) == json.loads(body_of(event))
