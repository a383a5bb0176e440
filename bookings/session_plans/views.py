"""The pages of a client's session plans: the list, a plan with its weeks, which can be changed, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from bookings.agreement.forms import CancelForm
from bookings.agreement.visitors import zone_of
from bookings.models import PlannedSession, SessionPlan
from bookings.session_plans import ending, replanning, services
from bookings.session_plans.access import plan_for
from bookings.session_plans.flagged import plans_view
from bookings.session_plans.pages import (
    PlanUndo,
    booked_cards,
    iso,
    moved_card,
    other_times,
    progress_of,
    proposed_cards,
    savings_of,
    weeks_of,
)
from bookings.session_plans.queries import plans_of, shown_plan
from bookings.session_plans.services import AddSession, MoveSession, PlanChange, RemoveSession, SwapBuilder
from bookings.times import When, zone_with_offset
from core import clock
from core.dates import parse_instant
from core.errors import Refused
from core.htmx import render_page
from core.ids import parse_uuid

DONE = {"move": "Moved.", "remove": "Removed.", "add": "Added.", "swap": "Changed."}


@require_safe
@plans_view
def session_plans(request: SignedInRequest) -> HttpResponse:
    """Lists the client's plans, the newest first."""
    zone, now = zone_of(request, request.user.timezone), clock.now()
    rows = []
    for plan in plans_of(request.user):
        cards = booked_cards(plan.sessions.all(), zone)
        rows.append({"plan": plan, "cards": cards, "progress": progress_of(cards, now)})
    return render(request, "bookings/session_plans/session_plans.html", {"rows": rows})


