"""Payments that a builder receives directly: receipts, refunds, their sums in the ledger, and the checks of both."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from core import clock
from core.errors import Refused
from core.ids import uuid7
from core.registry import integrity_findings
from payments import ledger, refunds
from payments.models import LedgerAccount, LedgerEntry, Payment, Receipt
from payments.states import TABLE, Method, Status, is_allowed, status_of_sums
from tests.at_once import at_once
from tests.cast import make_builder_person, make_person
from tests.payments.cast import claim, receive

Kind = LedgerAccount.Kind
CENT = {"EUR": "0.01", "JPY": "1", "KWD": "0.001"}


def received_directly(ada: User, currency: str) -> Decimal:
    return ledger.balances(ada.pk)[Kind.RECEIVED_DIRECTLY][currency].amount


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "price", "part", "rest"),
    [("EUR", "75.00", "25.50", "49.50"), ("JPY", "9000", "1", "8999"), ("KWD", "12.345", "0.001", "12.344")],
)
def test_a_payment_in_two_parts_is_paid_with_the_second(
    ada: User, cleo: User, currency: str, price: str, part: str, rest: str
) -> None:
    wanted = claim(ada, cleo, price, currency)

    first = receive(wanted, part, ada)
    assert first.status == Status.DUE
    assert (first.due.on_the_wire(), first.paid_at) == (rest, None)
    second = receive(wanted, rest, ada, method=Method.BANK_TRANSFER)

    assert second.status == Status.PAID
    assert second.due.amount == 0
    assert second.method == "bank_transfer"
    assert second.paid_at is not None
    assert received_directly(ada, currency) == Decimal(price)
    assert list(integrity_findings(clock.now())) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("currency", "price"), [("EUR", "75.00"), ("JPY", "9000"), ("KWD", "12.345")])
def test_more_than_is_due_is_refused(ada: User, cleo: User, currency: str, price: str) -> None:
    wanted = claim(ada, cleo, price, currency)
    more = str(Decimal(price) + Decimal(CENT[currency]))

    with pytest.raises(Refused) as refused:
        receive(wanted, more, ada)

    assert "more than is due" in refused.value.text
    assert not Receipt.objects.exists()
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "amount", "words"),
    [
        ("JPY", "10.5", "JPY has no decimals."),
        ("KWD", "1.2345", "KWD has 3 decimals."),
        ("EUR", "0", "above zero"),
        ("EUR", "-5", "above zero"),
    ],
)
def test_amounts_that_cannot_be_paid_are_refused(ada: User, cleo: User, currency: str, amount: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        receive(claim(ada, cleo, "75", currency), amount, ada)

    assert words in refused.value.text


@pytest.mark.django_db
def test_nothing_is_due_after_all_was_paid(ada: User, cleo: User) -> None:
    wanted = claim(ada, cleo)
    receive(wanted, "75", ada)

    with pytest.raises(Refused) as refused:
        receive(wanted, "1", ada)

    assert refused.value.refusal.code == "nothing_due"


@pytest.mark.django_db
def test_a_day_in_the_future_is_refused(ada: User, cleo: User) -> None:
    with pytest.raises(Refused) as refused:
        receive(claim(ada, cleo), "75", ada, received_on=clock.now().date() + timedelta(days=3))

    assert refused.value.fields is not None
    assert "received_on" in refused.value.fields


@pytest.mark.django_db
def test_the_same_form_sent_again_records_nothing(ada: User, cleo: User) -> None:
    wanted, key = claim(ada, cleo), uuid7()

    receive(wanted, "25", ada, key=key)
    again = receive(wanted, "25", ada, key=key)

    assert again.amount_paid == 25
    assert Receipt.objects.count() == 1


def test_six_clicks_at_once_record_one_payment(committed: None) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    wanted, key = claim(ada, cleo), uuid7()

    assert at_once(*[lambda: receive(wanted, "25", ada, key=key)] * 6) == ["done"] * 6

    assert Receipt.objects.count() == 1
    assert received_directly(ada, "EUR") == 25


def test_two_refunds_at_once_give_back_no_more_than_was_paid(committed: None) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    payment = receive(claim(ada, cleo), "75", ada)

    def refund() -> None:
        refunds.refund(payment=payment, amount=Decimal(50), reason="Too short.", by=ada)

    assert at_once(refund, refund) == ["done", "over_refund"]
    assert Payment.objects.get().amount_refunded == 50


# Refunds ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "price", "part"), [("EUR", "75.00", "0.01"), ("JPY", "9000", "1"), ("KWD", "12.345", "0.001")]
)
def test_a_part_then_all_that_is_left_is_refunded(ada: User, cleo: User, currency: str, price: str, part: str) -> None:
    payment = receive(claim(ada, cleo, price, currency), price, ada)

    refunds.refund(payment=payment, amount=Decimal(part), reason="Too short.", by=ada)
    payment.refresh_from_db()
    assert payment.status == Status.PARTLY_REFUNDED
    assert payment.due.amount == 0
    rest = refunds.refund(payment=payment, amount=None, reason="All of it, then.", by=ada)

    payment.refresh_from_db()
    assert payment.status == Status.REFUNDED
    assert rest.amount == Decimal(price) - Decimal(part)
    assert received_directly(ada, currency) == 0
    assert list(integrity_findings(clock.now())) == []


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["75.01", "1000"])
def test_more_than_was_paid_is_not_refunded(ada: User, cleo: User, amount: str) -> None:
    payment = receive(claim(ada, cleo), "75", ada)

    with pytest.raises(Refused) as refused:
        refunds.refund(payment=payment, amount=Decimal(amount), reason="No.", by=ada)

    assert refused.value.refusal.code == "over_refund"


@pytest.mark.django_db
def test_a_refund_needs_a_reason_and_the_builder_or_support(ada: User, cleo: User, suri: User) -> None:
    payment = receive(claim(ada, cleo), "75", ada)

    with pytest.raises(Refused) as without_reason:
        refunds.refund(payment=payment, amount=None, reason=" ", by=ada)
    with pytest.raises(Refused) as by_client:
        refunds.refund(payment=payment, amount=None, reason="Please.", by=cleo)
    refunds.refund(payment=payment, amount=None, reason="Settled.", by=suri)

    assert "reason" in (without_reason.value.fields or {})
    assert by_client.value.refusal.code == "forbidden"
    payment.refresh_from_db()
    assert payment.status == Status.REFUNDED


# Sums and states ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_check_finds_sums_that_differ(ada: User, cleo: User) -> None:
    receive(claim(ada, cleo), "75", ada)
    Payment.objects.update(amount_paid=Decimal(74))

    (finding,) = [finding for finding in integrity_findings(clock.now()) if "WM-222222" in str(finding)]

    assert "its rows add up to 75" in str(finding)


@pytest.mark.django_db
def test_the_check_finds_a_receipt_without_its_ledger_entry(ada: User, cleo: User) -> None:
    payment = receive(claim(ada, cleo), "75", ada)
    Receipt.objects.filter(payment=payment).update(id=uuid7())

    assert any("the ledger has no minor units" in str(finding) for finding in integrity_findings(clock.now()))


def test_each_status_is_in_the_table() -> None:
    assert set(TABLE) == set(Status)
    assert not is_allowed(Status.REFUNDED, Status.DUE)
    assert is_allowed(Status.PAID, Status.PAID)


@pytest.mark.parametrize(
    ("sums", "status"),
    [
        ((75, 0, 0), Status.DUE),
        ((75, 50, 0), Status.DUE),
        ((75, 50, 50), Status.DUE),
        ((75, 75, 0), Status.PAID),
        ((75, 75, 10), Status.PARTLY_REFUNDED),
        ((75, 75, 75), Status.REFUNDED),
        ((0, 0, 0), Status.CANCELLED),
        ((0, 75, 0), Status.PAID),
    ],
)
def test_the_sums_decide_about_the_status(sums: tuple[int, int, int], status: Status) -> None:
    assert status_of_sums(*map(Decimal, sums)) == status
