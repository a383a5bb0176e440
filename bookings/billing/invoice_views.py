"""The invoices of a booking: for its two sides by its reference, for a guest by their link."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bookings.agreement.access import access_to
from bookings.agreement.signed_links import Purpose
from bookings.billing.rules import KIND
from bookings.guests.ended_links import forbid_caching, key_or_page
from bookings.models import Booking
from bookings.states import Side
from core import flags
from core.access import public, signed_in
from payments.flags import PAYMENTS
from payments.invoices import views as invoices
from payments.models import Invoice
from payments.models.payments import Payment


def _written(request: HttpRequest, booking: Booking) -> list[Invoice]:
    """Returns the documents of a booking, the oldest first. One query."""
    if not flags.is_on(request, PAYMENTS):
        raise Http404
    payments = Payment.objects.about(KIND, [booking.pk])
    rows = Invoice.objects.filter(payment__in=payments)
    return list(rows.select_related("corrects", "series", "seller", "payment").order_by("id"))


@require_safe
@signed_in
def invoice(request: HttpRequest, reference: str) -> HttpResponse:
    """Leads to the invoice of a booking, or lists all documents if there are several."""
    access = access_to(request, reference)
    rows = _written(request, access.booking)
    if len(rows) == 1:
        return redirect(rows[0])
    context = {"booking": access.booking, "invoices": rows, "is_builder": access.side == Side.BUILDER}
    return render(request, "bookings/billing/invoices.html", context)


@require_safe
@public
def guest_invoice(request: HttpRequest, token: str) -> HttpResponse:
    """Shows a guest the documents of their booking, one of which `number` names, as a page or as a file."""
    key = key_or_page(request, token, Purpose.MAIL, Purpose.MANAGE)
    if isinstance(key, HttpResponse):
        return key
    if key[0].client_id is not None:  # it now belongs to an account, which needs signing in
        return redirect("bookings:invoice", key[0].reference)
    rows = {row.number: row for row in _written(request, key[0])}
    number = request.GET.get("number", "")
    if not rows or (number and number not in rows):
        raise Http404
    row = rows[number] if number else list(rows.values())[-1]
    kind = request.GET.get("file", "")
    if kind in ("pdf", "xml"):
        return forbid_caching(invoices.pdf_response(row) if kind == "pdf" else invoices.xml_response(row))
    context = invoices.shown(request, row) | {
        "is_guest": True,
        "others": [other for other in rows.values() if other != row],
    }
    return forbid_caching(render(request, "payments/invoices/invoice.html", context))
