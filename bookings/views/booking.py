"""The page of one booking, and what can be done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import deliverables, invites, queries, reviews, series, services
from bookings.choosing import Choice
from bookings.clients import notes_on
from bookings.forms import CancelForm, DeclineForm, ReasonForm, told
from bookings.links import Purpose
from bookings.rules import terms_in_words
from bookings.states import AHEAD, Side, State, Verb
from bookings.views.parties import Party, attempt, two_doors
from bookings.when import When
from coaching.terms import offer_of
from core.dates import parse_instant
from core.errors import Refused
from core.htmx import render_page
from core.requests import own_path
from core.zones import zone_choices
from pathways.models import Enrolment
from scheduling.claims import LOST

DONE = {
    Verb.CONFIRM: "Confirmed. Both of you have it in the mail, for the calendar.",
    Verb.DECLINE: "Declined. The time is free again, and the client knows why.",
    Verb.CANCEL: "Cancelled. The time is free again, and the other side knows.",
    Verb.START: "It has begun.",
    Verb.COMPLETE: "Completed. Well done.",
    Verb.RESCHEDULE: "Moved. The other side knows.",
}


def _booking(party: Party) -> HttpResponse:
    """Everything about it, and what can be done now."""
    booking = party.booking
    verbs = party.verbs
    context = {
        "party": party,
        "booking": booking,
        "verbs": [str(verb) for verb in verbs],
        "told": told(booking),
        "terms": terms_in_words(booking.tiers) if booking.state in AHEAD and booking.total else [],
        "timeline": queries.timeline(booking, party.zone),
        "can_join": party.purpose == Purpose.MAIL,
        **_kept(party),
        **_after(party),
        "is_near": (booking.starts_at - party.now).total_seconds() < 3600,
        "calendars": _calendars(party) if booking.state in AHEAD and not booking.proof_due_at else [],
    }
    return render_page(party.request, "bookings/booking.html", context, parts=("state",))


def _walks(party: Party) -> bool:
    """Whether there is a way on which this session can have moved something."""
    own = Enrolment.objects.under_way().filter(client=party.booking.client)
    return (own.filter(builder=party.person) if party.side == Side.BUILDER else own).exists()


def _after(party: Party) -> dict[str, Any]:
    """What came of it: six queries."""
    booking = party.booking
    both = {review.side: review for review in booking.reviews.all()}
    mine = both.get(party.side)
    is_party = party.side != Side.SUPPORT
    may_have_made = booking.state in deliverables.OPEN or booking.state == State.DISPUTED
    return {
        "my_review": mine,
        "may_review": is_party and reviews.closed(booking, mine, party.now) is None,
        "has_reviews": any(review.published_at for review in both.values()),
        "may_have_made": may_have_made,
        "delivered": queries.deliverables_of(booking) if may_have_made else [],
        "deliverables_url": party.url("deliverables"),
        "may_move_skills": booking.state == State.COMPLETED and is_party and _walks(party),
        "shared_notes": notes_on(booking.builder, booking.client).filter(is_shared=True)
        if booking.client and party.side == Side.CLIENT
        else [],
        "had_dispute": booking.statements.exists(),
        "my_projects": list(booking.client.projects.all()) if booking.client and party.side == Side.CLIENT else [],
    }


def _booked(party: Party) -> HttpResponse:
    """The page after the click: what happens next. It can be kept as a bookmark."""
    context = {"party": party, "booking": party.booking, "calendars": _calendars(party), **_kept(party)}
    return render(party.request, "bookings/booked.html", context)


def _kept(party: Party) -> dict[str, bool]:
    """Whether the time is kept until the guest confirms their address, or was, until it was too late."""
    until = party.booking.proof_due_at
    is_kept = until is not None and party.booking.state == State.PENDING and party.now < until
    return {"is_kept": is_kept, "is_lost": until is not None and not is_kept}


def _calendars(party: Party) -> list[tuple[str, str]]:
    address = party.request.build_absolute_uri(party.booking.get_absolute_url())
    return invites.web_calendars(party.booking, party.side, address)


def _calendar(party: Party) -> HttpResponse:
    """The booking as a file for a calendar program."""
    response = HttpResponse(invites.calendar_file(party.booking, party.side), content_type="text/calendar; charset=utf-8")  # fmt: skip
    response["Content-Disposition"] = f'attachment; filename="{party.booking.reference}.ics"'
    return response


def _act(party: Party) -> HttpResponse:
    """Confirm, start, complete: one click each."""
    verb = party.request.POST.get("verb", "")
    act = {Verb.CONFIRM: services.confirm, Verb.START: services.start, Verb.COMPLETE: services.complete}.get(verb)  # type: ignore[call-overload]
    if act is None:
        raise Http404
    attempt(party, DONE[Verb(verb)], lambda: act(booking=party.booking, by=party.actor(Verb(verb))))
    return redirect(own_path(party.request.POST.get("next", ""), party.url("booking")))


def _end(party: Party) -> HttpResponse:
    """Decline or cancel: the page says what it costs, the button does it."""
    booking = party.booking
    verb = next((verb for verb in (Verb.DECLINE, Verb.CANCEL) if verb in party.verbs), None)
    if verb is None:
        messages.error(party.request, "This booking cannot be cancelled any more.")
        return redirect(party.url("booking"))
    kind = DeclineForm if verb == Verb.DECLINE else CancelForm
    form = kind(party.request.POST if party.request.method == "POST" else None)
    if party.request.method == "POST" and form.is_valid():
        told_why, end = form.cleaned_data, services.decline if verb == Verb.DECLINE else services.cancel
        act = series.end if party.request.POST.get("later") == "yes" else end
        attempt(party, DONE[verb], lambda: act(booking=booking, by=party.actor(verb), **told_why))
        return redirect(party.url("booking"))
    context = {
        "party": party,
        "booking": booking,
        "form": form,
        "is_decline": verb == Verb.DECLINE,
        **_later(party, verb),
        "cost": party.cost(verb),
        "terms": terms_in_words(booking.tiers) if booking.total else [],
    }
    return render(party.request, "bookings/end.html", context, status=422 if form.errors else 200)


def _later(party: Party, verb: Verb) -> dict[str, Any]:
    """Those of the series after this one, and what they would cost."""
    found = series.later(party.booking)
    side = party.actor(verb).side
    return {"later": found, "later_cost": series.cost_of_later(found, verb, side, party.now)}


def _move(party: Party) -> HttpResponse:
    """The wizard's second step once more, with the old time in sight; then the new one beside it, and a button."""
    booking, request = party.booking, party.request
    if Verb.RESCHEDULE not in party.verbs:
        messages.error(request, "This booking cannot be moved any more.")
        return redirect(party.url("booking"))
    source = request.POST if request.method == "POST" else request.GET
    choice = _choice(party, {name: str(value) for name, value in source.items()})
    start = parse_instant(source.get("start", ""))
    if request.method == "POST" and start is not None:
        return _moved(party, choice, start)
    new = When(start, start + (booking.ends_at - booking.starts_at), choice.zone) if start else None
    context = {
        "party": party,
        "booking": booking,
        "session": booking.session_type,
        "choice": choice,
        "old": When(booking.starts_at, booking.ends_at, choice.zone),
        "new": new,
        "start": start,
        "cost": party.cost(Verb.RESCHEDULE),
        "form": ReasonForm(),
        **(_later(party, Verb.RESCHEDULE) if new else {}),
        "zones": zone_choices(choice.zone),
        "asks_again": party.side == Side.CLIENT and booking.needs_answer and booking.state == State.CONFIRMED,
    }
    return render_page(request, "bookings/move.html", context, parts=("times",))


