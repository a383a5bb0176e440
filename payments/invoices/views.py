"""The pages of invoices: lists for clients and builders, one document, its files, and details of both sides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock, flags
from core.access import signed_in
from core.errors import Refused
from core.forms import add_refusal
from payments.flags import PAYMENTS
from payments.invoices import archive, following, pdf, queries, services, xml
from payments.invoices.documents import BUYER_FIELDS, document_of
from payments.invoices.forms import BuyerForm, SellerForm
from payments.invoices.models import Invoice, InvoiceQuerySet
from payments.invoices.texts import heading_facts, party_lines, percent_text, supply_text

PAGE_SIZE = 20
SELLER_FIELDS = (*BUYER_FIELDS, "tax_number", "is_small_business", "tax_kind", "number_prefix")


def check_flag(request: SignedInRequest) -> None:
    """While payments are switched off, there are no pages of invoices."""
    if not flags.is_on(request, PAYMENTS):
        raise Http404


def _check_seller(request: SignedInRequest) -> None:
    check_flag(request)
    if not queries.has_invoices(request.user):
        raise PermissionDenied


@require_safe
@signed_in
def invoices(request: SignedInRequest) -> HttpResponse:
    """Lists what the reader has bought."""
    check_flag(request)
    context = _listed(request, queries.bought_by(request.user)) | {"details": queries.buyer_of(request.user)}
    return render(request, "payments/invoices/invoices.html", context)


@require_safe
@signed_in
def written_invoices(request: SignedInRequest) -> HttpResponse:
    """Lists what was written in the builder's name."""
    _check_seller(request)
    seller = queries.seller_of(request.user)
    missing = following.without_invoice(clock.now()).filter(payee=request.user).count() if seller else 0
    context = _listed(request, queries.sold_by(request.user)) | {"seller": seller, "missing": missing}
    return render(request, "payments/invoices/written_invoices.html", context)


def _listed(request: SignedInRequest, rows: InvoiceQuerySet) -> dict[str, Any]:
    year = queries.year_of(request.GET.get("year", ""), clock.now().date())
    shown = rows if year is None else rows.of_year(year)
    page = Paginator(shown.select_related("corrects"), PAGE_SIZE).get_page(request.GET.get("page"))
    return {"page": page, "invoices": page.object_list, "years": queries.years_of(rows), "year": year}


@require_safe
@signed_in
def invoice(request: SignedInRequest, number: str) -> HttpResponse:
    """Shows one document, which prints as it is: this page is the original."""
    return render(request, "payments/invoices/invoice.html", shown(request, find(request, number)))


def shown(request: Any, row: Invoice) -> dict[str, Any]:
    """Returns what the page of a document shows."""
    document = document_of(row)
    is_buyer = request.user.is_authenticated and row.current_buyer_id == request.user.pk
    return {
        "invoice": row, "document": document, "facts": heading_facts(row, document),
        "seller_lines": party_lines(document.seller), "buyer_lines": party_lines(document.buyer),
        "lines": [(line, percent_text(line.category, line.percent)) for line in document.lines],
        "taxes": [(tax, percent_text(tax.category, tax.percent)) for tax in document.taxes],
        "supplied": supply_text(document), "net": row.money("net"), "has_xml": xml.is_possible(row),
        "can_correct": is_buyer and not row.is_credit_note and services.left_of(row) > 0,
        **queries.related_to(row),
    }  # fmt: skip


def find(request: SignedInRequest, number: str) -> Invoice:
    """Returns a document of the reader's; one of somebody else is a 404."""
    check_flag(request)
    rows = Invoice.objects.visible_to(request.user).select_related("corrects", "series", "seller", "payment")
    return get_object_or_404(rows, number=number)


@require_safe
@signed_in
def invoice_pdf(request: SignedInRequest, number: str) -> HttpResponse:
    return pdf_response(find(request, number))


@require_safe
@signed_in
def invoice_xml(request: SignedInRequest, number: str) -> HttpResponse:
    return xml_response(find(request, number))


def pdf_response(row: Invoice) -> HttpResponse:
    return _file(pdf.write(row), f"{row.number}.pdf", "application/pdf")


def xml_response(row: Invoice) -> HttpResponse:
    """Returns the document as XML; a 404 for currencies that EN 16931 does not know."""
    if not xml.is_possible(row):
        raise Http404
    return _file(xml.write(row), f"{row.number}.xml", "application/xml")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@signed_in
def archive_of_year(request: SignedInRequest) -> HttpResponseBase:
    """Sends all documents of a year as a ZIP file, which is written while it is sent."""
    _check_seller(request)
    year = queries.year_of(request.GET.get("year", ""), clock.now().date())
    if year is None:
        raise Http404
    rows = queries.sold_by(request.user).of_year(year).order_by("series", "sequence")
    response = StreamingHttpResponse(archive.zipped(rows), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="invoices-{year}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@signed_in
def correct_invoice(request: SignedInRequest, number: str) -> HttpResponse:
    """Replaces an invoice by one with the reader's present billing details."""
    row = find(request, number)
    try:
        corrected = services.correct_buyer(invoice=row, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(row)
    messages.success(request, f"{corrected.number} replaces {row.number}.")
    return redirect(corrected)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def billing_details(request: SignedInRequest) -> HttpResponse:
    """Takes what a client wants on their invoices."""
    check_flag(request)
    details = queries.buyer_of(request.user)
    initial = (
        {name: getattr(details, name) for name in BUYER_FIELDS} if details else {"name": request.user.display_name}
    )
    form = BuyerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.save_buyer(owner=request.user, values=form.cleaned_data)
        messages.success(request, "Saved. Your next invoices have these details.")
        return redirect("payments:invoices")
    context = {"form": form}
    return render(request, "payments/invoices/billing_details.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def seller_details(request: SignedInRequest) -> HttpResponse:
    """Takes the builder's details and their agreement, and then queues the invoices that waited for them."""
    _check_seller(request)
    seller = queries.seller_of(request.user)
    initial = {name: getattr(seller, name) for name in SELLER_FIELDS} if seller else {"name": request.user.display_name}
    form = SellerForm(request.POST or None, initial=initial | {"agrees": bool(seller and seller.agreed_at)})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        agrees = values.pop("agrees")
        try:
            services.save_seller(owner=request.user, values=values, agrees=agrees)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            count = following.queue_missing(clock.now(), request.user.pk) if agrees else 0
            waiting = f" {count} invoice{'' if count == 1 else 's'} will be written now." if count else ""
            messages.success(request, f"Saved.{waiting}")
            return redirect("payments:written_invoices")
    context = {"form": form, "seller": seller}
    return render(request, "payments/invoices/seller_details.html", context, status=422 if form.errors else 200)
