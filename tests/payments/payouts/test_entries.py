"""Which ledger entries a payment has after payouts, for the API and the admin, and in which currency."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from payments import refunds
from payments.models import Payment
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import onboarded, pay_due, scheduled, signed_in_client, work

pytestmark = pytest.mark.django_db


def paid_out_and_refunded(sandbox: StripeSandbox, ada: User, cleo: User, amount: str, currency: str) -> Payment:
    onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo, amount, currency)
    pay_due()
    refunds.refund(payment=payment, amount=payment.amount / 3, reason="Too short.", by=ada)
    work()
    return payment


def entries_of(browser: Client, payment: Payment) -> list[tuple[str, str, str]]:
    rows: list[dict[str, Any]] = browser.get(f"/api/payments/{payment.pk}").json()["payment"]["entries"]
    return sorted((row["kind"], row["amount"], row["currency"]) for row in rows)


def test_transfers_and_reversals_are_entries_of_their_payment(
    sandbox: StripeSandbox, adas: Client, ada: User, cleo: User, suri: User
) -> None:
    payment = paid_out_and_refunded(sandbox, ada, cleo, "75.00", "EUR")

    own = [
        ("capture", "75.00", "EUR"), ("earned", "75.00", "EUR"), ("earned_less", "25.00", "EUR"),
        ("refund", "25.00", "EUR"), ("reversal", "22.50", "EUR"), ("transfer", "67.50", "EUR"),
    ]  # fmt: skip
    assert entries_of(adas, payment) == own
    assert entries_of(signed_in_client(suri), payment) == sorted([*own, ("fee", "2.47", "EUR")])
    page = signed_in_client(suri).get(f"/admin/payments/payment/{payment.pk}/change/").content.decode()
    assert "Transfer to the builder of €67.50" in page
    assert "Transfer that was taken back of €22.50" in page


def test_a_transfer_in_another_currency_is_not_added_up_with_the_payment(
    sandbox: StripeSandbox, adas: Client, ada: User, cleo: User
) -> None:
    sandbox.transfers.converts = {"jpy": ("usd", 50)}  # 8100 yen arrive as 40.50 dollars
    payment = paid_out_and_refunded(sandbox, ada, cleo, "9000", "JPY")

    assert {("transfer", "40.50", "USD"), ("reversal", "13.50", "USD")} <= set(entries_of(adas, payment))
    assert ("earned", "9000", "JPY") in entries_of(adas, payment)
