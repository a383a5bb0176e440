"""Transfers that our balance at Stripe does not cover: operators hear of it at once, and they are sent once it does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core import clock
from core.registry import integrity_findings
from payments import refunds
from payments.models import Payment, Transfer
from payments.payouts import shortage
from payments.stripe import refreshing
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import (
    in_account,
    onboarded,
    pay_due,
    scheduled,
    signed_in_client,
    work,
)
from tests.payments.stripe.captured import captured

pytestmark = pytest.mark.django_db


def short(sandbox: StripeSandbox, ada: User, cleo: User) -> Payment:
    """Returns a payment of which 22.50 have to be sent once more, from a balance that is empty by now."""
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    refund = refunds.refund(payment=payment, amount=payment.amount / 3, reason="Too short.", by=ada)
    work()
    refund.refresh_from_db()
    with sandbox.books.lock:
        sandbox.payments.fail_refund(refund.provider_id)
        sandbox.transfers.empty_own()
    refreshing.refresh_payment(payment.intent_id)
    refund.refresh_from_db()
    refunds.give_up(refund=refund, reason="The card was closed.", by=ada)
    pay_due()
    return payment


def test_operators_are_told_at_once_and_the_builder_is_not_asked_to_act(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User, adas: Client
) -> None:
    onboarded(sandbox, ada)
    short(sandbox, ada, cleo)
    pay_due()

    findings = [row.what for row in integrity_findings(clock.now()) if row.check == "stripe: settings"]
    assert findings == ["Our balance at Stripe is too low: a transfer to a builder waits for it."]
    assert suri.notifications.filter(title="Transfers to builders wait for our balance").count() == 1
    assert "Ada Moreno" in signed_in_client(suri).get("/admin/payments/transfer/?waits=balance").content.decode()
    assert not ada.notifications.filter(title="A payout could not be made").exists()
    assert "Waymark’s balance at Stripe is too low" in adas.get("/dashboard/payouts/").content.decode()


def test_it_is_sent_once_the_balance_covers_it(sandbox: StripeSandbox, ada: User, cleo: User, suri: User) -> None:
    account = onboarded(sandbox, ada)
    payment = short(sandbox, ada, cleo)
    assert shortage.try_again() == 0
    assert payment.transfers.get(number=2).waits_for_balance

    captured(sandbox, suri, cleo, "100.00")
    assert shortage.try_again() == 1
    work()

    assert in_account(sandbox, account) == {"eur": 6750}
    assert payment.transfers.get(number=2).state == Transfer.State.PAID
    shortage.try_again()
    assert [row for row in integrity_findings(clock.now()) if row.check == "stripe: settings"] == []


def test_stripe_is_not_asked_while_nothing_waits(sandbox: StripeSandbox, settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9/nobody"
    assert shortage.try_again() == 0