def _choice(party: Party, asked: dict[str, str]) -> Choice:
    booking = party.booking
    moving = (int(booking.starts_at.timestamp()), int(booking.ends_at.timestamp()))
    return Choice(
        booking.session_type,
        offer_of(booking.builder_id),
        asked,
        zone=party.zone,
        now=party.now,
        holder=booking.seat.holder,
        moving=moving,
        minutes=booking.minutes,
    )


def _moved(party: Party, choice: Choice, start: datetime) -> HttpResponse:
    reason = party.request.POST.get("reason", "").strip()[:500]
    try:
        act = series.move if party.request.POST.get("later") == "yes" else services.reschedule
        act(booking=party.booking, start=start, by=party.actor(Verb.RESCHEDULE), reason=reason)
    except Refused as error:
        if error.refusal not in LOST or "lost" in error.details:
            messages.error(party.request, error.sentence)
            return redirect(party.url("booking"))
        day = start.astimezone(choice.tz).date()
        return redirect(
            f"{party.url('move')}?{urlencode({'zone': choice.zone, 'day': str(day), 'lost': start.isoformat()})}"
        )
    messages.success(party.request, DONE[Verb.RESCHEDULE])
    return redirect(party.url("booking"))


booking, guest_booking = (require_safe(view) for view in two_doors(_booking))
booked, guest_booked = (require_safe(view) for view in two_doors(_booked))
calendar, guest_calendar = (require_safe(view) for view in two_doors(_calendar))
act, guest_act = (require_POST(view) for view in two_doors(_act))
end, guest_end = (require_http_methods(["GET", "HEAD", "POST"])(view) for view in two_doors(_end))
move, guest_move = (require_http_methods(["GET", "HEAD", "POST"])(view) for view in two_doors(_move))
