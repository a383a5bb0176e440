"""The pages on which a builder suggests other times for a booking, and on which the client chooses one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bookings.agreement.access import BookingAccess, access_to, attempt, member_and_guest
from bookings.agreement.forms import ReasonForm
from bookings.agreement.transitions import Actor
from bookings.flags import SUGGESTED_TIMES
from bookings.models import Proposal
from bookings.proposals import services
from bookings.proposals.forms import SuggestionForm
from bookings.proposals.queries import open_proposals, suggested_times
from bookings.proposals.refusals import ProposalRefusal
from bookings.states import Side, Verb
from bookings.times import When
from bookings.wizard.time_picker import picker_to_move
from core import flags
from core.access import signed_in
from core.dates import parse_instant
from core.errors import Refused
from core.htmx import render_page
from core.requests import find_or_404
from scheduling.outside.services import refresh_calendars_of

CHOSEN = "chosen"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def suggest(request: HttpRequest, reference: str) -> HttpResponse:
    """Lets a builder choose up to five available times, which stand in the address, and send them with a note."""
    access = access_to(request, reference)
    if Side.BUILDER not in access.sides or not flags.is_on(request, SUGGESTED_TIMES):
        raise Http404
    if Verb.PROPOSE not in access.verbs:
        messages.error(request, "Other times can no longer be suggested for this booking.")
        return redirect(access.booking)
    starts = _instants(request.POST.getlist(CHOSEN) if request.method == "POST" else request.GET.getlist(CHOSEN))
    form = SuggestionForm(request.POST if request.method == "POST" else None, reader=access.booking.client_name)
    if request.method == "POST" and form.is_valid():
        return _send(access, starts, form.cleaned_data["note"])
    return _suggest_page(access, starts, form)


def _instants(sent: list[str]) -> list[datetime]:
    instants = [start for value in sent[:50] if (start := parse_instant(value)) is not None]
    return sorted(set(instants))[: services.MOST_OPEN]


def _send(access: BookingAccess, starts: list[datetime], note: str) -> HttpResponse:
    """Sends the suggestion; a refusal leads back to the page with the same times."""
    booking, request = access.booking, access.request
    page = redirect(f"{request.path}?{urlencode({CHOSEN: [start.isoformat() for start in starts]}, doseq=True)}")
    if not starts:
        messages.error(request, "Choose at least one time.")
        return page
    try:
        services.propose(booking=booking, starts=starts, by=Actor(Side.BUILDER, access.person), note=note)
    except Refused as error:
        messages.error(request, next(iter(error.fields.values()))[0] if error.fields else error.sentence)
        return page
    messages.success(request, f"Sent. {booking.client_name} can accept one of the times with a click.")
    return redirect(booking)


def _suggest_page(access: BookingAccess, starts: list[datetime], form: SuggestionForm) -> HttpResponse:
    booking, request = access.booking, access.request
    asked = {name: str(value) for name, value in request.GET.items()}
    picker = picker_to_move(booking, asked, zone=access.zone, now=access.now)
    length = booking.ends_at - booking.starts_at
    context = {
        "access": access,
        "booking": booking,
        "picker": picker,
        "chosen": [_chosen(request, start, When(start, start + length, picker.zone)) for start in starts],
        "is_full": len(starts) >= services.MOST_OPEN,
        "most": services.MOST_OPEN,
        "now_at": When(booking.starts_at, booking.ends_at, picker.zone),
        "already": [
            When(proposal.starts_at, proposal.ends_at, picker.zone) for proposal in open_proposals(booking, access.now)
        ],
        "form": form,
    }
    status = 422 if form.errors else 200
    return render_page(request, "bookings/proposals/suggest.html", context, parts=("times",), status=status)


def _chosen(request: HttpRequest, start: datetime, when: When) -> dict[str, Any]:
    """Returns a chosen time with the query of the page without it."""
    query = request.GET.copy()
    query.setlist(CHOSEN, [value for value in query.getlist(CHOSEN) if parse_instant(value) != start])
    return {"value": start.isoformat(), "when": when, "without": f"?{query.urlencode()}"}


def _proposals(access: BookingAccess) -> HttpResponse:
    """Shows the client the suggested times, and accepts one or declines all. Opening the page changes nothing, since
    mail scanners open links."""
    booking, request = access.booking, access.request
    if access.side != Side.CLIENT:
        return redirect(access.url("booking"))
    if request.method == "POST":
        return _answer(access)
    proposals = open_proposals(booking, access.now)
    times = suggested_times(booking, proposals, access.zone, access.now)
    context = {
        "access": access,
        "booking": booking,
        "times": times,
        "some_free": any(time.is_free for time in times),
        "notes": [note for note in dict.fromkeys(proposal.event.reason for proposal in proposals) if note],
        "form": ReasonForm(reader=access.other),
        "may_move": Verb.RESCHEDULE in access.verbs,
    }
    return render(request, "bookings/proposals/proposals.html", context)


def _answer(access: BookingAccess) -> HttpResponse:
    booking, request = access.booking, access.request
    by = Actor(Side.CLIENT, access.person)
    if identity := request.POST.get("accept"):
        proposal = find_or_404(Proposal.objects.filter(booking=booking).select_related("booking"), identity)
        refresh_calendars_of(booking.builder_id)
        done = f"Your session with {access.other} is confirmed for the new time."
        try:
            services.accept(proposal=proposal, by=by)
        except Refused as error:
            messages.error(request, error.sentence)
            return redirect(access.url("proposals"))
        messages.success(request, done)
        return redirect(access.url("booking"))
    if not open_proposals(booking, access.now):
        messages.error(request, ProposalRefusal.PROPOSAL_CLOSED.sentence)
        return redirect(access.url("booking"))
    reason = request.POST.get("reason", "").strip()[:500]
    attempt(
        access,
        f"We have told {access.other} that none of these times suits you.",
        lambda: services.decline(booking=booking, by=by, reason=reason),
    )
    return redirect(access.url("booking"))


proposals, guest_proposals = (
    require_http_methods(["GET", "HEAD", "POST"])(view) for view in member_and_guest(_proposals)
)
