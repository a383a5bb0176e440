"""Tests the stand-in for Stripe with the real SDK: its payments, errors, keys and faults."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
import stripe

from sandbox.server import Sandbox
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import intent

Parameters = dict[str, Any]


def test_a_payment_is_reserved_captured_and_refunded(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    reserved = intent(client, capture_method="manual", metadata={"row": "1"})
    assert (reserved.status, reserved.amount_capturable) == ("requires_capture", 5000)
    assert stand_in.books.balance() == {}

    taken = client.v1.payment_intents.capture(reserved.id)
    assert (taken.status, taken.amount_received) == ("succeeded", 5000)
    assert stand_in.books.balance() == {"eur": 5000 - 175}

    params: Any = {"payment_intent": reserved.id, "amount": 2000, "metadata": {"row": "2"}}
    refund: Any = client.v1.refunds.create(params)
    assert (refund.status, refund.metadata.to_dict()) == ("succeeded", {"row": "2"})
    charge = client.v1.charges.retrieve(str(taken.latest_charge))
    assert (charge.amount_captured, charge.amount_refunded, charge.refunded) == (5000, 2000, False)
    transactions = client.v1.balance_transactions.list({"limit": 10})
    assert [(row.type, row.amount, row.fee, row.net) for row in transactions.data] == [
        ("refund", -2000, 0, -2000),
        ("charge", 5000, 175, 4825),
    ]


def test_a_cancelled_payment_moves_nothing(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    reserved = intent(client, capture_method="manual")

    cancelled = client.v1.payment_intents.cancel(reserved.id, {"cancellation_reason": "abandoned"})

    assert (cancelled.status, cancelled.cancellation_reason, cancelled.amount_capturable) == (
        "canceled",
        "abandoned",
        0,
    )
    assert stand_in.books.balance() == {}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(reserved.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_an_authorisation_expires_after_seven_days(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    reserved = intent(client, capture_method="manual")
    params: Any = {"expand": ["latest_charge"]}
    charge: Any = client.v1.payment_intents.retrieve(reserved.id, params).latest_charge
    assert charge.payment_method_details.card.capture_before == charge.created + 7 * 86_400

    stand_in.advance(7 * 86_400 + 1)

    expired = client.v1.payment_intents.retrieve(reserved.id)
    assert (expired.status, expired.cancellation_reason) == ("canceled", "expired")


def test_declined_cards_are_card_errors(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        intent(client, payment_method="pm_card_chargeDeclinedInsufficientFunds")

    error: Any = declined.value.error
    assert (declined.value.http_status, declined.value.code) == (402, "card_declined")
    assert (error.decline_code, error.payment_intent.status) == ("insufficient_funds", "requires_payment_method")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"amount": 0}, "parameter_invalid_integer"),
        ({"amount": "ten"}, "parameter_invalid_integer"),
        ({"amount": 100_000_000}, "amount_too_large"),
        ({"currency": "xxx"}, None),
        ({"application_fee": 5}, "parameter_unknown"),
        ({"capture_method": "never"}, None),
    ],
)
def test_wrong_parameters_are_refused(client: stripe.StripeClient, params: Parameters, code: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        intent(client, **params)

    assert (refused.value.http_status, refused.value.code) == (400, code)


def test_more_than_is_left_cannot_be_refunded(client: stripe.StripeClient) -> None:
    payment = intent(client)
    client.v1.refunds.create({"payment_intent": payment.id, "amount": 3000})

    with pytest.raises(stripe.InvalidRequestError, match="greater than the amount that is left"):
        client.v1.refunds.create({"payment_intent": payment.id, "amount": 2001})
    client.v1.refunds.create({"payment_intent": payment.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": payment.id})
    assert refused.value.code == "charge_already_refunded"


def test_what_does_not_exist_is_404_and_a_wrong_key_401(client: stripe.StripeClient, server: Sandbox) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.payment_intents.retrieve("pi_none")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")

    stranger = stripe.StripeClient("sk_live_1", base_addresses={"api": f"{server.address}/stripe"})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.charges.list()


def test_lists_have_pages_newest_first(client: stripe.StripeClient) -> None:
    ids = [intent(client).id for _ in range(5)]

    first = client.v1.payment_intents.list({"limit": 2})
    assert ([row.id for row in first.data], first.has_more) == (ids[:2:-1], True)
    assert [row.id for row in first.auto_paging_iter()] == ids[::-1]
    before = client.v1.payment_intents.list({"limit": 2, "ending_before": ids[0]})
    assert [row.id for row in before.data] == [ids[2], ids[1]]


@pytest.mark.parametrize(
    ("currency", "amount", "is_taken"),
    [
        ("jpy", 9000, True), ("kwd", 5120, True), ("kwd", 5124, False), ("isk", 90000, True), ("isk", 90050, False),
        ("huf", 990050, True), ("twd", 12350, True), ("ugx", 100, False),
    ],
)  # fmt: skip
def test_amounts_in_special_currencies(client: stripe.StripeClient, currency: str, amount: int, is_taken: bool) -> None:
    if is_taken:
        assert intent(client, currency=currency, amount=amount).amount_received == amount
    else:
        with pytest.raises(stripe.InvalidRequestError):
            intent(client, currency=currency, amount=amount)


# Idempotency keys


def create(client: stripe.StripeClient, key: str, amount: int = 5000) -> Any:
    return client.v1.payment_intents.create({"amount": amount, "currency": "eur"}, {"idempotency_key": key})


def test_a_key_brings_the_same_answer_again(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    first, second = create(client, "a"), create(client, "a")

    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(stand_in.books.all("payment_intent")) == 1


def test_a_key_with_other_parameters_is_refused(client: stripe.StripeClient) -> None:
    create(client, "a")

    with pytest.raises(stripe.IdempotencyError) as refused:
        create(client, "a", amount=6000)
    assert refused.value.http_status == 400


def test_a_key_is_forgotten_after_a_day(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    first = create(client, "a")

    stand_in.advance(24 * 3600)

    assert create(client, "a").id != first.id


def test_a_refused_parameter_uses_up_no_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        create(client, "a", amount=0)

    assert create(client, "a").amount == 5000


def test_a_fault_is_kept_for_its_key_once_the_work_has_begun(
    client: stripe.StripeClient, stand_in: StripeSandbox
) -> None:
    stand_in.set_fault("broken once")

    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            create(client, "a")
        assert failed.value.http_status == 500
    assert len(stand_in.books.all("payment_intent")) == 1


def test_two_calls_with_one_key_at_once_are_a_conflict(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    stand_in.slow_seconds = 1
    stand_in.set_fault("slow once")
    answers: list[Any] = []
    slow = threading.Thread(target=lambda: answers.append(create(client, "a")))
    slow.start()
    while not stand_in._running:
        assert slow.is_alive()

    with pytest.raises(stripe.StripeError) as conflict:
        create(client, "a")

    assert conflict.value.http_status == 409
    slow.join()
    assert create(client, "a").id == answers[0].id


# Faults


def test_faults_on_demand(client: stripe.StripeClient, server: Sandbox) -> None:
    def fail(name: str) -> None:
        assert httpx.post(f"{server.address}/faults/stripe", content=name).status_code == 204

    fail("429 once")
    with pytest.raises(stripe.RateLimitError):
        client.v1.charges.list()
    for fault in ("500 once", "garbage once", "broken once"):
        fail(fault)
        with pytest.raises(stripe.APIError):
            client.v1.charges.list()
    fail("drop")
    with pytest.raises(stripe.APIConnectionError):
        intent(client)
    fail("none")
    assert len(client.v1.payment_intents.list().data) == 1
    assert httpx.post(f"{server.address}/faults/stripe", content="flood").status_code == 404


def test_a_refund_can_fail_after_it_succeeded(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    payment = intent(client, payment_method="pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": payment.id})
    assert refund.status == "succeeded"

    stand_in.advance(6)

    failed = client.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert stand_in.books.balance() == {"eur": 4825}
    assert "refund.failed" in [row.type for row in client.v1.events.list().data]
