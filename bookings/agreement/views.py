"""The page of one booking and its actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.agreement import calendar_entries, queries, services
from bookings.agreement.access import BookingAccess, attempt, member_and_guest
from bookings.agreement.forms import CancelForm, DeclineForm, ReasonForm
from bookings.agreement.queries import answers_and_notes
from bookings.agreement.rules import credit_terms, terms_in_words
from bookings.agreement.signed_links import Purpose
from bookings.agreement.transitions import Actor
from bookings.billing.cancelling import cancellation_of
from bookings.billing.queries import bill_of
from bookings.billing.views import payment_context
from bookings.clients import skill_reports
from bookings.clients.queries import notes_on
from bookings.deliverables import queries as deliverable_queries
from bookings.deliverables import services as deliverables
from bookings.for_clients.pages import accept_invitation
from bookings.guests.ended_links import key_or_page
from bookings.meetings.pages import meeting_of
from bookings.meetings.rules import place_for
from bookings.models import Booking
from bookings.preparation.views import preparation_context
from bookings.proposals.pages import proposal_context
from bookings.reviews import rules as review_rules
from bookings.series import services as series
from bookings.session_plans.queries import position_of
from bookings.states import AHEAD, Side, State, Verb
from bookings.times import When
from bookings.wizard.time_picker import TimePicker, picker_to_move
from core import clock
from core.access import public
from core.dates import parse_instant
from core.errors import Refused
from core.htmx import render_page
from core.requests import own_path
from messaging.frame import is_shown
from scheduling.claims import LOST
from scheduling.outside.services import refresh_calendars_of

SUCCESS = {
    Verb.CONFIRM: "Session confirmed. You will both get a mail with the calendar entry.",
    Verb.DECLINE: "Request declined. The client will see your reason.",
    Verb.CANCEL: "Session cancelled. The time is available again.",
    Verb.START: "Session started.",
    Verb.COMPLETE: "Session completed.",
    Verb.RESCHEDULE: "Session moved.",
}


def _booking(access: BookingAccess) -> HttpResponse:
    """Renders a booking with the actions that are possible now."""
    booking = access.booking
    verbs = access.verbs
    payment = payment_context(access)
    context = {
        **payment,
        "access": access,
        "booking": booking,
        "verbs": [str(verb) for verb in verbs],
        "details": answers_and_notes(booking),
        "terms": _terms(booking) if booking.state in AHEAD and _shows_terms(access) else [],
        "timeline": queries.timeline(booking, access.zone, **payment.get("story", {})),
        "can_join": access.purpose == Purpose.MAIL,
        **_proof_context(access),
        **_outcome_context(access),
        "shows_messages": _shows_messages(access),
        "is_near": (booking.starts_at - access.now).total_seconds() < 3600,
        "meeting": meeting_of(access),
        "plan_position": position_of(booking),
        **proposal_context(access),
        **preparation_context(access),
        "calendars": _web_calendars(access) if booking.state in AHEAD and booking.is_counting else [],
    }
    return render_page(access.request, "bookings/agreement/booking.html", context, parts=("state",))


def _shows_terms(access: BookingAccess) -> bool:
    """Whether the terms for cancelling are shown: for sessions with a price, and to a client who is asked to accept."""
    is_charged = bool(access.booking.total) or access.booking.is_paid_with_credit
    return is_charged or (access.booking.awaits_client and access.side == Side.CLIENT)


def _shows_messages(access: BookingAccess) -> bool:
    """Whether the messages of the two people are on the page: not for staff, nor for a builder who booked themselves."""
    is_of_two = access.side != Side.SUPPORT and access.booking.client_id != access.booking.builder_id
    return is_of_two and access.booking.is_counting and is_shown(access.request)


def _may_move_skills(access: BookingAccess) -> bool:
    """Whether the page asks which skills the session has moved: a client on a pathway, and the builder who leads them, once
    they are signed in. One query; the question is loaded by itself."""
    booking, person = access.booking, access.person
    if booking.state != State.COMPLETED or access.side == Side.SUPPORT or booking.client is None or person is None:
        return False
    return skill_reports.is_asked(booking, access.side)


def _outcome_context(access: BookingAccess) -> dict[str, Any]:
    """Returns reviews, deliverables, shared notes, disputes and projects for the page. Six queries."""
    booking = access.booking
    both = {review.side: review for review in booking.reviews.all()}
    mine = both.get(access.side)
    is_party = access.side != Side.SUPPORT
    may_have_made = booking.state in deliverables.OPEN or booking.state == State.DISPUTED
    return {
        "my_review": mine,
        "may_review": is_party and review_rules.closed(booking, mine, access.now) is None,
        "has_reviews": any(review.published_at for review in both.values()),
        "may_have_made": may_have_made,
        "delivered": deliverable_queries.deliverables_of(booking) if may_have_made else [],
        "deliverables_url": access.url("deliverables"),
        "may_move_skills": _may_move_skills(access),
        "shared_notes": notes_on(booking.builder, booking.client).filter(is_shared=True)
        if booking.client and access.side == Side.CLIENT
        else [],
        "had_dispute": booking.statements.exists(),
        "my_projects": list(booking.client.projects.all()) if booking.client and access.side == Side.CLIENT else [],
    }


def _booked(access: BookingAccess) -> HttpResponse:
    """Renders the page shown after booking, which says what happens next. It can be bookmarked."""
    context = {
        "access": access,
        "booking": access.booking,
        "calendars": _web_calendars(access),
        "meeting": meeting_of(access),
        **_proof_context(access),
    }
    return render(access.request, "bookings/agreement/booked.html", context)


def _proof_context(access: BookingAccess) -> dict[str, bool]:
    """Returns whether the time is still kept for a guest to confirm their address, or was kept but is lost."""
    until = access.booking.proof_due_at
    is_kept = until is not None and access.booking.state == State.PENDING and access.now < until
    return {"is_kept": is_kept, "is_lost": until is not None and not is_kept}


def _web_calendars(access: BookingAccess) -> list[tuple[str, str]]:
    address = access.request.build_absolute_uri(access.url("booking"))
    return calendar_entries.web_calendars(access.booking, access.side, address)


def _calendar(access: BookingAccess) -> HttpResponse:
    """Returns the booking as an .ics file."""
    entry = calendar_entries.calendar_file(access.booking, access.side, access.url("booking"))
    response = HttpResponse(entry, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{access.booking.reference}.ics"'
    return response


def _act(access: BookingAccess) -> HttpResponse:
    """Confirms, starts or completes the booking."""
    verb = access.request.POST.get("verb", "")
    if verb == Verb.ACCEPT:
        return accept_invitation(access)
    act = {Verb.CONFIRM: services.confirm, Verb.START: services.start, Verb.COMPLETE: services.complete}.get(verb)  # type: ignore[call-overload]  # any text may be sent
    if act is None:
        raise Http404
    attempt(access, SUCCESS[Verb(verb)], lambda: act(booking=access.booking, by=access.actor(Verb(verb))))
    return redirect(own_path(access.request.POST.get("next", ""), access.url("booking")))


def _end(access: BookingAccess) -> HttpResponse:
    """Shows what declining or cancelling costs, then declines or cancels the booking."""
    booking = access.booking
    verb = next((verb for verb in (Verb.DECLINE, Verb.CANCEL) if verb in access.verbs), None)
    if verb is None:
        messages.error(access.request, "This booking can no longer be cancelled.")
        return redirect(access.url("booking"))
    kind = DeclineForm if verb == Verb.DECLINE else CancelForm
    form = kind(access.request.POST if access.request.method == "POST" else None, reader=access.other)
    if access.request.method == "POST" and form.is_valid():
        reasons, end = form.cleaned_data, services.decline if verb == Verb.DECLINE else services.cancel
        act = series.end if access.request.POST.get("later") == "yes" else end
        attempt(access, SUCCESS[verb], lambda: act(booking=booking, by=access.actor(verb), **reasons))
        return redirect(access.url("booking"))
    context = {
        "access": access,
        "booking": booking,
        "form": form,
        "is_decline": verb == Verb.DECLINE,
        **_later_context(access, verb),
        "bill": (bill := bill_of(booking)),
        "cancellation": (cancellation := cancellation_of(bill, verb, access.actor(verb).side, access.now)),
        "cost": cancellation.cost,
        "terms": _terms(booking) if booking.total or booking.is_paid_with_credit else [],
    }
    return render(access.request, "bookings/agreement/end.html", context, status=422 if form.errors else 200)


def _terms(booking: Booking) -> list[str]:
    """Returns what cancelling costs, in sentences."""
    return [*terms_in_words(booking.tiers), *credit_terms(booking)]


def _later_context(access: BookingAccess, verb: Verb) -> dict[str, Any]:
    """Returns the sessions of the series after this one, and the fees for changing them too."""
    later = series.later(access.booking)
    side = access.actor(verb).side
    return {
        "later": later,
        "later_cost": series.cost_of_later(later, verb, side, access.now),
        "later_credits": series.credits_of_later(later, verb, side, access.now),
    }


def _move(access: BookingAccess) -> HttpResponse:
    """Shows the free times beside the current one, then the chosen time to be confirmed, and moves the booking."""
    booking, request = access.booking, access.request
    if Verb.RESCHEDULE not in access.verbs:
        messages.error(request, "This booking can no longer be moved.")
        return redirect(access.url("booking"))
    source = request.POST if request.method == "POST" else request.GET
    asked = {name: str(value) for name, value in source.items()}
    picker = picker_to_move(booking, asked, zone=access.zone, now=access.now)
    start = parse_instant(source.get("start", ""))
    if request.method == "POST" and start is not None:
        return _reschedule(access, picker, start)
    new = When(start, start + (booking.ends_at - booking.starts_at), picker.zone) if start else None
    context = {
        "access": access,
        "booking": booking,
        "session": booking.session_type,
        "picker": picker,
        "old": When(booking.starts_at, booking.ends_at, picker.zone),
        "new": new,
        "start": start,
        "cost": access.cost(Verb.RESCHEDULE),
        "form": ReasonForm(reader=access.other),
        **(_later_context(access, Verb.RESCHEDULE) if new else {}),
        "asks_again": access.side == Side.CLIENT and booking.needs_answer and booking.state == State.CONFIRMED,
    }
    return render_page(request, "bookings/agreement/move.html", context, parts=("times",))


def _reschedule(access: BookingAccess, picker: TimePicker, start: datetime) -> HttpResponse:
    reason = access.request.POST.get("reason", "").strip()[:500]
    refresh_calendars_of(access.booking.builder_id)
    try:
        act = series.move if access.request.POST.get("later") == "yes" else services.reschedule
        act(booking=access.booking, start=start, by=access.actor(Verb.RESCHEDULE), reason=reason)
    except Refused as error:
        if error.refusal not in LOST or "lost" in error.details:
            messages.error(access.request, error.sentence)
            return redirect(access.url("booking"))
        day = start.astimezone(picker.tz).date()
        return redirect(
            f"{access.url('move')}?{urlencode({'zone': picker.zone, 'day': str(day), 'lost': start.isoformat()})}"
        )
    messages.success(access.request, SUCCESS[Verb.RESCHEDULE])
    return redirect(access.url("booking"))


booking, guest_booking = (require_safe(view) for view in member_and_guest(_booking))
booked, guest_booked = (require_safe(view) for view in member_and_guest(_booked))
calendar, guest_calendar = (require_safe(view) for view in member_and_guest(_calendar))
act, guest_act = (require_POST(view) for view in member_and_guest(_act))
end, guest_end = (require_http_methods(["GET", "HEAD", "POST"])(view) for view in member_and_guest(_end))
move, guest_move = (require_http_methods(["GET", "HEAD", "POST"])(view) for view in member_and_guest(_move))


@require_http_methods(["GET", "HEAD", "POST"])
@public
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Lets a builder confirm or decline from the link in the email, without signing in. Opening it changes nothing."""
    key = key_or_page(request, token, Purpose.ANSWER)
    if isinstance(key, HttpResponse):
        return key
    booking = key[0]
    access = BookingAccess(
        request, booking, frozenset({Side.BUILDER}), clock.now(), booking.builder, token, Purpose.ANSWER
    )
    form = DeclineForm(request.POST if request.POST.get("verb") == Verb.DECLINE else None, reader=access.other)
    if request.method == "POST":
        by = Actor(Side.BUILDER, booking.builder)
        if request.POST.get("verb") == Verb.CONFIRM:
            attempt(access, SUCCESS[Verb.CONFIRM], lambda: services.confirm(booking=booking, by=by))
            return redirect(request.path)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            attempt(access, SUCCESS[Verb.DECLINE], lambda: services.decline(booking=booking, by=by, reason=reason))
            return redirect(request.path)
    context = {
        "access": access,
        "booking": booking,
        "form": form,
        "details": answers_and_notes(booking),
        "place": place_for(booking, {Side.BUILDER}),
        "is_open": booking.state == State.PENDING,
        **proposal_context(access),
    }
    response = render(request, "bookings/agreement/answer.html", context, status=422 if form.errors else 200)
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
