"""The pages of a client's session plans: ask for one, see it and change it, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from bookings.agreement.forms import CancelForm
from bookings.agreement.visitors import zone_of
from bookings.models import PlannedSession, SessionPlan
from bookings.session_plans import ending, services
from bookings.session_plans.access import plan_for
from bookings.session_plans.choices import PlanChoice, choices_for
from bookings.session_plans.flagged import plans_view
from bookings.session_plans.forms import FIELD_OF, PlanForm, first_values, values_of
from bookings.session_plans.free_starts import free_starts
from bookings.session_plans.pages import (
    PlanUndo,
    booked_cards,
    iso,
    other_times,
    progress_of,
    proposed_cards,
    savings_of,
    starts_as_json,
    starts_by_day,
    weeks_of,
)
from bookings.session_plans.queries import plans_of, shown_plan
from bookings.session_plans.services import AddSession, MoveSession, PlanChange, RemoveSession, SwapBuilder
from bookings.times import When, zone_with_offset
from core import clock
from core.dates import parse_date, parse_instant
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from core.ids import parse_uuid
from pathways.models import Enrolment, Pathway

DAYS_SHOWN = 7  # of the page on which one session is moved
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


@require_http_methods(["GET", "HEAD", "POST"])
@plans_view
def new_session_plan(request: SignedInRequest) -> HttpResponse:
    """Asks how often, when, until when and with whom, and proposes a plan."""
    own = list(Enrolment.objects.under_way().filter(client=request.user).select_related("pathway"))
    asked = _asked(request)
    pathway = _chosen_pathway([row.pathway for row in own], asked)
    choices = choices_for(request.user, pathway, builder=asked.get("builder", "")[:100])
    zone = zone_of(request, request.user.timezone)
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(posted, choices=choices, pathway=pathway, today=today, initial=first_values(choices, today))
    context = {
        "pathways": [row.pathway for row in own],
        "builder": asked.get("builder", "")[:100],
        "zone": zone,
        "back": pathway,
    }
    if posted is None or asked.get("act") == "read" or not form.is_valid():
        return _ask_page(request, form, context)
    try:
        plan = services.propose(client=request.user, asked=form.asked(zone))
    except Refused as error:
        return _ask_page(request, form, context, error)
    return redirect(plan)


def _asked(request: SignedInRequest) -> dict[str, str]:
    return {name: str(value) for name, value in [*request.GET.items(), *request.POST.items()]}


def _chosen_pathway(own: list[Pathway], asked: dict[str, str]) -> Pathway | None:
    """Returns the pathway in the address if the client follows it, else their first; None if they follow none, or if the
    plan is for none."""
    if "pathway" in asked and not asked["pathway"]:
        return None
    return next((pathway for pathway in own if pathway.slug == asked.get("pathway")), own[0] if own else None)


def _ask_page(
    request: SignedInRequest, form: PlanForm, context: dict[str, Any], error: Refused | None = None
) -> HttpResponse:
    if error is not None:
        fields = {FIELD_OF.get(name, name): problems for name, problems in (error.fields or {}).items()}
        add_refusal(form, Refused(error.refusal, error.sentence, fields=fields) if fields else error)
    is_read = request.POST.get("act") == "read"
    if is_read:
        form.errors.clear()
    status = 422 if form.is_bound and form.errors and not is_read else 200
    more = {"form": form, "is_read": is_read, "chosen": form.chosen_types, "days": form.chosen_days}
    return render(request, "bookings/session_plans/new_session_plan.html", context | more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@plans_view
def change_session_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Changes what was asked for, and proposes all sessions anew."""
    plan = plan_for(request.user, pk)
    if plan.state == SessionPlan.State.BOOKED:
        return redirect(plan)
    choices: list[PlanChoice] = choices_for(request.user, plan.pathway, plan=plan)
    today = clock.now().astimezone(ZoneInfo(plan.timezone)).date()
    posted = request.POST if request.method == "POST" else None
    form = PlanForm(posted, choices=choices, pathway=plan.pathway, today=today, initial=values_of(plan))
    context = {"plan": plan, "zone": plan.timezone}
    if posted is None or posted.get("act") == "read" or not form.is_valid():
        return _ask_page(request, form, context)
    try:
        services.propose_again(plan=plan, by=request.user, asked=form.asked(plan.timezone))
    except Refused as error:
        return _ask_page(request, form, context, error)
    return redirect(plan)


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
    rows = {str(row.pk): row for row in plan.sessions.select_related("session_type")}
    row = rows.get(request.POST.get("session", ""))
    change = _change_in(request, row)
    if change is None:
        raise Http404
    undo = _undo_of(change, row)
    try:
        services.change(plan=plan, by=request.user, change=change)
    except Refused as error:
        fresh = plan_for(request.user, pk)
        if fresh.state == SessionPlan.State.BOOKED:
            messages.error(request, error.sentence)
            return redirect(fresh)
        return _plan_page(request, fresh, problem=error.sentence)
    if request.headers.get("HX-Request"):
        fresh = plan_for(request.user, pk)
        return _plan_page(request, fresh, undo=undo or _undo_of_addition(fresh, set(rows)), done=_done(request))
    undo = undo or _undo_of_addition(plan, set(rows))
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
    context = {
        "plan": plan,
        "cards": cards,
        "weeks": [week for week in weeks_of(cards, plan) if week.count],
        "progress": progress_of(cards, now),
        "zone": zone,
        "zone_note": zone_with_offset(zone, now.astimezone(ZoneInfo(zone))),
        "now": now,
    }
    return render(request, "bookings/session_plans/booked_plan.html", context)


