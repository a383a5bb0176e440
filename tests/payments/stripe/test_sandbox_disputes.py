"""Tests the disputes of the stand-in for Stripe with the real SDK: its evidence, its files, and what the bank does."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
import stripe

from sandbox.server import Sandbox
from sandbox.stripe.disputes import FEE
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import KEY, intent


@pytest.fixture
def client(server: Sandbox) -> stripe.StripeClient:
    """Returns a client that also uploads files to the stand-in."""
    base: Any = {"api": f"{server.address}/stripe", "files": f"{server.address}/stripe"}
    return stripe.StripeClient(KEY, base_addresses=base, max_network_retries=0)


def upload(client: stripe.StripeClient, content: bytes = b"%PDF-1.7 proof", name: str = "proof.pdf") -> Any:
    file = io.BytesIO(content)
    file.name = name
    params: Any = {"purpose": "dispute_evidence", "file": file}
    return client.v1.files.create(params)


def update(client: stripe.StripeClient, pk: str, evidence: dict[str, str], **more: Any) -> Any:
    params: Any = {"evidence": evidence} | more
    return client.v1.disputes.update(pk, params)


def test_evidence_is_staged_then_submitted_once(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    dispute = stand_in.disputes.open(intent(client).id, reason="fraudulent")
    file = upload(client)
    assert (file.filename, file.size, file.type) == ("proof.pdf", 14, "pdf")

    staged = update(client, dispute["id"], {"uncategorized_text": "We met.", "receipt": file.id}, submit=False)
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    submitted = update(client, dispute["id"], {"uncategorized_text": "We met for an hour."})
    assert (submitted.status, submitted.evidence_details.submission_count) == ("under_review", 1)
    assert submitted.evidence.receipt == file.id

    with pytest.raises(stripe.InvalidRequestError):
        update(client, dispute["id"], {"uncategorized_text": "Again."})


def test_the_bank_takes_the_money_and_gives_it_back(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    paid = intent(client)
    before = stand_in.books.balance()["eur"]
    dispute = stand_in.disputes.open(paid.id)
    assert stand_in.books.balance()["eur"] == before - 5000 - FEE
    stand_in.disputes.win(dispute["id"])

    (read,) = client.v1.disputes.list({"payment_intent": paid.id}).data
    assert (read.status, [row.amount for row in read.balance_transactions]) == ("won", [-5000, 5000])
    assert stand_in.books.balance()["eur"] == before - FEE
    assert client.v1.charges.retrieve(str(paid.latest_charge)).disputed
    events = [event["type"] for event in stand_in.books.all("event") if "dispute" in event["type"]]
    assert [name.removeprefix("charge.dispute.") for name in events] == [
        "created", "funds_withdrawn", "funds_reinstated", "closed",
    ]  # fmt: skip


def test_a_disputed_charge_cannot_be_refunded(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    paid = intent(client)
    stand_in.disputes.open(paid.id)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.id})

    assert refused.value.code == "charge_disputed"


@pytest.mark.parametrize(
    "evidence", [{"nonsense": "x"}, {"receipt": "file_unknown"}, {"uncategorized_text": "x" * 150_001}]
)
def test_evidence_that_stripe_does_not_take(
    client: stripe.StripeClient, stand_in: StripeSandbox, evidence: dict[str, str]
) -> None:
    dispute = stand_in.disputes.open(intent(client).id)

    with pytest.raises(stripe.InvalidRequestError):
        update(client, dispute["id"], evidence, submit=False)


def test_files_together_are_at_most_five_megabytes(client: stripe.StripeClient, stand_in: StripeSandbox) -> None:
    dispute = stand_in.disputes.open(intent(client).id)
    large = [upload(client, b"%PDF".ljust(3 * 1024 * 1024)).id for _ in range(2)]

    with pytest.raises(stripe.InvalidRequestError):
        update(client, dispute["id"], {"receipt": large[0], "uncategorized_file": large[1]}, submit=False)
    with pytest.raises(stripe.InvalidRequestError):
        upload(client, b"PK\x03\x04", "files.zip")


def test_a_developer_plays_the_bank_on_a_page(client: stripe.StripeClient, server: Sandbox) -> None:
    address, paid = f"{server.address}/stripe/disputes", intent(client)
    assert paid.id in httpx.get(address).text

    httpx.post(address, data={"act": "inquire", "id": paid.id, "reason": "duplicate"})
    (dispute,) = server.stripe.books.all("dispute")
    assert dispute["status"] == "warning_needs_response"
    for act in ("withdraw", "lose"):
        httpx.post(address, data={"act": act, "id": dispute["id"]})

    assert dispute["status"] == "lost"
    assert httpx.post(address, data={"act": "win", "id": dispute["id"]}).status_code == 400
    assert httpx.post(address, data={"act": "nonsense", "id": "x"}).status_code == 400
