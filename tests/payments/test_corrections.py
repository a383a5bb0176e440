"""Receipts that were recorded by mistake: what counts afterwards, in the ledger too, and when they can be corrected."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from core import clock
from core.errors import Refused
from core.registry import integrity_findings
from payments import corrections, ledger, refunds
from payments.models import Correction, LedgerAccount, LedgerEntry, Payment
from payments.states import Status
from tests.at_once import at_once
from tests.cast import make_builder_person, make_person
from tests.payments.cast import claim, receive

RECEIVED = LedgerAccount.Kind.RECEIVED_DIRECTLY


def correct(payment: Payment, by: User, number: int = 0, reason: str = "A typing error.") -> Correction:
    return corrections.correct(receipt=payment.receipts.all()[number], reason=reason, by=by)


@pytest.mark.django_db
@pytest.mark.parametrize(("currency", "price"), [("EUR", "75.00"), ("JPY", "9000"), ("KWD", "12.345")])
def test_a_corrected_receipt_is_due_again(ada: User, cleo: User, currency: str, price: str) -> None:
    payment = receive(claim(ada, cleo, price, currency), price, ada)

    correct(payment, ada)

    payment.refresh_from_db()
    assert (payment.status, payment.due.on_the_wire(), payment.paid_at) == (Status.DUE, price, None)
    assert payment.method == ""
    assert ledger.balances(ada.pk)[RECEIVED][currency].amount == 0
    assert list(integrity_findings(clock.now())) == []


@pytest.mark.django_db
def test_only_the_wrong_one_of_two_is_taken_out(ada: User, cleo: User) -> None:
    wanted = claim(ada, cleo)
    receive(wanted, "25", ada)
    payment = receive(wanted, "50", ada)

    correct(payment, ada, number=1)

    payment.refresh_from_db()
    assert payment.amount_paid == 25
    assert (payment.method, payment.status) == ("cash", Status.DUE)


@pytest.mark.django_db
def test_it_is_recorded_again_after_a_correction(ada: User, cleo: User) -> None:
    wanted = claim(ada, cleo)
    correct(receive(wanted, "75", ada), ada)

    payment = receive(wanted, "57", ada)

    assert payment.amount_paid == 57
    assert list(integrity_findings(clock.now())) == []


@pytest.mark.django_db
def test_what_was_given_back_has_come_in(ada: User, cleo: User) -> None:
    payment = receive(claim(ada, cleo), "75", ada)
    refunds.refund(payment=payment, amount=Decimal(10), reason="Too short.", by=ada)

    with pytest.raises(Refused) as refused:
        correct(payment, ada)

    assert refused.value.refusal.code == "over_refund"
    assert not Correction.objects.exists()


@pytest.mark.django_db
def test_a_correction_needs_a_reason_and_the_builder_or_support(ada: User, cleo: User, suri: User) -> None:
    payment = receive(claim(ada, cleo), "75", ada)

    with pytest.raises(Refused) as without_reason:
        correct(payment, ada, reason=" ")
    with pytest.raises(Refused) as by_client:
        correct(payment, cleo)
    correct(payment, suri)

    assert "reason" in (without_reason.value.fields or {})
    assert by_client.value.refusal.code == "forbidden"
    assert Correction.objects.get().recorded_by == suri


def test_four_clicks_at_once_correct_once(committed: None) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    payment = receive(claim(ada, cleo), "75", ada)

    assert at_once(*[lambda: correct(payment, ada)] * 4) == ["done"] * 4

    assert LedgerEntry.objects.filter(kind="corrected").count() == 1
    assert Payment.objects.get().amount_paid == 0
