"""What invoices say: sums, taxes and their reasons, both sides, the evidence of the country; and that they never change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from payments.invoices.documents import document_of
from payments.invoices.evidence import CountryEvidence, country_of, kept
from payments.invoices.models import Invoice, InvoiceSeries
from payments.invoices.rules import net_of
from payments.invoices.states import SupplyPlace
from payments.invoices.writing import NotYet, SoldLine, write_credit_note, write_invoice
from tests.factories.invoices import InvoiceFactory, TaxKindFactory, TaxRateFactory
from tests.payments.invoices.cast import berlin_seller, buyer, new_invoice, seller, standard_kind, written

pytestmark = pytest.mark.django_db


def sums(invoice: Invoice) -> tuple[str, str, str]:
    net, tax, gross = (invoice.money(name).on_the_wire() for name in ("net", "tax", "gross"))
    return net, tax, gross


def test_an_invoice_has_both_sides_the_tax_and_the_sums(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    buyer(cleo, name="Park Studio", vat_number="DE987654321")

    invoice = written(ada, cleo)

    document = document_of(invoice)
    assert invoice.number == "ADA-0001"
    assert sums(invoice) == ("100.00", "19.00", "119.00")
    assert document.seller.lines == ["Ada Moreno Coaching", "Lindenweg 5", "10115 Berlin", "Germany"]
    assert (document.buyer.name, document.buyer.vat_number) == ("Park Studio", "DE987654321")
    assert [(tax.category, tax.percent, tax.net, tax.tax) for tax in document.taxes] == [("S", "19", "100.00", "19.00")]
    assert document.notes == ["Written by Waymark in the name and on behalf of the seller."]


def test_the_same_key_writes_one_invoice(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    new = new_invoice(ada, cleo)

    assert write_invoice(new) == write_invoice(new)
    assert InvoiceSeries.objects.get().last_number == 1


def test_lines_of_different_kinds_have_a_sum_each(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    buyer(cleo)
    books = TaxKindFactory.create()
    TaxRateFactory.create(kind=books, percent=Decimal(7))

    invoice = written(ada, cleo, lines=[SoldLine("Session", Decimal(119)), SoldLine("Book", Decimal("10.70"), books)])

    taxes = [(tax.percent, tax.net, tax.tax) for tax in document_of(invoice).taxes]
    assert taxes == [("19", "100.00", "19.00"), ("7", "10.00", "0.70")]
    assert sums(invoice) == ("110.00", "19.70", "129.70")


@pytest.mark.parametrize(
    ("seller_values", "buyer_values", "place", "category", "percent", "country"),
    [
        ({}, {"country": "DE"}, SupplyPlace.REMOTE, "S", "19", "DE"),
        ({}, {"country": "FR"}, SupplyPlace.REMOTE, "S", "20", "FR"),
        ({}, {"country": "FR"}, SupplyPlace.AT_SELLER, "S", "19", "DE"),
        ({}, {"country": "FR"}, SupplyPlace.AT_BUYER, "S", "20", "FR"),
        ({}, {"country": "FR", "vat_number": "FR40303265045"}, SupplyPlace.REMOTE, "AE", "0", "FR"),
        ({}, {"country": "DE", "vat_number": "DE987654321"}, SupplyPlace.REMOTE, "S", "19", "DE"),
        ({"vat_number": "", "tax_number": "30/123", "is_small_business": True}, {}, SupplyPlace.REMOTE, "E", "0", "DE"),
        ({"vat_number": ""}, {"country": "FR"}, SupplyPlace.REMOTE, "O", "0", "DE"),
    ],
)
def test_the_tax_follows_from_both_sides_and_the_place(
    ada: User, cleo: User, seller_values: Any, buyer_values: Any, place: SupplyPlace, category: str, percent: str, country: str
) -> None:  # fmt: skip
    standard_kind(DE=19, FR=20)
    seller(ada, **seller_values)
    buyer(cleo, **buyer_values)

    invoice = written(ada, cleo, place=place)

    (tax,) = document_of(invoice).taxes
    assert (tax.category, tax.percent, invoice.tax_country) == (category, percent, country)
    assert bool(tax.reason) == (category != "S")


def test_online_the_operator_can_say_that_the_sellers_country_counts(ada: User, cleo: User) -> None:
    kind = standard_kind(DE=19, FR=20)
    kind.remote_place = "seller"
    kind.save()
    seller(ada)
    buyer(cleo, country="FR")

    assert written(ada, cleo).tax_country == "DE"


def test_the_latest_rate_before_the_day_counts(ada: User, cleo: User) -> None:
    kind = standard_kind()
    TaxRateFactory.create(kind=kind, percent=Decimal(21), valid_from="2026-01-01")
    TaxRateFactory.create(kind=kind, percent=Decimal(25), valid_from="2190-01-01")
    seller(ada)
    buyer(cleo)

    assert document_of(written(ada, cleo)).taxes[0].percent == "21"


def test_without_a_rate_nothing_is_written(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    buyer(cleo, country="FR")

    with pytest.raises(NotYet, match="No rate of tax is entered for France"):
        written(ada, cleo)
    assert not Invoice.objects.exists()


def test_without_an_agreement_nothing_is_written(ada: User, cleo: User) -> None:
    standard_kind()
    seller(ada, agreed_at=None)

    with pytest.raises(NotYet, match="has not agreed"):
        written(ada, cleo)


def test_two_pieces_of_evidence_are_kept(ada: User, cleo: User) -> None:
    standard_kind(FR=20)
    seller(ada)
    buyer(cleo, country="FR")

    evidence = document_of(written(ada, cleo, zone="Europe/Paris")).evidence

    assert evidence == [CountryEvidence("Billing address", "FR"), CountryEvidence("Time zone when buying", "FR")]


def test_two_pieces_that_agree_are_stronger_than_one() -> None:
    pieces = [CountryEvidence("A", "DE"), CountryEvidence("B", "FR"), CountryEvidence("C", "FR")]

    assert country_of(pieces, "ES") == "FR"
    assert kept(pieces, "FR") == pieces[1:]
    assert country_of([], "ES") == "ES"


def test_a_credit_note_has_the_tax_of_its_invoice(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    buyer(cleo)
    invoice = written(ada, cleo)

    note = write_credit_note(key="note", invoice=invoice, amount=Decimal("59.50"), reason="The payment was refunded.")

    assert (note.number, note.corrects, sums(note)) == ("ADA-0002", invoice, ("50.00", "9.50", "59.50"))
    assert document_of(note).corrects == "ADA-0001"


@given(
    gross=st.decimals("0.01", "99999.99", places=2), percent=st.decimals("0", "30", places=2),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)  # fmt: skip
def test_net_and_tax_add_up_to_the_price(gross: Decimal, percent: Decimal, currency: str) -> None:
    price = gross.quantize(Decimal(1)) + 1 if currency == "JPY" else gross
    net = net_of(price, percent, currency)
    tax = price - net

    assert net >= 0
    assert tax >= 0
    assert abs(tax - net * percent / 100) <= Decimal(1).scaleb(0 if currency == "JPY" else -2)


@pytest.mark.parametrize(
    "change", ["UPDATE payments_invoice SET gross = 1, net = 1, tax = 0", "DELETE FROM payments_invoice"]
)
def test_an_invoice_never_changes(change: str) -> None:
    InvoiceFactory.create()

    with (
        pytest.raises(DatabaseError, match="never changed, and kept until"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert Invoice.objects.get().gross == 119


def test_the_numbers_of_a_series_follow_each_other() -> None:
    InvoiceFactory.create()

    with pytest.raises(DatabaseError, match="follow each other"), transaction.atomic():
        InvoiceSeries.objects.update(last_number=5)


def test_credit_notes_over_a_whole_invoice_have_its_net_and_its_tax(ada: User, cleo: User) -> None:
    berlin_seller(ada)
    buyer(cleo)
    invoice = written(ada, cleo, "100.00")

    notes = [
        write_credit_note(key=f"note:{number}", invoice=invoice, amount=Decimal(amount), reason="Refunded.")
        for number, amount in enumerate(("33.33", "33.34", "33.33"))
    ]

    assert sums(invoice) == ("84.03", "15.97", "100.00")
    assert [sums(note)[:2] for note in notes] == [("28.01", "5.32"), ("28.02", "5.32"), ("28.00", "5.33")]


def test_the_rate_of_the_day_on_which_it_was_paid_or_supplied_counts(ada: User, cleo: User) -> None:
    kind = standard_kind()
    TaxRateFactory.create(kind=kind, percent=Decimal(21), valid_from="2026-07-01")
    seller(ada)
    buyer(cleo)

    before = written(ada, cleo, supplied_on=date(2026, 6, 30))
    after = written(ada, cleo, supplied_on=date(2026, 7, 1))

    assert [document_of(invoice).taxes[0].percent for invoice in (before, after)] == ["19", "21"]


def test_where_two_pieces_of_evidence_agree_the_tax_is_that_of_their_country(ada: User, cleo: User) -> None:
    standard_kind(DE=19, US=7)
    seller(ada)
    buyer(cleo, country="DE")
    cleo.timezone = "America/New_York"

    invoice = written(ada, cleo, zone="America/Chicago")

    assert [piece.country for piece in document_of(invoice).evidence] == ["US", "US"]
    assert invoice.tax_country == "US"
