"""The page on which a builder sets the link of one booking."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bookings.agreement.access import access_to, attempt
from bookings.agreement.transitions import Actor
from bookings.meetings import services
from bookings.meetings.forms import BookingLinkForm
from bookings.meetings.rules import standing_link, why_no_link
from bookings.states import Side, State
from coaching.flags import MEETINGS
from core import flags
from core.access import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def link(request: HttpRequest, reference: str) -> HttpResponse:
    access = access_to(request, reference)
    booking = access.booking
    if Side.BUILDER not in access.sides or not flags.is_on(request, MEETINGS):
        raise Http404
    if sentence := why_no_link(booking, access.now):
        messages.error(request, sentence)
        return redirect(booking)
    form = BookingLinkForm(request.POST if request.method == "POST" else None, initial={"link": booking.meeting_url})
    if request.method == "POST" and form.is_valid():
        url, by = form.cleaned_data["link"], Actor(Side.BUILDER, access.person)
        attempt(access, "Saved.", lambda: services.set_link(booking=booking, url=url, by=by))
        return redirect(booking)
    context = {
        "booking": booking,
        "form": form,
        "when": access.when,
        "standing_link": standing_link(booking),
        "is_agreed": booking.state != State.PENDING,
    }
    return render(request, "bookings/meetings/link.html", context, status=422 if form.errors else 200)
