"""How long invoices are kept: as many years as the setting says, and then deleted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.personal_data.erasure import erase
from core import clock
from payments.invoices import integrity, retention
from payments.invoices.models import Invoice, SellerProfile
from payments.invoices.states import DocumentKind
from payments.states import Provider
from tests.factories.invoices import InvoiceFactory, InvoiceSeriesFactory, SellerProfileFactory
from tests.factories.payments import PaymentFactory, TransferFactory
from tests.payments.invoices.cast import berlin_seller, written

pytestmark = pytest.mark.django_db


def days_ago(days: int) -> date:
    return clock.now().date() - timedelta(days=days)


def test_an_invoice_is_kept_until_the_end_of_the_year_that_the_setting_says(
    ada: User, cleo: User, settings: Any
) -> None:
    settings.INVOICE_RETENTION_YEARS = 7
    berlin_seller(ada)

    invoice = written(ada, cleo)

    assert invoice.keep_until == date(invoice.issued_on.year + 7, 12, 31)


def test_what_is_over_is_deleted_and_nothing_else() -> None:
    InvoiceFactory.create(keep_until=days_ago(1))
    kept = InvoiceFactory.create(keep_until=days_ago(-1))

    assert retention.delete_expired(clock.now()) == 1
    assert list(Invoice.objects.all()) == [kept]


def test_an_invoice_is_kept_as_long_as_its_credit_note() -> None:
    invoice = InvoiceFactory.create(keep_until=days_ago(1))
    InvoiceFactory.create(kind=DocumentKind.CREDIT_NOTE, corrects=invoice, keep_until=days_ago(-1))
    both = InvoiceFactory.create(keep_until=days_ago(1))
    InvoiceFactory.create(kind=DocumentKind.CREDIT_NOTE, corrects=both, keep_until=days_ago(1))

    assert retention.delete_expired(clock.now()) == 2
    assert Invoice.objects.filter(pk=invoice.pk).exists()


def test_an_invoice_that_is_kept_longer_leaves_no_gap() -> None:
    series = InvoiceSeriesFactory.create(last_number=3)
    invoice = InvoiceFactory.create(series=series, keep_until=days_ago(1))
    InvoiceFactory.create(series=series, sequence=2, keep_until=days_ago(1))
    InvoiceFactory.create(
        series=series, sequence=3, kind=DocumentKind.CREDIT_NOTE, corrects=invoice, keep_until=days_ago(-1)
    )

    retention.delete_expired(clock.now())

    assert Invoice.objects.count() == 2
    assert list(integrity.missing_numbers(clock.now())) == []


def test_who_was_paid_is_kept_after_an_erasure_as_long_as_invoices_are(ada: User, suri: User, cleo: User) -> None:
    berlin_seller(ada)
    SellerProfileFactory.create(owner=suri)
    payment = PaymentFactory.create(payee=ada, payer=cleo, provider=Provider.STRIPE)
    TransferFactory.create(payment=payment, owner=ada, due_at=clock.now())

    erase(user=ada)
    erase(user=suri)

    kept = SellerProfile.objects.get()
    assert (kept.owner, kept.street != "") == (ada, True)
    assert retention.delete_former_sellers(clock.now() + timedelta(days=365)) == 0
    assert retention.delete_former_sellers(clock.now() + timedelta(days=12 * 365)) == 1
