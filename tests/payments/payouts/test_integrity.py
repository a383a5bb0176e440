"""What `audit_integrity` and the nightly comparison say of payouts: planted faults, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import User
from core import clock
from core.registry import integrity_findings
from payments.models import LedgerEntry, ProviderCheck, Transfer
from payments.payouts import accounts
from payments.stripe.balance import read_balance
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import CHECKS, check_books, onboarded, pay_due, scheduled, transfer_of

pytestmark = pytest.mark.django_db


def findings() -> list[str]:
    return [row.what for row in integrity_findings(clock.now()) if row.check.startswith(CHECKS)]


def test_a_share_that_was_changed_is_found(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo)
    pay_due()
    check_books(sandbox)

    Transfer.objects.update(amount=Decimal("60.00"))

    assert findings() == ["WM-222222: 75.0000 EUR is left of it, and its shares and fees add up to 67.5000"]


def test_a_transfer_that_the_ledger_lacks_is_found(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    read_balance()
    transfer = transfer_of(payment)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE payments_ledgerentry DISABLE TRIGGER append_only")
    LedgerEntry.objects.filter(reference=f"transfer:{transfer.provider_id}").update(reference="gone")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_ledgerentry ENABLE TRIGGER append_only")

    [line] = findings()
    assert f"transfer:{transfer.provider_id} has 67.5000 EUR, and the ledger has no minor units" in line


def test_a_transfer_in_the_dashboard_is_a_difference(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo)
    with sandbox.books.lock:
        sandbox.transfers.create({"amount": "500", "currency": "eur", "destination": account.provider_id})

    read_balance()

    [line] = findings()
    assert "(transfer): -5.00 EUR at Stripe, nothing in the ledger" in line


def test_a_balance_that_leaves_by_itself_is_found(sandbox: StripeSandbox, db: None) -> None:
    assert accounts.check_own_balance() == ""
    assert findings() == []

    sandbox.books.payout_interval = "daily"
    accounts.check_own_balance()

    assert "Set payouts to manual" in findings()[0]
    assert ProviderCheck.objects.get().problem == findings()[0]
