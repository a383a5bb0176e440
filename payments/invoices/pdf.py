"""Writes an invoice as a PDF document, with what its page says."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from core.money import Money
from payments.invoices.documents import Document, document_of
from payments.invoices.models import Invoice
from payments.invoices.texts import heading_facts, party_lines, percent_text, supply_text

if TYPE_CHECKING:
    from payments.pdf import PdfDocument

LINE_WIDTHS = (0.52, 0.16, 0.14, 0.18)
SUM_WIDTHS = (0.82, 0.18)


def write(invoice: Invoice) -> bytes:
    """Returns the document as PDF."""
    from payments.pdf import PdfDocument  # its libraries would take a tenth of the start of every process

    document = document_of(invoice)
    pdf = PdfDocument(invoice.title)
    pdf.heading(invoice.title, 18)
    pdf.gap()
    pdf.columns(["Seller", *party_lines(document.seller)], ["Buyer", *party_lines(document.buyer)])
    pdf.gap()
    for label, value in heading_facts(invoice, document):
        pdf.text(f"{label}: {value}")
    pdf.gap(6)
    _lines(pdf, invoice, document)
    pdf.gap()
    for note in [*(tax.reason for tax in document.taxes if tax.reason), *document.notes]:
        pdf.text(note)
    return pdf.content()


def _lines(pdf: PdfDocument, invoice: Invoice, document: Document) -> None:
    pdf.row(["Description", "Net", "VAT", "Amount"], LINE_WIDTHS, has_rule=True)
    for line in document.lines:
        text = f"{line.text}\n{supply_text(document)}"
        pdf.row([text, line.net, percent_text(line.category, line.percent), line.gross], LINE_WIDTHS, has_rule=True)
    pdf.row(["Net", invoice.money("net").shown()], SUM_WIDTHS)
    for tax in document.taxes:
        money = Money(Decimal(tax.tax), invoice.currency)
        label = f"VAT, {percent_text(tax.category, tax.percent)} of {tax.net}"
        pdf.row([label, money.shown()], SUM_WIDTHS)
    label = "Credited" if invoice.is_credit_note else "Total, paid"
    pdf.row([label, invoice.total.shown()], SUM_WIDTHS, size=12)