# The plan --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@plans_view
def session_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows a plan week by week. A form moves, adds, swaps or removes a session, or deletes the plan."""
    plan = plan_for(request.user, pk)
    if request.method != "POST":
        return _plan_page(request, plan)
    if request.POST.get("act") == "delete":
        return _delete(request, plan)
    if request.POST.get("act") == "replan":
        return _replan(request, plan)
    return _change(request, plan)


def _change(request: SignedInRequest, plan: SessionPlan) -> HttpResponse:
    rows = {str(row.pk): row for row in plan.sessions.select_related("session_type")}
    row = rows.get(request.POST.get("session", ""))
    change = _change_in(request, row)
    if change is None:
        raise Http404
    undo = _undo_of(change, row)
    try:
        services.change(plan=plan, by=request.user, change=change)
    except Refused as error:
        fresh = plan_for(request.user, plan.pk)
        if fresh.state == SessionPlan.State.BOOKED:
            messages.error(request, error.sentence)
            return redirect(fresh)
        return _plan_page(request, fresh, problem=error.sentence)
    fresh = plan_for(request.user, plan.pk)
    undo = undo or _undo_of_addition(fresh, set(rows))
    if request.headers.get("HX-Request"):
        return _plan_page(request, fresh, undo=undo, done=_done(request))
    return redirect(undo.address(plan) if undo else plan.get_absolute_url())


def _done(request: SignedInRequest) -> str:
    return DONE.get(request.POST.get("act", ""), "")


def _change_in(request: SignedInRequest, row: PlannedSession | None) -> PlanChange | None:
    """Returns the change that the form asks for; None if it asks for none, or for a session that the plan does not have."""
    act = request.POST.get("act")
    # A button sends the time and the session type together: `2026-12-01T18:00:00Z ID`.
    begins, _, kind = request.POST.get("slot", "").partition(" ")
    start = parse_instant(begins or request.POST.get("start", ""))
    session_type = parse_uuid(kind or request.POST.get("session_type"))
    if act == "add" and start and session_type:
        return AddSession(start=start, session_type=session_type)
    if row is None:
        return None
    if act == "move" and start:
        return MoveSession(session=row.pk, start=start, session_type=session_type)
    if act == "swap" and session_type:
        return SwapBuilder(session_type=session_type, session=row.pk)
    return RemoveSession(session=row.pk) if act == "remove" else None


def _undo_of(change: PlanChange, row: PlannedSession | None) -> PlanUndo | None:
    """Returns the change that brings the session back to where it is now."""
    if row is None:
        return None
    act = "add" if isinstance(change, RemoveSession) else "move"
    return PlanUndo(act, str(row.pk), iso(row.starts_at), str(row.session_type_id))


def _undo_of_addition(plan: SessionPlan, former: set[str]) -> PlanUndo | None:
    """Returns the change that removes the session that was not there before; None if there is none."""
    added = [row for row in plan.sessions.all() if str(row.pk) not in former]
    return PlanUndo("remove", str(added[0].pk), "", "") if added else None


def _undo_in(request: SignedInRequest) -> PlanUndo | None:
    """Returns the undo in the address of the page, as it is there after a form that was sent without JavaScript."""
    query = request.GET
    if query.get("undo") not in ("move", "add", "remove"):
        return None
    start, session, kind = parse_instant(query.get("start", "")), parse_uuid(query.get("session")), query.get("type")
    session_type = parse_uuid(kind)
    return PlanUndo(query["undo"], str(session or ""), iso(start) if start else "", str(session_type or ""))


def _delete(request: SignedInRequest, plan: SessionPlan) -> HttpResponse:
    try:
        services.delete(plan=plan, by=request.user)
    except Refused as error:
        messages.error(request, error.sentence)
        return redirect(plan)
    messages.success(request, "Your plan is deleted. Nothing was booked.")
    return redirect("bookings:session_plans")


def _replan(request: SignedInRequest, plan: SessionPlan) -> HttpResponse:
    """Moves what is left of a booked plan as its page proposes."""
    try:
        replanning.apply_rest(plan=plan, by=request.user)
        messages.success(request, "The rest of your plan is moved. The builders get a mail about it.")
    except Refused as error:
        messages.error(request, error.sentence)
    return redirect(plan)


def _plan_page(
    request: SignedInRequest, plan: SessionPlan, *, problem: str = "", undo: PlanUndo | None = None, done: str = ""
) -> HttpResponse:
    """Renders the plan, or the part with its weeks for htmx, which shows what it gets only with the status 200."""
    if plan.state == SessionPlan.State.BOOKED:
        return _booked_page(request, plan)
    zone = zone_of(request, plan.timezone)
    shown = shown_plan(plan, request.user)
    cards = proposed_cards(shown, zone)
    undo = undo or _undo_in(request)
    context = {
        "plan": plan,
        "shown": shown,
        "cards": cards,
        "weeks": weeks_of(cards, plan),
        "conflicts": [card for card in cards if card.shown and card.shown.problem],
        "shortfalls": [(row, other_times(row.others, zone)) for row in shown.shortfalls],
        "additions": other_times(shown.additions, zone),
        "zone": zone,
        "zone_note": zone_with_offset(zone, clock.now().astimezone(ZoneInfo(zone))),
        "problem": problem,
        "undo": undo,
        "done": done,
        "hours": _hours_in_words(plan),
        "savings": savings_of(shown),
    }
    is_htmx = "HX-Request" in request.headers
    status = 409 if problem and not is_htmx else 200
    return render_page(request, "bookings/session_plans/session_plan.html", context, parts=("plan",), status=status)


def _hours_in_words(plan: SessionPlan) -> str:
    """Returns the hours that were asked for, such as `17:00–22:00`; an empty text for the whole day."""
    if (plan.earliest, plan.latest) == (0, 24 * 60):
        return ""
    day = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return When(day + timedelta(minutes=plan.earliest), day + timedelta(minutes=plan.latest), "UTC").hours.split(" (")[
        0
    ]


def _booked_page(request: SignedInRequest, plan: SessionPlan) -> HttpResponse:
    zone, now = zone_of(request, plan.timezone), clock.now()
    rows = plan.sessions.select_related("session_type__builder", "skill", "booking__builder", "booking__session_type")
    cards = booked_cards(rows, zone)
    rest = replanning.check_rest(plan, request.user)
    context = {
        "plan": plan,
        "rest": rest,
        "moves": [moved_card(move, zone) for move in rest.moves],
        "additions": other_times(rest.additions, zone),
        "cards": cards,
        "weeks": [week for week in weeks_of(cards, plan) if week.count],
        "progress": progress_of(cards, now),
        "zone": zone,
        "zone_note": zone_with_offset(zone, now.astimezone(ZoneInfo(zone))),
        "now": now,
    }
    return render(request, "bookings/session_plans/booked_plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@plans_view
def end_session_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Says what cancelling the rest of a booked plan costs, and cancels it; asks before a plan is deleted."""
    plan, now = plan_for(request.user, pk), clock.now()
    if plan.state != SessionPlan.State.BOOKED:
        return render(request, "bookings/session_plans/delete_plan.html", {"plan": plan})
    bookings = ending.bookings_ahead(plan, now)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count = ending.cancel_rest(plan=plan, by=request.user, now=now, **form.cleaned_data)
            messages.success(request, f"{count} session{'' if count == 1 else 's'} cancelled.")
        except Refused as error:
            messages.error(request, error.sentence)
        return redirect(plan)
    zone = zone_of(request, plan.timezone)
    context = {
        "plan": plan,
        "bookings": [(row, When(row.starts_at, row.ends_at, zone)) for row in bookings],
        "cost": ending.cost_of_ending(bookings, now),
        "form": form,
    }
    return render(request, "bookings/session_plans/end_session_plan.html", context, status=422 if form.errors else 200)
