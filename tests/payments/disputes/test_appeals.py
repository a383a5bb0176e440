"""A bank dispute that was lost and is won on appeal: in the ledger, in the payment, and in what the builder is paid."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import Notification, User
from core import outbox
from payments.disputes import following
from payments.disputes.states import DisputeStatus
from payments.models import LedgerAccount, LedgerEntry, Transfer
from payments.states import Status
from payments.stripe import operations, refreshing
from sandbox.stripe.service import StripeSandbox
from tests.payments.disputes.cast import disputed, opened, read
from tests.payments.payouts.cast import balance, check_books, in_account, onboarded, pay_due, scheduled, work
from tests.payments.stripe.captured import captured

pytestmark = pytest.mark.django_db
Kind = LedgerAccount.Kind


def test_the_money_counts_again(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    sandbox.disputes.lose(dispute.provider_id)
    read(dispute.payment)

    sandbox.disputes.win_on_appeal(dispute.provider_id)
    for _ in range(2):
        read(dispute.payment)

    dispute.refresh_from_db()
    assert (dispute.status, dispute.payment.status) == (DisputeStatus.WON, Status.PAID)
    assert (dispute.payment.amount_lost, balance(ada, Kind.CLIENT_FUNDS)) == (Decimal(0), Decimal(75))
    assert balance(ada, Kind.DISPUTED) == 0
    assert LedgerEntry.objects.filter(kind="dispute_won").count() == 1
    assert Notification.objects.filter(person=ada, title__contains="in your favour").count() == 1
    check_books(sandbox)


def test_what_was_taken_from_the_builder_is_paid_again(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    dispute = opened(sandbox, payment)
    sandbox.disputes.lose(dispute.provider_id)
    read(payment)
    work()
    assert in_account(sandbox, account) == {}
    captured(sandbox, suri, cleo)  # the fee of the dispute was taken from our balance

    sandbox.disputes.win_on_appeal(dispute.provider_id)
    read(payment)
    pay_due()

    assert in_account(sandbox, account) == {"eur": 6750}
    assert payment.transfers.filter(state=Transfer.State.PAID).count() == 2
    check_books(sandbox)


def test_a_debt_of_the_builder_is_covered_again(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    sandbox.transfers.empty(account.provider_id)
    dispute = opened(sandbox, payment)
    sandbox.disputes.lose(dispute.provider_id)
    read(payment)
    work()
    assert balance(ada, Kind.DEBT) == Decimal("67.50")

    sandbox.disputes.win_on_appeal(dispute.provider_id)
    read(payment)
    pay_due()

    assert balance(ada, Kind.DEBT) == 0
    assert in_account(sandbox, account) == {}  # they have kept what they were paid in the first place
    check_books(sandbox)


def test_an_answer_from_before_the_appeal_changes_nothing(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    sandbox.disputes.lose(dispute.provider_id)
    read(dispute.payment)
    older = operations.fetch_payment(dispute.payment.intent_id)
    sandbox.disputes.win_on_appeal(dispute.provider_id)
    read(dispute.payment)

    refreshing.record(older)
    following.follow(older)

    dispute.refresh_from_db()
    assert dispute.status == DisputeStatus.WON
    assert balance(ada, Kind.CLIENT_FUNDS) == Decimal(75)


def test_one_that_was_won_can_be_lost_after_all(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    for act in (sandbox.disputes.lose, sandbox.disputes.win_on_appeal):
        act(dispute.provider_id)
        read(dispute.payment)
    with sandbox.books.lock:
        sandbox.books.objects[dispute.provider_id]["status"] = "needs_response"
    sandbox.disputes.withdraw(dispute.provider_id)
    sandbox.disputes.lose(dispute.provider_id)

    read(dispute.payment)
    outbox.deliver_due("reversal")

    assert (dispute.payment.amount_lost, balance(ada, Kind.CLIENT_FUNDS)) == (Decimal(75), Decimal(0))
    assert balance(ada, Kind.DISPUTED) == 0
    check_books(sandbox)
