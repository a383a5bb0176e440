"""The page on which a builder makes a session shorter or longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from bookings.agreement.access import BookingAccess
from bookings.agreement.forms import ReasonForm
from bookings.agreement.transitions import Actor
from bookings.calendar import lengths, services
from bookings.calendar.moves import what_client_reads
from bookings.calendar.views import own_booking
from bookings.states import Side
from bookings.times import When
from core.access import signed_in
from core.dates import parse_instant
from core.errors import Refused
from core.htmx import render_page

MOST_SHOWN = 8  # of the lengths, where clients can choose any


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def calendar_length(request: SignedInRequest, reference: str) -> HttpResponse:
    """Asks for the length, shows what it costs and what the client reads, and changes it."""
    access = own_booking(request, reference)
    if request.method == "POST":
        return _change(access, _minutes(request.POST.get("minutes", "")))
    return _length_page(access, _minutes(request.GET.get("minutes", "")) or _dragged(access))


def _minutes(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _dragged(access: BookingAccess) -> int:
    """Returns the minutes until the end in the address, to which the session was drawn; 0 without one."""
    end = parse_instant(access.request.GET.get("end", ""))
    return max(1, int((end - access.booking.starts_at) / timedelta(minutes=1))) if end else 0


def _change(access: BookingAccess, minutes: int) -> HttpResponse:
    """Changes the length. A refusal shows the page again."""
    booking, request = access.booking, access.request
    reason, former = request.POST.get("reason", "").strip()[:500], lengths.former_terms(booking)
    try:
        by = Actor(Side.BUILDER, access.person)
        changed = lengths.change_length(booking=booking, minutes=minutes, by=by, reason=reason)
    except Refused as error:
        return _length_page(access, minutes, refusal=error.sentence)
    if request.headers.get("HX-Request"):
        context = {"booking": changed, "former": former, "seconds": services.UNDO_WITHIN.seconds}
        return render(request, "bookings/calendar/_resized.html", context)
    messages.success(request, "The length has been changed. Your client will get a mail about it.")
    day = booking.starts_at.astimezone(ZoneInfo(booking.builder.timezone)).date()
    return redirect(f"{reverse('bookings:builder_calendar')}?day={day}")


def _length_page(access: BookingAccess, asked: int, refusal: str = "") -> HttpResponse:
    booking = access.booking
    closed = lengths.why_not_resizable(booking, access.now)
    offered = lengths.offered_lengths(booking) if closed is None else []
    others = [length for length in offered if length.minutes != booking.minutes]
    length = lengths.closest_length(others, asked) if asked else None
    near = sorted(others, key=lambda other: abs(other.minutes - (asked or booking.minutes)))[:MOST_SHOWN]
    if closed is None and not others:
        closed = "You offer this session in only one length."
    context = {
        "access": access,
        "booking": booking,
        "closed": closed,
        "refusal": refusal,
        "old": When(booking.starts_at, booking.ends_at, booking.builder.timezone),
        "others": [other for other in others if other in near and other != length],
        "length": length,
        "form": ReasonForm(reader=booking.client_name),
        **(_new_length(access, length) if length else {}),
    }
    status = 422 if access.request.method == "POST" else 200
    return render_page(
        access.request, "bookings/calendar/calendar_length.html", context, parts=("question",), status=status
    )


def _new_length(access: BookingAccess, length: lengths.OfferedLength) -> dict[str, Any]:
    """Returns what the page says about the length that the session would get."""
    booking = access.booking
    end = booking.starts_at + timedelta(minutes=length.minutes)
    return {
        "start": booking.starts_at.isoformat(),
        "end": end.isoformat(),
        "new": When(booking.starts_at, end, booking.builder.timezone),
        "is_same_price": length.price == booking.price,
        "mail": what_client_reads(booking, booking.starts_at, booking.builder, access.now, end=end),
    }
