"""Pages on which builders record payments and refunds, and the lists of payments of clients and of builders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.agreement.access import BookingAccess, access_to
from bookings.agreement.signed_links import Purpose, path_for
from bookings.agreement.transitions import Actor
from bookings.billing import queries, services
from bookings.billing.checkout.rules import can_be_paid_directly, is_paid_online, is_payable
from bookings.billing.forms import ReceiptForm
from bookings.billing.rules import Bill
from bookings.models import Booking
from bookings.states import Side
from core import flags
from core.access import role_required, signed_in
from core.csv_export import csv_response
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from payments.flags import PAYMENTS
from payments.models import Payment
from payments.states import Method

PAGE_SIZE = 20
CSV_HEADER = (
    "Session", "Reference", "Client", "Title", "Currency", "Price or fee", "Paid", "Given back", "Still due", "Status",
    "Paid by", "Paid on",
)  # fmt: skip


def payment_context(access: BookingAccess) -> dict[str, Any]:
    """Returns the payment of a booking for its page, with what was received and given back. Three queries at most, one more for a
    cancelled session that was paid with a credit."""
    if not flags.is_on(access.request, PAYMENTS):
        return {"bill": None}
    return {"credit_outcome": queries.credit_outcome(access.booking), **_payment_context(access)}


def _payment_context(access: BookingAccess) -> dict[str, Any]:
    bill = queries.bill_of(access.booking)
    payment = bill.payment
    may_change = bool({Side.BUILDER, Side.SUPPORT} & access.sides)
    receipts = list(payment.receipts.select_related("correction")) if payment else []
    refunds = list(payment.refunds.select_related("retry")) if payment else []
    return {
        "bill": bill if bill.is_relevant else None,
        "story": {"payment": payment, "receipts": receipts, "refunds": refunds},
        "receipts": receipts,
        "refunds": refunds,
        "is_paid_online": is_paid_online(access.booking, payment),
        "pay_url": _pay_url(access, bill),
        "may_record_receipt": Side.BUILDER in access.sides
        and bool(bill.due.amount)
        and can_be_paid_directly(access.booking, payment),
        "may_refund": may_change and bool(bill.refundable.amount),
        "may_change_payment": may_change,
        "price_shares": queries.price_shares(access.booking) if may_change else [],
    }


def _pay_url(access: BookingAccess, bill: Bill) -> str:
    """Returns the address of the page on which the client pays; an empty string for others, and while nothing can be
    paid."""
    can_pay = access.side == Side.CLIENT and is_payable(access.booking, bill.payment, access.now)
    return path_for(access.booking, Purpose.PAY) if can_pay else ""


def payment_access(request: HttpRequest, reference: str, *sides: Side) -> tuple[BookingAccess, Actor]:
    """Returns the access to the booking, and the actor for the first of these sides that the person can act for."""
    access = access_to(request, reference)
    side = next((side for side in sides if side in access.sides), None)
    if side is None or not flags.is_on(request, PAYMENTS):
        raise Http404
    return access, Actor(side, access.person)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Lets the builder record what came in for a booking: all that is due, or a part."""
    access, by = payment_access(request, reference, Side.BUILDER)
    booking = access.booking
    bill = queries.bill_of(booking)
    today = access.now.astimezone(ZoneInfo(access.zone)).date()
    form = ReceiptForm(
        request.POST if request.method == "POST" else None,
        most=bill.due,
        initial={"received_on": today, "method": bill.payment.method if bill.payment else ""},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"method": Method(form.cleaned_data["method"])}
        try:
            services.record_receipt(booking=booking, by=by, **values)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Payment recorded. The client has been told.")
            return redirect(booking)
    elif request.method != "POST" and not (can_be_paid_directly(booking, bill.payment) and bill.due.amount):
        messages.error(request, "Nothing is due for this booking." if not bill.due.amount else services.PAID_ONLINE)
        return redirect(booking)
    context = {
        "booking": booking, "bill": bill, "form": form, "when": access.when,
        "is_paid_online": is_paid_online(booking, bill.payment),
    }  # fmt: skip
    return render(request, "bookings/billing/receipt.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def payments_made(request: SignedInRequest) -> HttpResponse:
    """Lists what the signed-in client has paid and has still to pay."""
    return _list(request, Booking.objects.filter(client=request.user), Side.CLIENT)


@require_safe
@role_required(Role.BUILDER)
def payments_received(request: SignedInRequest) -> HttpResponse:
    """Lists what the signed-in builder has received and is still owed."""
    return _list(request, Booking.objects.of_builder(request.user), Side.BUILDER)


def _only(request: HttpRequest) -> str:
    name = request.GET.get("show", "")
    return name if name in dict(queries.FILTERS) else ""


def _list(request: SignedInRequest, mine: Any, side: Side) -> HttpResponse:
    if not flags.is_on(request, PAYMENTS):
        raise Http404
    only = _only(request)
    page = Paginator(queries.with_money(mine, only).listed(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "side": side,
        "page": page,
        "bills": queries.bills_of(page.object_list).values(),
        "filters": queries.FILTERS,
        "only": only,
    }
    return render_page(request, "bookings/billing/payments.html", context, parts=("list",))


@require_safe
@role_required(Role.BUILDER)
def table(request: SignedInRequest) -> HttpResponse:
    """Returns the builder's list as a CSV file."""
    if not flags.is_on(request, PAYMENTS):
        raise Http404
    mine = Booking.objects.of_builder(request.user)
    bookings = list(queries.with_money(mine, _only(request)).listed())
    zone = ZoneInfo(request.user.timezone)
    rows = [_row(bill, zone) for bill in queries.bills_of(bookings).values()]
    return csv_response("payments.csv", CSV_HEADER, rows)


def _row(bill: Bill, zone: ZoneInfo) -> tuple[Any, ...]:
    booking, payment = bill.booking, bill.payment
    sums: list[Decimal] = [bill.owed.amount, bill.paid.amount, bill.refunded.amount, bill.due.amount]
    return (
        _day(booking.starts_at, zone), booking.reference, booking.client_name, booking.title, booking.currency, *sums,
        bill.label, _method(payment), _day(payment.paid_at if payment else None, zone),
    )  # fmt: skip


def _day(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d}" if at else ""


def _method(payment: Payment | None) -> str:
    if payment is None:
        return ""
    return Method(payment.method).label if payment.method in Method.values else payment.method
