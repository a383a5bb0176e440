"""The files of an invoice: XML that is valid, a PDF document that can be read back, and the archive of a year."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from accounts.models import User
from payments.invoices import archive, pdf, xml
from payments.invoices.models import Invoice
from payments.invoices.states import SupplyPlace
from payments.invoices.writing import write_credit_note
from tests.factories.invoices import InvoiceFactory
from tests.payments.invoices.cast import buyer, seller, standard_kind, written
from tests.payments.invoices.xml_schema import problems_of

pytestmark = pytest.mark.django_db


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize(
    ("seller_values", "buyer_values"),
    [
        ({}, {}),
        ({}, {"country": "FR", "vat_number": "FR40303265045"}),
        ({"vat_number": "", "tax_number": "30/123", "is_small_business": True}, {}),
        ({"vat_number": ""}, {"vat_number": "DE987654321", "more": "Second floor"}),
    ],
)
def test_the_xml_is_valid_with_each_category_of_tax(
    ada: User, cleo: User, seller_values: dict[str, Any], buyer_values: dict[str, Any]
) -> None:
    standard_kind()
    seller(ada, **seller_values)
    buyer(cleo, **buyer_values)
    invoice = written(ada, cleo)
    note = write_credit_note(key="note", invoice=invoice, amount=Decimal("59.50"), reason="The payment was refunded.")

    assert problems_of(xml.write(invoice)) == []
    assert problems_of(xml.write(note)) == []


def test_xml_that_is_not_valid_is_noticed(ada: User, cleo: User) -> None:
    content = xml.write(InvoiceFactory.create())

    assert problems_of(content) == []
    wrong = [
        (b"<ram:TypeCode>380</ram:TypeCode>", b"", "ExchangedDocument: no TypeCode"),
        (b"<ram:GrandTotalAmount>119.00", b"<ram:GrandTotalAmount>much", "GrandTotalAmount: 'much' is no decimal"),
        (b'unitCode="C62"', b'unit="C62"', "BilledQuantity: attribute unit"),
        (b"ram:ApplicableHeaderTradeDelivery", b"ram:Delivery", "SupplyChainTradeTransaction: no ApplicableHeaderTradeDelivery"),
    ]  # fmt: skip
    for before, after, problem in wrong:
        assert before in content
        assert problem in problems_of(content.replace(before, after))


def test_the_xml_has_the_numbers_of_the_invoice(ada: User, cleo: User) -> None:
    standard_kind()
    seller(ada)
    buyer(cleo, vat_number="DE987654321")

    content = xml.write(written(ada, cleo)).decode()

    for words in (
        "<ram:ID>ADA-0001</ram:ID>", "<ram:TypeCode>380</ram:TypeCode>", '<ram:ID schemeID="VA">DE987654321</ram:ID>',
        "<ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>",
        '<ram:TaxTotalAmount currencyID="EUR">19.00</ram:TaxTotalAmount>',
        "<ram:DuePayableAmount>0.00</ram:DuePayableAmount>",
    ):  # fmt: skip
        assert words in content


def test_currencies_with_three_decimals_have_no_xml() -> None:
    assert not xml.is_possible(Invoice(currency="KWD"))
    assert xml.is_possible(Invoice(currency="JPY"))


def test_the_pdf_says_what_the_page_says(ada: User, cleo: User) -> None:
    standard_kind()
    seller(ada)
    buyer(cleo, name="Łukasz Żak & Zoë", street="漢字 5")

    text = text_of(pdf.write(written(ada, cleo, place=SupplyPlace.AT_SELLER)))

    for words in (
        "Invoice ADA-0001", "Ada Moreno Coaching", "VAT number DE123456789", "Łukasz Żak & Zoë", "First session",
        "4 May 2026", "100.00", "19 %", "119.00", "Germany (In person, at the seller’s place)", "visa 4242",
        "Written by Waymark in the name and on behalf of the seller.",
    ):  # fmt: skip
        assert words in text


def test_the_archive_has_a_table_and_both_files_of_each_document(ada: User, cleo: User) -> None:
    standard_kind()
    seller(ada)
    buyer(cleo)
    invoice = written(ada, cleo)
    write_credit_note(key="note", invoice=invoice, amount=Decimal("59.50"), reason="The payment was refunded.")

    content = b"".join(archive.zipped(Invoice.objects.order_by("sequence")))

    with zipfile.ZipFile(io.BytesIO(content)) as files:
        assert files.testzip() is None
        assert sorted(files.namelist()) == [
            "ADA-0001.pdf", "ADA-0001.xml", "ADA-0002.pdf", "ADA-0002.xml", "invoices.csv",
        ]  # fmt: skip
        rows = list(csv.DictReader(io.StringIO(files.read("invoices.csv").decode("utf-8-sig"))))
        assert [(row["Number"], row["Total"], row["Corrects"]) for row in rows] == [
            ("ADA-0001", "119.00", ""), ("ADA-0002", "-59.50", "ADA-0001"),
        ]  # fmt: skip
        assert "Credit note ADA-0002" in text_of(files.read("ADA-0002.pdf"))
