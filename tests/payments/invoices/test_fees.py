"""The platform's fee: invoiced to the builder in the month after, and credited when sessions are refunded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from core import clock
from core.errors import Refused
from payments import refunds
from payments.invoices import fees, services
from payments.invoices.documents import document_of
from payments.invoices.models import Invoice, SellerProfile
from sandbox.stripe.service import StripeSandbox
from tests.factories.invoices import SellerProfileFactory
from tests.payments.invoices.cast import buyer, seller, standard_kind
from tests.payments.payouts.cast import onboarded, pay_due, scheduled, work

pytestmark = pytest.mark.django_db


def next_month() -> datetime:
    return (clock.now().replace(day=1) + timedelta(days=32)).replace(day=3)


@pytest.fixture
def platform() -> None:
    standard_kind()
    SellerProfileFactory.create(owner=None, name="Waymark", number_prefix="WM")


def test_the_fees_of_a_month_are_invoiced_once(
    platform: None, sandbox: StripeSandbox, ada: User, cleo: User, mail_folder: object
) -> None:
    seller(ada, country="DE", vat_number="DE136695976")
    onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo, "100.00")
    scheduled(sandbox, ada, cleo, "50.00")
    pay_due()

    assert fees.invoice_last_month(next_month()) == 1
    assert fees.invoice_last_month(next_month()) == 0

    invoice = Invoice.objects.get()
    document = document_of(invoice)
    assert (invoice.number, invoice.seller, invoice.buyer) == ("WM-0001", None, ada)
    assert invoice.total.on_the_wire() == "15.00"
    assert document.lines[0].text == f"Fee of Waymark for 2 sessions in {clock.now():%B %Y}"
    assert (document.buyer.name, document.buyer.vat_number) == ("Ada Moreno Coaching", "DE136695976")
    assert document.notes == []


def test_nothing_is_written_while_the_platform_has_no_details(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo, "100.00")
    pay_due()

    assert fees.invoice_last_month(next_month()) == 0
    assert not Invoice.objects.exists()


def test_fees_that_were_given_back_are_credited(platform: None, sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    seller(ada)
    onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo, "100.00")
    pay_due()
    fees.invoice_last_month(next_month())
    month = fees.MonthOfFees(ada.pk, "EUR", Decimal("-4.00"), 0, date(2090, 1, 1), date(2090, 1, 31))

    assert fees._write(month) == 1

    note = Invoice.objects.get(key=month.key)
    invoice = Invoice.objects.get(number="WM-0001")
    assert (note.corrects, note.total.on_the_wire()) == (invoice, "4.00")
    assert services.left_of(invoice) == 6
    assert payment.payee == ada


def test_a_refund_in_the_same_month_lowers_the_fee(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    onboarded(sandbox, ada)
    payment = scheduled(sandbox, ada, cleo, "100.00")
    pay_due()
    refunds.refund(payment=payment, amount=Decimal(50), reason="We stopped early.", by=ada)
    work()

    (month,) = fees.fees_of_month(clock.now().astimezone(UTC).date().replace(day=1))

    assert (month.owner_id, month.amount, month.sessions) == (ada.pk, Decimal("5.00"), 1)


def test_an_older_month_is_invoiced_once_it_can_be(
    platform: None, sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    SellerProfile.objects.update(agreed_at=clock.now() - timedelta(days=90))
    seller(ada, country="FR", vat_number="")
    onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo, "100.00")
    pay_due()
    assert fees.invoice_last_month(next_month()) == 0

    SellerProfile.objects.filter(owner=ada).update(country="DE")

    assert fees.invoice_last_month(next_month() + timedelta(days=31)) == 1
    assert fees.invoice_last_month(next_month() + timedelta(days=31)) == 0


def test_a_builder_replaces_an_invoice_about_fees_once(
    platform: None, sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    seller(ada, name="Ada Moreno")
    buyer(ada, name="Ada at home")
    onboarded(sandbox, ada)
    scheduled(sandbox, ada, cleo, "100.00")
    pay_due()
    fees.invoice_last_month(next_month())
    invoice = Invoice.objects.get()
    with pytest.raises(Refused, match="these billing details already"):
        services.correct_buyer(invoice=invoice, by=ada)
    SellerProfile.objects.filter(owner=ada).update(name="Ada Moreno Ltd")

    corrected = services.correct_buyer(invoice=invoice, by=ada)

    assert document_of(corrected).buyer.name == "Ada Moreno Ltd"
    month = fees.MonthOfFees(ada.pk, "EUR", Decimal("-4.00"), 0, date(2090, 1, 1), date(2090, 1, 31))
    assert fees._write(month) == 1
    assert services.left_of(corrected) == 6
