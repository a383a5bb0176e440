"""A bank's dispute and the transfer to the builder: kept while it is open, made once it is won, taken back if it is lost."""

from __future__ import annotations

import pytest

from accounts.models import User
from core import outbox
from payments.models import LedgerAccount, Transfer
from sandbox.stripe.service import StripeSandbox
from tests.payments.disputes.cast import opened, read
from tests.payments.payouts.cast import balance, check_books, in_account, onboarded, pay_due, scheduled, transfer_of

pytestmark = pytest.mark.django_db
Kind = LedgerAccount.Kind


def test_a_dispute_keeps_the_transfer_until_it_is_won(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    dispute = opened(sandbox, payment)
    pay_due()
    assert in_account(sandbox, account) == {}
    assert transfer_of(payment).state == Transfer.State.SCHEDULED

    sandbox.disputes.win(dispute.provider_id)
    read(payment)
    pay_due()

    assert in_account(sandbox, account) == {"eur": 6750}
    check_books(sandbox)


def test_nothing_is_transferred_of_a_payment_that_was_lost(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    sandbox.disputes.lose(opened(sandbox, payment).provider_id)
    read(payment)
    pay_due()

    assert in_account(sandbox, account) == {}
    assert transfer_of(payment).state == Transfer.State.NOTHING
    check_books(sandbox)


def test_a_dispute_that_is_lost_after_the_transfer_is_taken_back(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    assert in_account(sandbox, account) == {"eur": 6750}

    sandbox.disputes.lose(opened(sandbox, payment).provider_id)
    read(payment)
    outbox.deliver_due("reversal")

    assert in_account(sandbox, account) == {}
    assert balance(ada, Kind.DEBT) == 0
    check_books(sandbox)


def test_what_cannot_be_taken_back_is_a_debt_that_later_transfers_cover(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    with sandbox.books.lock:
        sandbox.books.objects[account.provider_id]["sandbox"]["balance"] = {}  # paid out to the bank of the builder
    sandbox.disputes.lose(opened(sandbox, payment).provider_id)
    read(payment)
    outbox.deliver_due("reversal")
    assert str(balance(ada, Kind.DEBT)) == "67.50"

    scheduled(sandbox, ada, cleo, "100.00")
    pay_due()

    assert balance(ada, Kind.DEBT) == 0
    assert in_account(sandbox, account) == {"eur": 9000 - 6750}