# One session of the plan -------------------------------------------------------------------------------------------


def _session_of(plan: SessionPlan, session: UUID) -> PlannedSession:
    rows = plan.sessions.select_related("session_type__builder", "skill")
    row = rows.filter(pk=session, booking__isnull=True).first()
    if row is None or plan.state == SessionPlan.State.BOOKED:
        raise Http404
    return row


@require_safe
@plans_view
def planned_session(request: SignedInRequest, pk: UUID, session: UUID) -> HttpResponse:
    """Lists the free times to which a session of the plan can go, and the other builders who can give it."""
    plan = plan_for(request.user, pk)
    row = _session_of(plan, session)
    zone = zone_of(request, plan.timezone)
    starts = free_starts(plan=plan, client=request.user, session_type=row.session_type_id, without=row.pk)
    others = [
        choice for choice in choices_for(request.user, plan.pathway, plan=plan) if choice.key != row.session_type_id
    ]
    context = {
        "plan": plan,
        "row": row,
        "when": When(row.starts_at, row.ends_at, zone),
        "others": others,
        **_days_context(request, starts, zone, near=When(row.starts_at, row.ends_at, zone)),
    }
    return render(request, "bookings/session_plans/planned_session.html", context)


def _days_context(request: SignedInRequest, starts: list[Any], zone: str, near: When | None) -> dict[str, Any]:
    """Returns seven days with free times from the one in the address on, and the days that its links lead to."""
    days = starts_by_day(starts, zone)
    asked = parse_date(request.GET.get("day", ""))
    first = asked or (near.start.date() - timedelta(days=2) if near else None)
    position = next((number for number, (day, _) in enumerate(days) if first is None or day >= first), 0)
    after = position + DAYS_SHOWN
    return {
        "days": days[position:after],
        "before": days[max(0, position - DAYS_SHOWN)][0] if position else None,
        "after": days[after][0] if after < len(days) else None,
        "zone_note": zone_with_offset(zone, clock.now().astimezone(ZoneInfo(zone))),
    }


@require_safe
@plans_view
def planned_session_starts(request: SignedInRequest, pk: UUID, session: UUID) -> JsonResponse:
    """Returns the free times to which a session can be dragged."""
    plan = plan_for(request.user, pk)
    row = _session_of(plan, session)
    starts = free_starts(plan=plan, client=request.user, session_type=row.session_type_id, without=row.pk)
    response = JsonResponse({"starts": starts_as_json(starts, zone_of(request, plan.timezone))})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@plans_view
def add_planned_session(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Lists free times at which a session can be added to the plan, with one of its builders."""
    plan = plan_for(request.user, pk)
    if plan.state == SessionPlan.State.BOOKED:
        return redirect(plan)
    choices = choices_for(request.user, plan.pathway, plan=plan)
    asked = parse_uuid(request.GET.get("session_type"))
    chosen = next((choice for choice in choices if choice.key == asked), choices[0] if choices else None)
    zone = zone_of(request, plan.timezone)
    starts = free_starts(plan=plan, client=request.user, session_type=chosen.key) if chosen else []
    context = {"plan": plan, "choices": choices, "chosen": chosen, **_days_context(request, starts, zone, near=None)}
    return render(request, "bookings/session_plans/add_planned_session.html", context)


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
