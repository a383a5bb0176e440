"""Tests comparing the ledger with the balance at Stripe: lost events are made up for, planted differences are found."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core import clock
from core.ids import uuid7
from core.money import Money
from core.registry import integrity_findings
from payments import ledger
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry, ProviderTransaction
from payments.stripe import operations
from payments.stripe.balance import read_balance
from payments.stripe.differences import differences
from payments.tasks import compare_with_stripe
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import minor_units, paid

pytestmark = pytest.mark.django_db
LATER = timedelta(days=3)


def findings() -> list[str]:
    return [finding.what for finding in integrity_findings(clock.now() + LATER) if finding.check == "stripe: ledger"]


def plant(payee: User, transaction_id: str, amount: str) -> None:
    """Posts a capture that nobody at Stripe knows."""
    ledger.post(
        reference=f"capture:pi_{uuid7()}",
        kind=LedgerEntry.Kind.CAPTURE,
        occurred_at=clock.now(),
        movements=[
            Movement(
                ledger.PROVIDER, AccountName(LedgerAccount.Kind.CLIENT_FUNDS, payee.pk), Money(Decimal(amount), "EUR")
            )
        ],
        provider_id=transaction_id,
    )


def test_payments_whose_events_were_lost_are_posted(sandbox: StripeSandbox, ada: User) -> None:
    payment_id = paid(sandbox, ada)
    operations.capture(payment_id)
    operations.refund(key="r1", payment_id=payment_id, money=Money(Decimal("20.00"), "EUR"))
    paid(sandbox, ada, "9000", "JPY", is_held=False)

    compare_with_stripe(clock.now())

    assert findings() == []
    balances = ledger.balances(None)[LedgerAccount.Kind.PROVIDER]
    assert {
        currency: int(money.amount * (1 if currency == "JPY" else 100)) for currency, money in balances.items()
    } == (minor_units(sandbox))


def test_the_balance_is_read_again_without_a_second_row(sandbox: StripeSandbox, ada: User) -> None:
    for _ in range(3):
        paid(sandbox, ada, is_held=False)

    assert (read_balance(), read_balance()) == (3, 3)
    assert ProviderTransaction.objects.count() == 3


def test_the_whole_history_is_read_page_by_page(sandbox: StripeSandbox) -> None:
    charge = {"id": "ch_none", "currency": "eur"}
    with sandbox.books.lock:
        for _ in range(230):
            transaction = sandbox.books.add_transaction("adjustment", charge, -10)
            transaction["source"] = None

    assert read_balance() == 230


def test_a_payment_that_the_ledger_does_not_know_is_found(sandbox: StripeSandbox) -> None:
    sandbox.payments.create({"amount": "5000", "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"})
    (intent,) = sandbox.books.all("payment_intent")
    (transaction,) = sandbox.books.all("balance_transaction")

    compare_with_stripe(clock.now())

    assert findings() == [f"{transaction['id']} (charge of {intent['id']}): 48.25 EUR at Stripe, nothing in the ledger"]


def test_an_entry_that_stripe_does_not_have_is_found(sandbox: StripeSandbox, ada: User) -> None:
    plant(ada, "txn_invented", "75.00")

    (finding,) = findings()

    assert finding.endswith(": 75.00 EUR in the ledger, and no transaction txn_invented at Stripe")
    assert [
        row for row in integrity_findings(clock.now()) if row.check == "stripe: ledger"
    ] == []  # may not be read yet


def test_another_sum_is_found(sandbox: StripeSandbox, ada: User) -> None:
    operations.capture(paid(sandbox, ada))
    compare_with_stripe(clock.now())
    assert findings() == []

    ProviderTransaction.objects.update(net=7000)

    (transaction,) = sandbox.books.all("balance_transaction")
    (finding,) = findings()
    assert finding.startswith(transaction["id"])
    assert finding.endswith("70.00 EUR at Stripe, 72.53 EUR in the ledger")


def test_a_second_entry_for_one_transaction_is_found(sandbox: StripeSandbox, ada: User) -> None:
    operations.capture(paid(sandbox, ada))
    compare_with_stripe(clock.now())
    (transaction,) = sandbox.books.all("balance_transaction")

    plant(ada, transaction["id"], "1.00")

    (finding,) = findings()
    assert finding.endswith("72.53 EUR at Stripe, 73.53 EUR in the ledger")


def test_an_amount_that_the_currency_cannot_have_is_found(sandbox: StripeSandbox) -> None:
    with sandbox.books.lock:
        sandbox.books.add_transaction("adjustment", {"id": "ch_none", "currency": "isk"}, 50)["source"] = None

    compare_with_stripe(clock.now())

    (finding,) = findings()
    assert finding.endswith("an amount that ISK cannot have")


def test_payouts_are_not_compared(sandbox: StripeSandbox) -> None:
    with sandbox.books.lock:
        sandbox.books.add_transaction("payout", {"id": "po_none", "currency": "eur"}, -5000)["source"] = None

    compare_with_stripe(clock.now())

    assert findings() == []


def test_without_a_key_nothing_is_asked(ada: User) -> None:
    compare_with_stripe(clock.now())

    assert not ProviderTransaction.objects.exists()


def test_one_payment_that_cannot_be_read_stops_no_other(sandbox: StripeSandbox, ada: User) -> None:
    sandbox.payments.create({"amount": "5000", "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"})
    paid(sandbox, ada, is_held=False)

    read_balance()

    assert LedgerEntry.objects.filter(kind="capture").count() == 1


def test_the_comparison_is_one_query(
    sandbox: StripeSandbox, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = clock.now()
    for count in (1, 5):
        for _ in range(count):
            paid(sandbox, ada, is_held=False)
        read_balance()
        with django_assert_num_queries(1):
            assert list(differences(now)) == []
