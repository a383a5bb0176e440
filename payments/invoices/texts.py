"""The words that the page and the PDF document of an invoice share."""

from __future__ import annotations

from datetime import date

from payments.invoices.countries import name_of
from payments.invoices.documents import Document, Party
from payments.invoices.models import Invoice
from payments.invoices.states import TaxCategory


def in_words(day: date) -> str:
    return f"{day:%-d %B %Y}"


def party_lines(side: Party) -> list[str]:
    """Returns name, address and numbers of one side."""
    numbers = [("VAT number", side.vat_number), ("Tax number", side.tax_number)]
    return [*side.lines, *(f"{label} {number}" for label, number in numbers if number)]


def supply_text(document: Document) -> str:
    """Returns the day or the days on which it is supplied."""
    if document.last_day is None or document.last_day == document.first_day:
        return in_words(document.first_day)
    return f"{in_words(document.first_day)} to {in_words(document.last_day)}"


def percent_text(category: str, percent: str) -> str:
    return "none" if category == TaxCategory.NOT_TAXED else f"{percent} %"


def heading_facts(invoice: Invoice, document: Document) -> list[tuple[str, str]]:
    """Returns the facts above the lines: number, days, order, and where it is taxed."""
    facts = [("Number", invoice.number), ("Issued", in_words(invoice.issued_on))]
    if document.corrects:
        issued_on = in_words(date.fromisoformat(document.corrects_issued_on))
        facts.append(("Corrects", f"{document.corrects} of {issued_on}"))
    facts.append(("Supplied", supply_text(document)))
    if document.reference:
        facts.append(("Order", document.reference))
    facts.append(("Place of supply", f"{name_of(document.tax_country)} ({document.supply_place.label})"))
    if document.paid_with:
        facts.append(("Paid by", document.paid_with))
    return facts
