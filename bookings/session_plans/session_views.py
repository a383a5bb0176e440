"""The pages of one session of a plan: the free times to which it can go, and those at which one can be added."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from bookings.agreement.visitors import zone_of
from bookings.models import PlannedSession, SessionPlan
from bookings.session_plans.access import plan_for
from bookings.session_plans.choices import choices_for
from bookings.session_plans.flagged import plans_view
from bookings.session_plans.free_starts import free_starts
from bookings.session_plans.pages import (
    starts_as_json,
    starts_by_day,
)
from bookings.times import When, zone_with_offset
from core import clock
from core.dates import parse_date
from core.ids import parse_uuid

DAYS_SHOWN = 7  # of the page on which one session is moved


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
