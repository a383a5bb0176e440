"""Schemas of invoices in the API."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from core.api import Out, SuccessBody
from core.openapi import DateText, enum_of
from payments.invoices import xml
from payments.invoices.documents import document_of
from payments.invoices.models import Invoice
from payments.invoices.states import DocumentKind


class InvoicePartyOut(Out):
    name: str
    country: str
    vat_number: str | None


class InvoiceOut(Out):
    id: UUID
    number: str
    kind: Annotated[str, enum_of(DocumentKind.values)]
    issued_on: DateText
    currency: str
    net: str
    tax: str
    gross: str
    seller: InvoicePartyOut
    buyer: InvoicePartyOut
    reference: str
    corrects: str | None
    payment_id: UUID | None
    url: str
    has_xml: bool

    @classmethod
    def of(cls, invoice: Invoice) -> InvoiceOut:
        document = document_of(invoice)
        seller, buyer = (
            InvoicePartyOut(name=side.name, country=side.country, vat_number=side.vat_number or None)
            for side in (document.seller, document.buyer)
        )
        return cls(
            id=invoice.pk, number=invoice.number, kind=invoice.kind, issued_on=invoice.issued_on.isoformat(),
            currency=invoice.currency, **{name: invoice.money(name).on_the_wire() for name in ("net", "tax", "gross")},
            seller=seller, buyer=buyer, reference=document.reference, corrects=document.corrects or None,
            payment_id=invoice.payment_id, url=f"{settings.SITE_URL}{reverse('payments:invoice', args=[invoice.number])}",
            has_xml=xml.is_possible(invoice),
        )  # fmt: skip


class InvoicesAnswer(SuccessBody):
    invoices: list[InvoiceOut]
    next_cursor: str | None


class InvoiceAnswer(SuccessBody):
    invoice: InvoiceOut
