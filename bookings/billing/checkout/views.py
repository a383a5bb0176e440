"""The page on which a client pays for a booking, which is also the one to return to. Its link works without signing in.

Opening it changes nothing. The way to the provider's page is a plain link, because browsers forbid a form to lead to
another site (`form-action` of the Content-Security-Policy).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from bookings.agreement.accepted_texts import Occasion, record_accepted
from bookings.agreement.access import BookingAccess
from bookings.agreement.rules import terms_in_words
from bookings.agreement.signed_links import Purpose, page_of, path_for
from bookings.billing.checkout import services
from bookings.billing.checkout.rules import is_paid_online, why_not_payable
from bookings.billing.checkout.texts import refunds_by_time
from bookings.billing.queries import bill_of
from bookings.billing.rules import Bill
from bookings.guests.ended_links import forbid_caching, key_or_page
from bookings.models import Booking
from bookings.states import Side
from core import clock, flags
from core.access import public
from core.errors import Refused
from core.htmx import render_page
from core.money import Money
from payments import checkouts
from payments.account_credit.queries import UsableCredit, usable_credit
from payments.flags import PAYMENTS
from payments.models import Checkout
from payments.states import Timing


@require_http_methods(["GET", "HEAD", "POST"])
@public
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what is due and leads to the page to pay on. Sending its form asks the provider: for a page to pay on, or
    whether somebody has paid."""
    key = key_or_page(request, token, Purpose.PAY, is_open_to=_is_client)
    if isinstance(key, HttpResponse):
        return key
    booking = key[0]
    if not is_paid_online(booking) or (not flags.is_on(request, PAYMENTS) and bill_of(booking).payment is None):
        raise Http404
    if request.method == "POST":
        _act(request, booking)
        returned = "?returned=yes" if request.POST.get("act") == "check" else ""
        return redirect(f"{request.path}{returned}")
    return forbid_caching(_page(request, booking, token))


def _is_client(request: HttpRequest, booking: Booking) -> bool:
    """Whether this is the signed-in client, who can pay as long as something is due, also after their link has expired."""
    return request.user.is_authenticated and request.user.pk == booking.client_id


def _act(request: HttpRequest, booking: Booking) -> None:
    act = request.POST.get("act")
    try:
        if act == "check":
            services.check_payment(booking=booking)
        elif act == "credit" and _is_client(request, booking):
            used = services.use_credit(booking=booking)
            messages.success(request, f"You have paid {used.shown()} with your credit.")
        else:
            record_accepted(request, booking, Occasion.PAYMENT)
            services.start_paying(booking=booking)
    except Refused as error:
        messages.error(request, error.sentence)


def _page(request: HttpRequest, booking: Booking, token: str) -> HttpResponse:
    now = clock.now()
    bill = bill_of(booking)
    problem = why_not_payable(booking, bill.payment, now)
    page = checkouts.live_checkout(bill.payment.pk) if bill.payment is not None and problem is None else None
    is_open = page is not None and page.state == Checkout.State.OPEN and page.expires_at > now
    access = BookingAccess(request, booking, frozenset({Side.CLIENT}), now, booking.client, token, Purpose.PAY)
    has_returned = request.GET.get("returned") == "yes"
    context = {
        "booking": booking,
        "bill": bill,
        "access": access,
        "is_payable": problem is None,
        "problem": problem,
        "page": page if is_open else None,
        "has_returned": has_returned,
        "credit": _credit(request, bill) if problem is None else None,
        "terms": terms_in_words(booking.tiers),
        # A guest's link to the booking changes and cancels it, and this page is for whoever pays.
        "booking_url": booking.get_absolute_url() if booking.client_id else "",
    }
    return render_page(request, "bookings/billing/pay.html", context, parts=("payment",))


def _credit(request: HttpRequest, bill: Bill) -> UsableCredit | None:
    """Returns the credit of the signed-in client, if it pays for some of what is due. One query for them."""
    client_id = bill.booking.client_id
    if not _is_client(request, bill.booking) or client_id is None:
        return None
    if bill.payment is not None and bill.payment.payer_id != client_id:
        return None
    return usable_credit(client_id, bill.due)


def payment_text(
    timing: Timing, total: Money, tiers: Sequence[Sequence[int]], starts_at: datetime, zone: str, now: datetime
) -> dict[str, Any]:
    """Returns what a page says before booking: when one pays, and what cancelling gives back until when."""
    return {
        "timing": timing,
        "refunds": refunds_by_time(tiers, total, starts_at, now),
        "has_fee": any(percent for _, percent in tiers),
        "zone": zone,
    }


def after_booking(booking: Booking, page: str = "booked") -> str:
    """Returns where a client is led right after booking: to the page to pay on, if they have to pay first.

    The page of the provider is asked for here, so that it is there at once; if that fails, the page says so.
    """
    if booking.payment_due_at is None:
        return page_of(booking, page)
    with suppress(Refused):  # the page has a button to try again
        services.start_paying(booking=booking)
    return pay_address(booking)


def pay_address(booking: Booking) -> str:
    """Returns the address of the page on which the booking is paid."""
    return path_for(booking, Purpose.PAY)
