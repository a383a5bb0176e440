"""What Waymark saves of a bank's dispute: its status, that of the payment, and the ledger, whatever the bank decides."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Notification, User
from core import clock, outbox
from core.errors import Refused
from core.registry import integrity_findings
from payments import ledger, refunds
from payments.disputes.following import builder_until
from payments.disputes.models import PaymentDispute
from payments.disputes.states import DisputeStatus
from payments.models import LedgerAccount, LedgerEntry, Payment
from payments.queries import entries_of
from payments.refusals import PaymentRefusal
from payments.states import Status
from payments.stripe.balance import read_balance
from sandbox.stripe.service import StripeSandbox
from tests.payments.disputes.cast import disputed, opened, read, remote
from tests.payments.stripe.captured import captured
from tests.payments.stripe.cast import deliver, deliver_all, minor_units

pytestmark = pytest.mark.django_db
Kind = LedgerAccount.Kind


def balances(payee: User) -> dict[str, str]:
    """Returns the balances of the builder and the platform in euros, by the kind of account."""
    both = ledger.balances(payee.pk) | ledger.balances(None)
    return {kind.value: amounts["EUR"].on_the_wire() for kind, amounts in both.items() if amounts["EUR"].amount}


def check_agreement(sandbox: StripeSandbox) -> None:
    """Checks that the ledger has what Stripe has, and that no check of ours finds anything."""
    read_balance()
    provider = ledger.balances(None)[Kind.PROVIDER]["EUR"].on_the_wire()
    assert Decimal(provider) * 100 == minor_units(sandbox).get("EUR", 0)
    assert list(integrity_findings(clock.now())) == []


def test_a_dispute_takes_the_money_until_it_is_decided(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)

    assert (dispute.status, dispute.is_withdrawn, dispute.money.shown()) == ("needs_response", True, "€75.00")
    assert dispute.payment.status == Status.DISPUTED
    assert dispute.payment.refundable.on_the_wire() == "75.00"
    assert balances(ada) == {
        "client_funds": "-75.00", "disputed": "75.00", "provider_fees": "17.47", "provider": "-17.47",
    }  # fmt: skip
    check_agreement(sandbox)


def test_a_dispute_that_is_won_brings_the_money_back(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    sandbox.disputes.win(dispute.provider_id)
    read(dispute.payment)

    dispute.refresh_from_db()
    assert (dispute.status, dispute.closed_at is not None) == (DisputeStatus.WON, True)
    assert dispute.payment.status == Status.PAID
    assert balances(ada) == {"client_funds": "-75.00", "provider_fees": "17.47", "provider": "57.53"}
    assert Notification.objects.filter(person=ada, title__contains="in your favour").exists()
    check_agreement(sandbox)


def test_a_dispute_that_is_lost_is_taken_from_the_builder(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    sandbox.disputes.lose(dispute.provider_id)
    for _ in range(2):
        read(dispute.payment)

    assert dispute.payment.status == Status.DISPUTED
    assert (dispute.payment.amount_lost, dispute.payment.refundable.amount) == (Decimal(75), Decimal(0))
    assert balances(ada) == {"provider_fees": "17.47", "provider": "-17.47"}
    assert Notification.objects.filter(person=ada, title__contains="is lost").exists()
    check_agreement(sandbox)


def test_an_inquiry_moves_no_money_and_can_become_a_dispute(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo, is_inquiry=True)
    assert (dispute.is_withdrawn, dispute.payment.status) == (False, Status.DISPUTED)
    assert "disputed" not in balances(ada)

    sandbox.disputes.withdraw(dispute.provider_id)
    read(dispute.payment)

    dispute.refresh_from_db()
    assert (dispute.status, dispute.is_withdrawn) == ("needs_response", True)
    assert balances(ada)["disputed"] == "75.00"
    check_agreement(sandbox)


def test_a_payment_about_which_the_bank_asks_does_not_become_credit(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    """Credit does not answer the bank, which could still take the money back."""
    payment = disputed(sandbox, ada, cleo, is_inquiry=True).payment

    with pytest.raises(Refused, match="asked about this payment"):
        refunds.refund(payment=payment, amount=None, reason="Ill.", by=ada, consent="In a message")

    assert refunds.refund(payment=payment, amount=None, reason="Ill.", by=ada).status == "pending"


def test_money_that_is_given_back_and_taken_again_is_in_the_ledger(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    dispute = disputed(sandbox, ada, cleo)
    for act in (sandbox.disputes.reinstate, sandbox.disputes.withdraw):
        act(dispute.provider_id)
        read(dispute.payment)

    assert balances(ada)["disputed"] == "75.00"
    check_agreement(sandbox)


def test_each_event_delivered_twice_and_in_reverse_is_one_dispute(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    payment = captured(sandbox, ada, cleo)
    dispute = sandbox.disputes.open(payment.intent_id)
    sandbox.disputes.win(dispute["id"])

    events = [event for event in sandbox.books.all("event") if event["type"].startswith("charge.dispute.")]
    for event in reversed(events):
        deliver(event, times=2)

    assert {event["type"].removeprefix("charge.dispute.") for event in events} == {
        "created", "funds_withdrawn", "funds_reinstated", "closed",
    }  # fmt: skip
    assert PaymentDispute.objects.get().status == DisputeStatus.WON
    assert LedgerEntry.objects.filter(reference__startswith="dispute:").count() == 2
    check_agreement(sandbox)


def test_a_dispute_whose_events_were_lost_is_found_with_the_balance(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    payment = captured(sandbox, ada, cleo)
    sandbox.disputes.open(payment.intent_id)

    read_balance()

    assert PaymentDispute.objects.get().payment == payment
    check_agreement(sandbox)


def test_a_payment_that_the_bank_has_taken_is_not_refunded(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)

    with pytest.raises(Refused) as refused:
        refunds.refund(payment=dispute.payment, amount=None, reason="Sorry.", by=ada)

    assert refused.value.refusal == PaymentRefusal.PAYMENT_DISPUTED
    sandbox.disputes.win(dispute.provider_id)
    read(dispute.payment)
    refunds.refund(payment=dispute.payment, amount=None, reason="Sorry.", by=ada)
    outbox.deliver_due("refund")
    assert Payment.objects.get().status == Status.REFUNDED


def test_an_inquiry_that_is_answered_with_a_refund_keeps_its_status(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    dispute = disputed(sandbox, ada, cleo, is_inquiry=True)
    refunds.refund(payment=dispute.payment, amount=Decimal(25), reason="Sorry.", by=ada)
    outbox.deliver_due("refund")
    read(dispute.payment)
    assert dispute.payment.status == Status.DISPUTED

    sandbox.disputes.win(dispute.provider_id)
    read(dispute.payment)

    assert dispute.payment.status == Status.PARTLY_REFUNDED
    check_agreement(sandbox)


def test_a_refunded_payment_can_be_disputed(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    payment = captured(sandbox, ada, cleo)
    refunds.refund(payment=payment, amount=None, reason="Sorry.", by=ada)
    outbox.deliver_due("refund")

    dispute = opened(sandbox, payment)

    assert dispute.payment.status == Status.DISPUTED
    sandbox.disputes.win(dispute.provider_id)
    read(payment)
    assert payment.status == Status.REFUNDED


def test_the_builder_and_staff_are_told_once(sandbox: StripeSandbox, ada: User, cleo: User, suri: User) -> None:
    disputed(sandbox, ada, cleo)
    deliver_all(sandbox)

    for person in (ada, suri):
        (row,) = Notification.objects.filter(person=person, kind="bank_dispute")
        assert row.title.startswith("A client’s bank asks €75.00 back")
    assert not Notification.objects.filter(person=cleo, kind="bank_dispute").exists()


def test_the_builder_has_three_days_or_until_a_day_before_the_bank() -> None:
    now = clock.now()

    assert builder_until(None, now) == now + timedelta(hours=72)
    assert builder_until(now + timedelta(days=7), now) == now + timedelta(hours=72)
    assert builder_until(now + timedelta(days=2), now) == now + timedelta(days=1)
    assert builder_until(now + timedelta(hours=3), now) == now


def test_the_entries_of_a_dispute_belong_to_its_payment(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    sandbox.disputes.lose(dispute.provider_id)
    read(dispute.payment)

    kinds = sorted(entries_of(dispute.payment).values_list("kind", flat=True))

    assert kinds == ["capture", "dispute_lost", "disputed", "fee", "fee"]


def test_the_check_finds_a_lost_dispute_that_was_not_counted(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    dispute = disputed(sandbox, ada, cleo)
    sandbox.disputes.lose(dispute.provider_id)
    read(dispute.payment)
    Payment.objects.update(amount_lost=0)

    assert [finding.check for finding in integrity_findings(clock.now())] == ["payments: disputes"]
    assert remote(sandbox)["status"] == "lost"
