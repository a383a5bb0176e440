"""`/api/invoices`: a person's invoices and credit notes, and one of them as JSON, PDF or XML."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import ConfigDict, Field

from accounts.access import SignedInRequest
from accounts.models import User
from core.api import In
from core.cursors import page_of
from core.errors import Refusal, Refused
from core.openapi import enum_of
from core.requests import find_or_404
from payments.api import person_with_payments
from payments.invoices import queries
from payments.invoices.models import Invoice
from payments.invoices.schemas import InvoiceAnswer, InvoiceOut, InvoicesAnswer
from payments.invoices.views import pdf_response, xml_response

router = Router(tags=["Payments"])
ORDER = ("-issued_on", "-id")
SIDES = {"client": queries.bought_by, "builder": queries.sold_by}


class InvoicesQuery(In):
    model_config = ConfigDict(extra="ignore")
    role: Annotated[str, enum_of(SIDES)] = "client"
    year: Annotated[int, Field(ge=2000, le=9998)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


def own_invoice(request: HttpRequest) -> User:
    """Authenticates a request for one document: one of somebody else is a 404."""
    person = person_with_payments(request)
    match = request.resolver_match
    assert match is not None
    _find(person, match.kwargs["id"])
    return person


def _find(person: User, identity: str) -> Invoice:
    rows = Invoice.objects.visible_to(person).select_related("corrects", "series", "seller", "payment")
    return find_or_404(rows, identity)


@router.get(
    "/invoices",
    response=InvoicesAnswer,
    auth=person_with_payments,
    by_alias=True,
    summary="My invoices",
    operation_id="payments_api_invoices",
)
def invoices(request: SignedInRequest, query: Query[InvoicesQuery]) -> InvoicesAnswer:
    """What I bought, or with `role=builder` what was written in my name, the latest first."""
    listed = SIDES.get(query.role.lower())
    if listed is None:
        raise Refused(Refusal.INVALID, fields={"role": ["One of client and builder."]})
    rows = listed(request.user)
    if query.year is not None:
        rows = rows.of_year(query.year)
    filters = {"role": query.role, "year": query.year}
    page = page_of(rows, order=ORDER, limit=query.limit, cursor=query.cursor, filters=filters)
    return InvoicesAnswer(invoices=[InvoiceOut.of(row) for row in page.rows], next_cursor=page.next_cursor)


@router.get(
    "/invoices/{id}.pdf",
    auth=own_invoice,
    summary="One invoice as PDF",
    operation_id="payments_api_invoice_pdf",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/pdf": {}}}}},
)
def invoice_pdf(request: SignedInRequest, id: str) -> HttpResponse:
    return pdf_response(_find(request.user, id))


@router.get(
    "/invoices/{id}.xml",
    auth=own_invoice,
    summary="One invoice as EN 16931 XML",
    operation_id="payments_api_invoice_xml",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/xml": {}}}}},
)
def invoice_xml(request: SignedInRequest, id: str) -> HttpResponse:
    """A 404 for currencies with three decimals, which the standard does not know."""
    return xml_response(_find(request.user, id))


@router.get(
    "/invoices/{id}",
    response=InvoiceAnswer,
    auth=own_invoice,
    by_alias=True,
    summary="One invoice",
    operation_id="payments_api_invoice",
)
def invoice(request: SignedInRequest, id: str) -> InvoiceAnswer:
    return InvoiceAnswer(invoice=InvoiceOut.of(_find(request.user, id)))
