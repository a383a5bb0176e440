"""Refunds after a transfer: the refund first, then the reversal, each by itself, and a debt for what cannot be taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from core import clock, outbox
from core.models import OutboxMessage
from payments import refunds
from payments.models import LedgerAccount, Payment, Transfer, TransferReversal
from payments.states import RefundStatus
from payments.stripe import refreshing
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import (
    balance,
    check_books,
    in_account,
    onboarded,
    pay_due,
    scheduled,
    transfer_of,
    work,
)

pytestmark = pytest.mark.django_db
Kind, State, Status = LedgerAccount.Kind, Transfer.State, TransferReversal.Status


def give_back(payment: Payment, amount: str | None) -> None:
    refunds.refund(payment=payment, amount=Decimal(amount) if amount else None, reason="Too short.", by=payment.payee)


@pytest.mark.parametrize(("amount", "left"), [("25.00", 4500), (None, 0), ("0.01", 6749)])
def test_a_refund_takes_back_its_part(
    sandbox: StripeSandbox, ada: User, cleo: User, amount: str | None, left: int
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()

    give_back(payment, amount)
    work()

    assert in_account(sandbox, account).get("eur", 0) == left
    assert balance(ada, Kind.DEBT) == 0
    assert balance(ada, Kind.PAID_OUT) == Decimal(left) / 100
    check_books(sandbox)


def test_each_builder_gives_back_their_part(sandbox: StripeSandbox, ada: User, suri: User, cleo: User) -> None:
    first, second = onboarded(sandbox, ada), onboarded(sandbox, suri)
    payment = scheduled(sandbox, ada, cleo, "100.00", partners={suri: 40})
    pay_due()

    give_back(payment, "50.00")
    work()

    assert (in_account(sandbox, first), in_account(sandbox, second)) == ({"eur": 2700}, {"eur": 1800})
    check_books(sandbox)


def test_the_refund_comes_first(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    give_back(payment, None)
    sandbox.set_fault("500")

    work()
    assert TransferReversal.objects.count() == 0
    assert in_account(sandbox, account) == {"eur": 6750}

    sandbox.set_fault("none")
    for _ in range(3):
        OutboxMessage.objects.filter(state="waiting").update(due_at=clock.now())
        work()
    assert in_account(sandbox, account) == {}
    check_books(sandbox)


@pytest.mark.parametrize("fault", ["drop", "broken", "500", "garbage", "429"])
def test_a_reversal_that_fails_alone_is_made_once(sandbox: StripeSandbox, ada: User, cleo: User, fault: str) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    give_back(payment, "25.00")
    outbox.deliver_due("refund")
    assert payment.refunds.get().status == RefundStatus.DONE
    sandbox.set_fault(f"{fault} once")
    for _ in range(3):
        OutboxMessage.objects.filter(state="waiting").update(due_at=clock.now())
        work()

    assert in_account(sandbox, account) == {"eur": 4500}
    assert TransferReversal.objects.get().status == Status.DONE
    check_books(sandbox)


def test_what_cannot_be_taken_back_is_kept_from_later_payouts(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    sandbox.transfers.empty(account.provider_id)
    give_back(payment, None)
    work()

    assert TransferReversal.objects.get().status == Status.FAILED
    assert balance(ada, Kind.DEBT) == Decimal("67.50")
    assert ada.notifications.filter(title="€67.50 of a refund will be deducted from your next payouts").exists()
    small, large = scheduled(sandbox, ada, cleo, "30.00"), scheduled(sandbox, ada, cleo, "100.00")
    pay_due()

    assert in_account(sandbox, account) == {"eur": 2700 + 9000 - 6750}
    assert balance(ada, Kind.DEBT) == 0
    assert transfer_of(small).covered + transfer_of(large).covered == Decimal("67.50")
    check_books(sandbox)


def test_a_refund_of_a_transfer_that_covered_a_debt_is_a_debt_again(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    account = onboarded(sandbox, ada)
    first = scheduled(sandbox, ada, cleo)
    pay_due()
    sandbox.transfers.empty(account.provider_id)
    give_back(first, None)
    work()
    second = scheduled(sandbox, ada, cleo, "100.00")
    pay_due()
    assert in_account(sandbox, account) == {"eur": 2250}

    give_back(second, None)
    work()

    assert in_account(sandbox, account) == {}
    assert balance(ada, Kind.DEBT) == Decimal("67.50")
    check_books(sandbox)


def test_a_refund_that_fails_later_is_paid_out_again(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    give_back(payment, "25.00")
    work()
    with sandbox.books.lock:
        sandbox.payments.fail_refund(payment.refunds.get().provider_id)

    refreshing.refresh_payment(payment.intent_id)
    work()
    assert in_account(sandbox, account) == {"eur": 4500}  # the client is still owed the rest
    refunds.give_up(refund=payment.refunds.get(), reason="The card was closed.", by=ada)
    pay_due()

    assert in_account(sandbox, account) == {"eur": 6750}
    assert payment.transfers.count() == 2
    check_books(sandbox)


def test_a_refund_in_the_dashboard_is_taken_back_too(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    with sandbox.books.lock:
        sandbox.payments.refund({"payment_intent": payment.intent_id, "amount": "2500"})

    refreshing.refresh_payment(payment.intent_id)
    work()

    assert in_account(sandbox, account) == {"eur": 4500}
    check_books(sandbox)


def test_a_reversal_is_in_the_currency_of_the_transfer(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo, "9000", "JPY")
    sandbox.transfers.converts = {"jpy": ("usd", 50)}  # 8100 yen arrive as 40.50 dollars
    pay_due()
    assert in_account(sandbox, account) == {"usd": 4050}

    give_back(payment, "3000")
    work()

    assert in_account(sandbox, account) == {"usd": 2700}
    assert TransferReversal.objects.get().amount == Decimal(2700)
    assert (balance(ada, Kind.PAID_OUT, "USD"), balance(ada, Kind.DEBT, "JPY")) == (Decimal("27.00"), Decimal(0))
    check_books(sandbox)
