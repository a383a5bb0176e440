"""The pages of goals: the list, the form, one goal, and what its client does with it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.access import signed_in
from core.errors import Refused
from core.forms import add_refusal
from core.requests import find_or_404
from pathways.goals import services
from pathways.goals.forms import GoalForm
from pathways.goals.queries import builders_of, goal_for, goals_of, progress_of
from pathways.models import Goal

Status = Goal.Status
Act = Callable[..., Goal]
ACTS: dict[str, tuple[Act, str]] = {
    "accept": (services.accept, "It is your goal now."),
    "drop": (services.drop, "The goal is dropped. You can take it up again."),
    "resume": (services.resume, "The goal is active again."),
}


@signed_in
@require_safe
def goals(request: SignedInRequest) -> HttpResponse:
    """Lists the client's goals: suggested ones, those that can be reached, and closed ones."""
    progress = progress_of(goals_of(request.user), clock.now())
    context = {
        "suggested": [row for row in progress if row.goal.is_suggested],
        "active": [row for row in progress if row.goal.is_open],
        "reached": [row for row in progress if row.goal.status == Status.REACHED],
        "dropped": [row for row in progress if row.goal.status == Status.DROPPED],
    }
    return render(request, "pathways/goals/goals.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_goal(request: SignedInRequest) -> HttpResponse:
    """Asks for the kind of goal, then for the rest, and sets it."""
    kind = request.GET.get("kind", "")
    if kind not in Goal.Kind.values:
        return render(request, "pathways/goals/kinds.html", {"kinds": Goal.Kind.choices})
    data = request.POST if request.method == "POST" else None
    form = GoalForm(data, kind=kind, builders=builders_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            goal = services.create(client=request.user, details=form.details())
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Your goal is set.")
            return redirect(goal)
    context = {"form": form, "kind": Goal.Kind(kind)}
    return render(request, "pathways/goals/goal_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_safe
def goal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows a goal to its client, and to the builder who sees it."""
    shown = goal_for(request.user, pk)
    (progress,) = progress_of([shown], clock.now())
    context = {
        "goal": shown,
        "progress": progress,
        "is_mine": shown.client_id == request.user.pk,
        "events": shown.events.select_related("by").order_by("-at", "-id"),
        "may_mark": shown.kind == Goal.Kind.CUSTOM and not shown.steps.all(),
    }
    return render(request, "pathways/goals/goal.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit_goal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    goal = _own_goal(request, pk)
    if not goal.is_open:
        return redirect(goal)
    builders = builders_of(request.user)
    if goal.shared_with is not None and goal.shared_with not in builders:
        builders.append(goal.shared_with)
    form = GoalForm(request.POST if request.method == "POST" else None, kind=goal.kind, goal=goal, builders=builders)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(goal=goal, details=form.details(), by=request.user)
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, "Saved.")
            return redirect(goal)
    context = {"form": form, "goal": goal, "kind": Goal.Kind(goal.kind)}
    return render(request, "pathways/goals/goal_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def act_on_goal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Accepts, declines, drops, resumes or deletes a goal, marks it as reached, or ticks a step."""
    shown = goal_for(request.user, pk)
    act = request.POST.get("act", "")
    try:
        if act == "delete":
            services.delete(goal=shown, by=request.user)
            messages.success(request, "Deleted.")
            is_mine = shown.client_id == request.user.pk
            return redirect("pathways:goals") if is_mine else redirect("bookings:client", shown.client_id)
        if act in ("tick", "untick"):
            step = find_or_404(shown.steps.all(), request.POST.get("step"))
            services.set_step(goal=shown, step=step, by=request.user, is_done=act == "tick")
        elif act in ("done", "undone"):
            services.mark_done(goal=shown, by=request.user, is_done=act == "done")
        elif act in ACTS:
            service, sentence = ACTS[act]
            service(goal=shown, by=request.user)
            messages.success(request, sentence)
    except Refused as error:
        messages.error(request, error.text)
    return redirect(shown)


def _own_goal(request: SignedInRequest, pk: UUID) -> Goal:
    goal = goal_for(request.user, pk)
    if goal.client_id != request.user.pk:
        raise Http404
    return goal
