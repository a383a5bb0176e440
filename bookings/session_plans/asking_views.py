"""The pages on which a client asks for a plan, and changes what they asked for."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from bookings.agreement.visitors import zone_of
from bookings.models import SessionPlan
from bookings.session_plans import services
from bookings.session_plans.access import plan_for
from bookings.session_plans.choices import PlanChoice, choices_for
from bookings.session_plans.flagged import plans_view
from bookings.session_plans.forms import FIELD_OF, PlanForm, first_values, values_of
from core import clock
from core.errors import Refused
from core.forms import add_refusal
from pathways.models import Enrolment, Pathway


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
