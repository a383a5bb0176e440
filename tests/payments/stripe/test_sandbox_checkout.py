"""Tests the page of a checkout of the stand-in for Stripe, and what it takes, with the real SDK."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
import stripe

from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import ASKING, DECLINED, GOOD, session_params

Parameters = dict[str, Any]


def test_paying_on_the_page(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())
    assert (session.status, session.payment_intent) == ("open", None)
    page = httpx.get(str(session.url))
    assert "75.00 EUR" in page.text
    assert "<script" not in page.text

    answer = httpx.post(str(session.url), data={"card": GOOD})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://testserver/paid/{session.id}"
    params: Any = {"expand": ["payment_intent"]}
    complete: Any = client.v1.checkout.sessions.retrieve(session.id, params)
    assert (complete.status, complete.payment_status, complete.url) == ("complete", "unpaid", None)
    assert (complete.payment_intent.status, complete.payment_intent.metadata.row) == ("requires_capture", "1")
    assert httpx.post(f"{session.url}", data={"card": GOOD}).headers["Location"].endswith(session.id)
    assert len(client.v1.charges.list().data) == 1


def test_a_declined_card_can_be_replaced_on_the_page(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())

    declined = httpx.post(str(session.url), data={"card": DECLINED})

    assert declined.status_code == 402
    assert "Your card was declined." in declined.text
    assert httpx.post(str(session.url), data={"card": "4242 4242 4242 4242"}).status_code == 303
    assert len(client.v1.payment_intents.list().data) == 1


def test_a_bank_that_asks_is_answered_on_a_page_of_its_own(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())

    asking = httpx.post(str(session.url), data={"card": ASKING}).headers["Location"]
    assert "Complete authentication" in httpx.get(asking).text
    failed = httpx.post(asking, data={"answer": "fail"})
    assert "unable to authenticate" in failed.text
    httpx.post(str(session.url), data={"card": ASKING})
    complete = httpx.post(asking, data={"answer": "complete"})

    assert complete.headers["Location"] == f"http://testserver/paid/{session.id}"


def test_a_page_expires(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    by_call, by_time = (client.v1.checkout.sessions.create(session_params()) for _ in range(2))

    assert client.v1.checkout.sessions.expire(by_call.id).status == "expired"
    stand_in.advance(24 * 3600)

    assert client.v1.checkout.sessions.retrieve(by_time.id).status == "expired"
    for session in (by_call, by_time):
        assert httpx.post(str(session.url), data={"card": GOOD}).status_code == 410
    assert stand_in.books.all("charge") == []


@pytest.mark.parametrize(
    "params",
    [
        {"expires_at": int(time.time()) + 60},
        {"expires_at": int(time.time()) + 25 * 3600},
        {"payment_method_types": ["card", "sepa_debit"]},
        {"mode": "lottery"},
        {"line_items": []},
    ],
)
def test_wrong_checkouts_are_refused(client: stripe.StripeClient, params: Parameters) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(session_params(**params))
