"""Finds plans of sessions for those who may see them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404

from accounts.models import User
from bookings.models import SessionPlan
from bookings.session_plans.refusals import SessionPlanRefusal
from core.errors import Refusal, Refused


def plan_for(person: User, pk: UUID) -> SessionPlan:
    """Returns the client's own plan; 404 for everybody else. One query."""
    plan = SessionPlan.objects.select_related("pathway").filter(pk=pk, client=person).first()
    if plan is None:
        raise Http404
    plan.client = person
    return plan


def plan_to_change(plan: SessionPlan, by: User, now: datetime) -> SessionPlan:
    """Returns `open_plan` for a plan whose times were just released. Refuses one that was held again in between, since
    its seats would stay where its sessions are no longer."""
    current = open_plan(plan, by)
    if current.is_held(now):
        raise Refused(Refusal.STALE)
    return current


def open_plan(plan: SessionPlan, by: User) -> SessionPlan:
    """Returns the plan with its row locked, if it can still be changed by this person."""
    current = SessionPlan.objects.select_for_update().filter(pk=plan.pk, client=by).first()
    if current is None:
        raise Refused(Refusal.NOT_FOUND)
    if current.state == SessionPlan.State.BOOKED:
        raise Refused(SessionPlanRefusal.PLAN_BOOKED)
    current.client = by
    return current
