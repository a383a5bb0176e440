"""Builders are paid what is due, once, less the fee; what is frozen or too little waits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from core import clock
from core.models import OutboxMessage
from payments import refunds
from payments.models import LedgerAccount, PayoutHold, ProviderAccount, Transfer
from payments.payouts import accounts, holds, releasing, sending
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
Kind, State = LedgerAccount.Kind, Transfer.State


@pytest.mark.parametrize(
    ("currency", "price", "share", "fee", "units"),
    [
        ("EUR", "75.00", "67.50", "7.50", 6750),
        ("EUR", "0.55", "0.49", "0.06", 49),
        ("JPY", "9001", "8101", "900", 8101),
        ("KWD", "5.130", "4.610", "0.520", 4610),
        ("ISK", "901", "811", "90", 81100),
    ],
)
def test_what_is_due_is_sent_less_the_fee(
    sandbox: StripeSandbox, ada: User, cleo: User, currency: str, price: str, share: str, fee: str, units: int
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo, price, currency)
    assert balance(ada, Kind.CLIENT_FUNDS, currency) == Decimal(price)

    pay_due()

    transfer = transfer_of(payment)
    assert (transfer.state, transfer.share.on_the_wire(), transfer.kept_fee.on_the_wire()) == (State.PAID, share, fee)
    assert in_account(sandbox, account) == {currency.lower(): units}
    assert balance(ada, Kind.PAID_OUT, currency) == Decimal(share)
    assert balance(ada, Kind.CLIENT_FUNDS, currency) == balance(ada, Kind.PAYABLE, currency) == 0
    check_books(sandbox)


def test_nothing_is_sent_before_it_is_due(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    payment.transfers.update(due_at=clock.now() + timedelta(hours=1))

    pay_due()

    assert in_account(sandbox, account) == {}
    assert transfer_of(payment).state == State.SCHEDULED


def test_a_share_below_the_smallest_unit_is_not_sent(sandbox: StripeSandbox, ada: User, suri: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    onboarded(sandbox, suri)
    payment = scheduled(sandbox, ada, cleo, "0.50", partners={suri: 1})

    pay_due()

    assert transfer_of(payment, suri).state == State.NOTHING
    assert in_account(sandbox, account) == {"eur": 45}
    check_books(sandbox)


def test_builders_share_a_payment(sandbox: StripeSandbox, ada: User, suri: User, cleo: User) -> None:
    first, second = onboarded(sandbox, ada), onboarded(sandbox, suri)
    scheduled(sandbox, ada, cleo, "100.01", partners={suri: 33})

    pay_due()

    assert (in_account(sandbox, first), in_account(sandbox, second)) == ({"eur": 6031}, {"eur": 2970})
    check_books(sandbox)


@pytest.mark.parametrize("reason", PayoutHold.Reason.values)
def test_a_hold_freezes_a_transfer_until_it_is_released(
    sandbox: StripeSandbox, ada: User, cleo: User, reason: str
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    kind = PayoutHold.Reason(reason)
    holds.hold(payment=payment, reason=kind, key="1")
    holds.hold(payment=payment, reason=kind, key="1")

    pay_due()
    assert in_account(sandbox, account) == {}
    assert holds.frozen_reason(payment) == kind.label

    assert holds.release(payment=payment, reason=kind, key="1")
    assert not holds.release(payment=payment, reason=kind, key="1")
    pay_due()
    assert in_account(sandbox, account) == {"eur": 6750}


def test_a_hold_freezes_a_transfer_that_is_queued_already(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    releasing.pay_due(clock.now())

    holds.hold(payment=payment, reason=PayoutHold.Reason.DISPUTE)
    work()

    assert in_account(sandbox, account) == {}
    assert balance(ada, Kind.PAYABLE) == Decimal("67.50")
    holds.release(payment=payment, reason=PayoutHold.Reason.DISPUTE)
    pay_due()
    assert in_account(sandbox, account) == {"eur": 6750}


def test_a_refund_that_is_under_way_freezes_the_transfer(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    refunds.refund(payment=payment, amount=Decimal(25), reason="Too short.", by=ada)
    releasing.pay_due(clock.now())
    assert transfer_of(payment).state == State.SCHEDULED
    assert holds.frozen_reason(payment) == "A refund is under way."

    work()
    pay_due()

    assert in_account(sandbox, account) == {"eur": 4500}
    check_books(sandbox)


def test_a_payment_that_was_refunded_in_full_is_not_sent(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    refunds.refund(payment=payment, amount=None, reason="Called off.", by=ada)
    work()

    pay_due()

    assert in_account(sandbox, account) == {}
    assert transfer_of(payment).state == State.NOTHING
    check_books(sandbox)


def test_a_refund_before_the_account_is_ready_makes_the_share_smaller(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    assert balance(ada, Kind.PAYABLE) == Decimal("67.50")

    refunds.refund(payment=payment, amount=Decimal(25), reason="Too short.", by=ada)
    work()
    assert balance(ada, Kind.PAYABLE) == Decimal("45.00")
    account = onboarded(sandbox, ada)
    work()

    assert in_account(sandbox, account) == {"eur": 4500}
    check_books(sandbox)


def test_what_waits_is_sent_once_the_account_is_ready(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    scheduled(sandbox, ada, cleo)
    pay_due()
    account = onboarded(sandbox, ada)

    work()

    assert in_account(sandbox, account) == {"eur": 6750}


@pytest.mark.parametrize("fault", ["drop", "broken", "500", "garbage", "429"])
def test_a_call_that_fails_leads_to_one_transfer(sandbox: StripeSandbox, ada: User, cleo: User, fault: str) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    releasing.pay_due(clock.now())
    sandbox.set_fault(f"{fault} once")
    work()
    sandbox.set_fault(f"{fault} once")
    for _ in range(3):
        OutboxMessage.objects.filter(state="waiting").update(due_at=clock.now())
        work()

    assert in_account(sandbox, account) == {"eur": 6750}
    assert transfer_of(payment).state == State.PAID
    check_books(sandbox)


def test_a_worker_that_dies_after_the_call_makes_no_second_transfer(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    pay_due()
    Transfer.objects.update(state=State.SENDING, provider_id="", sent_amount=None, sent_currency="", paid_at=None)

    sending.deliver(OutboxMessage(channel="transfer", payload={"transfer": str(transfer_of(payment).pk)}))

    assert in_account(sandbox, account) == {"eur": 6750}
    assert transfer_of(payment).state == State.PAID
    check_books(sandbox)


def test_a_worker_that_dies_after_a_transfer_in_another_currency_makes_no_second_one(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo, "9000", "JPY")
    sandbox.transfers.converts = {"jpy": ("usd", 50)}  # 8100 yen arrive as 40.50 dollars
    pay_due()
    Transfer.objects.update(state=State.SENDING, provider_id="", sent_amount=None, sent_currency="", paid_at=None)

    sending.deliver(OutboxMessage(channel="transfer", payload={"transfer": str(transfer_of(payment).pk)}))

    assert in_account(sandbox, account) == {"usd": 4050}
    assert transfer_of(payment).state == State.PAID
    check_books(sandbox)


def test_a_refused_transfer_that_became_smaller_is_sent(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    with sandbox.books.lock:
        sandbox.accounts.restrict(account.provider_id)  # Waymark has not heard of it yet
    pay_due()
    refunds.refund(payment=payment, amount=Decimal(25), reason="Too short.", by=ada)
    work()

    with sandbox.books.lock:
        sandbox.accounts.complete(account.provider_id)
    pay_due()

    assert in_account(sandbox, account) == {"eur": 4500}
    assert transfer_of(payment).problem == ""
    check_books(sandbox)


def test_a_refused_transfer_is_told_and_tried_again(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo)
    with sandbox.books.lock:
        sandbox.accounts.restrict(account.provider_id)  # Waymark has not heard of it yet
    pay_due()

    transfer = transfer_of(payment)
    assert transfer.state == State.PAYABLE
    assert "cannot receive money" in transfer.problem
    assert ada.notifications.filter(title="A payout could not be made").count() == 1
    with sandbox.books.lock:
        sandbox.accounts.complete(account.provider_id)
    pay_due()
    assert in_account(sandbox, account) == {"eur": 6750}
    check_books(sandbox)


def test_the_builder_is_told_once_a_night(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo)
    scheduled(sandbox, ada, cleo, "20.00")

    pay_due()

    assert ada.notifications.filter(title="You have been paid out").count() == 1
    assert OutboxMessage.objects.filter(channel="mail", recipient=ada.email).count() == 1


def test_nights_after_the_first_send_nothing_again(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    account = onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo)
    for _ in range(3):
        pay_due()
    assert in_account(sandbox, account) == {"eur": 6750}
    assert len(sandbox.books.all("transfer")) == 1


def test_an_account_that_stops_working_is_told(sandbox: StripeSandbox, ada: User) -> None:
    account = onboarded(sandbox, ada)
    with sandbox.books.lock:
        sandbox.accounts.restrict(account.provider_id)

    accounts.refresh(account.provider_id)

    account.refresh_from_db()
    assert account.status == ProviderAccount.Status.INCOMPLETE
    assert ada.notifications.filter(title="Your payout account needs attention").exists()


def test_a_transfer_takes_the_same_few_queries_however_many_there_are(
    sandbox: StripeSandbox, ada: User, cleo: User, django_assert_num_queries: Any
) -> None:
    onboarded(sandbox, ada)
    payments = [scheduled(sandbox, ada, cleo) for _ in range(3)]
    releasing.pay_due(clock.now())
    first, second, third = (
        OutboxMessage(channel="transfer", payload={"transfer": str(transfer_of(payment).pk)}) for payment in payments
    )
    sending.deliver(first)  # which creates the accounts of the ledger, and tells the builder
    for message in (second, third):
        with django_assert_num_queries(24):  # 18, and three savepoints
            sending.deliver(message)
