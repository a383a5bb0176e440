"""The page on which a builder suggests a goal to a client."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.clients.queries import client_of
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from pathways.goals import services as goals
from pathways.goals.forms import GoalForm
from pathways.models import Goal


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def suggest_goal(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Asks for the kind of goal, then for the rest, and suggests it to the client."""
    client = client_of(request.user, pk)
    kind = request.GET.get("kind", "")
    if kind not in Goal.Kind.values:
        return render(request, "pathways/goals/kinds.html", {"kinds": Goal.Kind.choices, "client": client})
    form = GoalForm(request.POST if request.method == "POST" else None, kind=kind, builders=None)
    if request.method == "POST" and form.is_valid():
        try:
            goals.suggest(client=client, builder=request.user, details=form.details())
        except Refused as error:
            add_refusal(form, error)
        else:
            messages.success(request, f"{client.display_name} can now accept or decline it.")
            return redirect("bookings:client", client.pk)
    context = {"form": form, "kind": Goal.Kind(kind), "client": client}
    return render(request, "pathways/goals/goal_form.html", context, status=422 if form.errors else 200)
