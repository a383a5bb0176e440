"""The page of one booking, and the forms of what staff do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import STAFF
from bookings.models import Booking
from bookings.states import Side
from core import clock
from core.access import role_required
from core.cursors import page_of
from core.errors import Refused
from core.forms import add_refusal
from operations.bookings import queries, services
from operations.bookings.acts import BOOKING_ACTS, acts_for
from operations.bookings.forms import BookingNoteForm

HERE = "operations:bookings"
PAGE = ["GET", "HEAD", "POST"]
MOST_NOTES = 20


def _booking_or_404(reference: str) -> Booking:
    booking = queries.booking_by_reference(reference)
    if booking is None:
        raise Http404
    return booking


@role_required(*STAFF)
@require_safe
def bookings(request: SignedInRequest) -> HttpResponse:
    """Leads to the booking with a reference, and lists the latest. One query for the list."""
    reference = request.GET.get("reference", "").strip()
    if reference:
        booking = queries.booking_by_reference(reference)
        if booking is not None:
            return redirect("operations:booking", booking.reference)
    page = page_of(Booking.objects.listed(), order=("-id",), limit=50, cursor=request.GET.get("cursor"))
    context = {"here": HERE, "page": page, "reference": reference}
    return render(request, "operations/bookings/bookings.html", context)


@role_required(*STAFF)
@require_safe
def booking(request: SignedInRequest, reference: str) -> HttpResponse:
    """Shows the booking with its sides, history, money, mails, calendar entries and meeting."""
    shown = _booking_or_404(reference)
    return render(request, "operations/bookings/booking.html", _context(shown, BookingNoteForm()))


def _context(shown: Booking, note_form: BookingNoteForm) -> dict[str, Any]:
    entries = queries.history(shown)
    return {
        "here": HERE,
        "booking": shown,
        "history": entries,
        "payment": queries.money(shown),
        "mails": queries.mails(shown, entries),
        "copies": queries.calendar_copies(shown),
        "client_url": queries.person_url(shown, Side.CLIENT),
        "builder_url": queries.person_url(shown, Side.BUILDER),
        "statements": shown.statements.select_related("author"),
        "notes": shown.staff_notes.select_related("author")[:MOST_NOTES],
        "note_form": note_form,
        "acts": acts_for(shown, clock.now()),
    }


@role_required(*STAFF)
@require_http_methods(PAGE)
def booking_act(request: SignedInRequest, reference: str, slug: str) -> HttpResponse:
    """Shows what will follow and asks for the reason; then does it."""
    act = BOOKING_ACTS.get(slug)
    if act is None:
        raise Http404
    shown, now = _booking_or_404(reference), clock.now()
    if not act.is_possible(shown, now):
        messages.info(request, f"“{act.label}” is not possible for {shown.reference} now.")
        return redirect("operations:booking", shown.reference)
    form = act.form(request.POST if request.method == "POST" else None, booking=shown)
    if request.method == "POST" and form.is_valid():
        try:
            message = act.perform(shown, request.user, form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, message)
            return redirect("operations:booking", shown.reference)
    context = {"here": HERE, "booking": shown, "act": act, "form": form, "follows": act.follows(shown, now)}
    return render(request, "operations/bookings/act.html", context, status=422 if form.errors else 200)


@role_required(*STAFF)
@require_POST
def booking_note(request: SignedInRequest, reference: str) -> HttpResponse:
    """Saves a note about the booking."""
    shown, form = _booking_or_404(reference), BookingNoteForm(request.POST)
    if not form.is_valid():
        return render(request, "operations/bookings/booking.html", _context(shown, form), status=422)
    services.write_note(booking=shown, by=request.user, **form.cleaned_data)
    messages.success(request, "The note is saved.")
    return redirect("operations:booking", shown.reference)
