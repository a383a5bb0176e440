"""Reads of invoices for pages and the API, each with its number of queries."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import ExtractYear

from accounts.models import User
from accounts.roles import Role
from payments.invoices.models import BuyerProfile, Invoice, InvoiceQuerySet, SellerProfile


def bought_by(person: User) -> InvoiceQuerySet:
    """Returns the documents that a person has got from sellers."""
    return Invoice.objects.all().bought_by(person)


def sold_by(person: User) -> InvoiceQuerySet:
    """Returns the documents that were written in a builder's name."""
    return Invoice.objects.filter(seller=person)


def years_of(invoices: QuerySet[Invoice]) -> list[int]:
    """Returns the years in which there are documents, the latest first. One query."""
    years = invoices.order_by().values_list(ExtractYear("issued_on"), flat=True).distinct()
    return sorted(years, reverse=True)


def has_invoices(person: User) -> bool:
    """Whether the list of written invoices is theirs: builders, and former ones who have some. One query at most."""
    return Role.BUILDER in person.roles or sold_by(person).exists()


def seller_of(person: User) -> SellerProfile | None:
    return SellerProfile.objects.filter(owner=person).first()


def buyer_of(person: User) -> BuyerProfile | None:
    return BuyerProfile.objects.filter(owner=person).first()


def year_of(text: str, today: date) -> int | None:
    """Returns the year that an address names; None for all, and for what is no year."""
    return int(text) if re.fullmatch(r"20\d\d", text, re.ASCII) and int(text) <= today.year + 1 else None


def related_to(invoice: Invoice) -> dict[str, Any]:
    """Returns the invoice that a credit note corrects, or the credit notes of an invoice. One query."""
    if invoice.is_credit_note:
        return {"corrected": invoice.corrects, "credit_notes": []}
    return {"corrected": None, "credit_notes": list(invoice.credit_notes.order_by("id"))}
