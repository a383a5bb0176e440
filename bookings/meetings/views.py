"""The pages on which a builder sets the link of one booking, and starts its meeting."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings.agreement.access import access_to, attempt
from bookings.agreement.transitions import Actor
from bookings.meetings import arranging, services
from bookings.meetings.forms import BookingLinkForm
from bookings.meetings.rules import CAN_JOIN, is_started_here, standing_link, why_no_link
from bookings.states import Side, State
from coaching.flags import MEETINGS
from connections.oauth.services import AccountBroken
from connections.zoom import wire
from core import flags
from core.access import signed_in
from core.service_calls import ServiceDown


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


@require_safe
@signed_in
@never_cache
def start_meeting(request: HttpRequest, reference: str) -> HttpResponse:
    """Leads the builder to the link by which they start the meeting, which Zoom is asked for now and nobody stores."""
    access = access_to(request, reference)
    booking = access.booking
    meeting = booking.meeting
    is_host = Side.BUILDER in access.sides and is_started_here(booking, Side.BUILDER)
    if not is_host or meeting is None or booking.state not in CAN_JOIN:
        raise Http404
    try:
        account = arranging.account_for(meeting)
        if account is None:
            raise AccountBroken
        return redirect(wire.start_link(account, meeting.external_id))
    except wire.MeetingGone:
        arranging.forget_deleted(meeting.pk)
        messages.error(request, "This meeting was deleted in Zoom. A new one is being created.")
    except AccountBroken:
        messages.error(request, arranging.BROKEN)
    except (ServiceDown, wire.MeetingRefused) as reason:
        messages.error(request, f"{reason} You can join with the link below, and start the meeting in Zoom itself.")
    return redirect(booking)
