"""The pages of a client's pathway: the skill tree, one skill with its evidence, and the enrolment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile, User
from core import clock
from core.access import signed_in
from core.errors import Refused
from core.htmx import render_page
from core.requests import find_or_404
from core.uploads import download_response
from pathways.catalogue.skill_tree import draw_tree
from pathways.models import Enrolment, Evidence, Pathway, Skill
from pathways.progress import enrolments, queries
from pathways.progress import services as progress
from pathways.progress.charts import completion_chart
from pathways.progress.forms import EvidenceForm

ACTIONS = {"start": progress.start, "complete": progress.complete, "undo": progress.undo}


@signed_in
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Shows the client's current pathway, or the list of pathways to those without one."""
    own = _latest_enrolments(request.user)
    if not own:
        return render(request, "pathways/progress/no_pathway.html", {"pathways": Pathway.objects.open()})
    return _render_pathway(request, own, own[0])


@signed_in
@require_safe
def mine_on(request: SignedInRequest, slug: str) -> HttpResponse:
    own = _latest_enrolments(request.user)
    enrolment = next((enrolment for enrolment in own if enrolment.pathway.slug == slug), None)
    if enrolment is None:
        get_object_or_404(Pathway.objects.open(), slug=slug)
        return redirect("pathways:pathway", slug)
    return _render_pathway(request, own, enrolment)


def _latest_enrolments(person: User) -> list[Enrolment]:
    """Returns the latest enrolment on each pathway: active, then paused, then completed ones. One query."""
    latest: dict[UUID, Enrolment] = {}
    for enrolment in Enrolment.objects.complete().filter(client=person).order_by("created_at"):
        latest[enrolment.pathway_id] = enrolment
    order = list(Enrolment.Status)
    return sorted(
        latest.values(),
        key=lambda enrolment: (order.index(Enrolment.Status(enrolment.status)), -enrolment.created_at.timestamp()),
    )


def _render_pathway(request: SignedInRequest, own: list[Enrolment], enrolment: Enrolment) -> HttpResponse:
    overview = queries.pathway_progress(request.user, enrolment.pathway, enrolment)
    now = clock.now()
    slug = request.GET.get("skill", "")
    chosen = next((standing for standing in overview.standings if standing.skill.slug == slug), None)
    context: dict[str, Any] = {
        "pathway_progress": overview,
        "own": own,
        "address": reverse("pathways:mine_on", args=[enrolment.pathway.slug]),
        "tree": draw_tree(
            [standing.skill for standing in overview.standings],
            {standing.skill.pk: standing for standing in overview.standings},
        ),
        "chart": completion_chart(queries.completions(overview), len(overview.standings), enrolment.created_at, now),
        "history": queries.history_of(request.user, enrolment.pathway, 12),
        "chosen": chosen,
        "is_list": request.GET.get("view") == "list",
    }
    if chosen is not None:
        context |= _skill_context(chosen)
    return render_page(request, "pathways/progress/mine.html", context, parts=("progress",))


def _skill_context(chosen: queries.Standing) -> dict[str, Any]:
    """Returns the context of the panel that shows one skill. Three queries."""
    row = chosen.progress
    return {
        "form": EvidenceForm(auto_id="evidence_%s"),
        "evidence": list(row.evidence.all()) if row else [],
        "events": list(row.events.select_related("by")) if row else [],
        "last": progress.last_step(row) if row else None,
    }


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def skill(request: SignedInRequest, slug: str) -> HttpResponse:
    """POST changes the progress on a skill or its evidence; both redirect to the skill in the client's tree."""
    skill = get_object_or_404(Skill.objects.open().complete(), slug=slug)
    enrolment = next(
        (enrolment for enrolment in _latest_enrolments(request.user) if enrolment.pathway in skill.pathways.all()), None
    )
    if enrolment is None:
        first = skill.pathways.first()
        if first is None:
            raise Http404
        return redirect(f"{first.get_absolute_url()}#skill-{slug}")
    if request.method == "POST":
        _apply_action(request, skill)
    asked = request.GET.get("on")
    pathway = next((pathway.slug for pathway in skill.pathways.all() if pathway.slug == asked), enrolment.pathway.slug)
    return redirect(f"{reverse('pathways:mine_on', args=[pathway])}?skill={slug}#panel")


def _apply_action(request: SignedInRequest, skill: Skill) -> None:
    action = request.POST.get("act", "")
    person = request.user
    try:
        if action == "show":
            _add_evidence(request, skill)
        elif action == "hide":
            evidence = find_or_404(Evidence.objects.filter(progress__client=person), request.POST.get("evidence"))
            progress.remove_evidence(evidence=evidence, by=person)
            messages.success(request, "Removed.")
        elif action in ACTIONS:
            row = ACTIONS[action](client=person, skill=skill, by=person)
            messages.success(request, _success_message(action, row, skill))
    except Refused as error:
        messages.error(request, error.sentence)


def _success_message(action: str, row: Any, skill: Skill) -> str:
    if action == "undo":
        return f"Taken back. {skill} is as it was before."
    if action == "start":
        return f"{skill} has begun."
    if row.asked_at is not None:
        return f"We have asked your builder to look at {skill}."
    return f"{skill} is completed."


def _add_evidence(request: SignedInRequest, skill: Skill) -> None:
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        cleaned = form.cleaned_data
        progress.add_evidence(
            client=request.user,
            skill=skill,
            by=request.user,
            text=cleaned["text"],
            url=cleaned["url"],
            file=cleaned["file"] or None,
        )
        messages.success(request, "Saved. You and your builder can see it here.")
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))


@signed_in
@require_safe
def evidence(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """Downloads evidence, for its client and for the builder of their enrolment on a pathway with that skill."""
    led = Enrolment.objects.led_by(request.user).values("client")
    evidence = get_object_or_404(
        Evidence.objects.filter(Q(progress__client=request.user) | Q(progress__client__in=led)).select_related("progress__skill", "progress__client"),
        pk=pk,
    )  # fmt: skip
    try:
        progress.acting_as(request.user, evidence.progress.client, evidence.progress.skill)
    except Refused:
        raise Http404 from None
    if not evidence.file:
        raise Http404
    return download_response(request, evidence.file, evidence.name)


# Enrolments ----------------------------------------------------------------------------------------------


@signed_in
@require_POST
def enrol(request: SignedInRequest, slug: str) -> HttpResponse:
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    try:
        enrolments.enrol(client=request.user, pathway=pathway)
    except Refused as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"You now follow {pathway}. This is your progress.")
    return redirect("pathways:mine_on", slug)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, slug: str) -> HttpResponse:
    """Pauses or resumes an enrolment and changes its builder. `marketplace` lists the builders to choose from."""
    enrolment = get_object_or_404(Enrolment.objects.under_way().complete(), client=request.user, pathway__slug=slug)
    if request.method == "POST":
        _apply_change(request, enrolment)
        return redirect("pathways:mine_on", slug)
    return render(
        request,
        "pathways/progress/change.html",
        {"enrolment": enrolment, "events": enrolment.events.select_related("by", "builder")},
    )


def _apply_change(request: SignedInRequest, enrolment: Enrolment) -> None:
    action = request.POST.get("act")
    try:
        if action in ("pause", "resume"):
            status = Enrolment.Status.PAUSED if action == "pause" else Enrolment.Status.ACTIVE
            enrolments.change(enrolment=enrolment, status=status, by=request.user)
            message = (
                "Paused. Your progress is saved, and you can continue at any time." if action == "pause" else "Resumed."
            )
        elif action == "leave":
            enrolments.change_builder(enrolment=enrolment, builder=None, by=request.user)
            message = "You now follow it on your own. Your progress is saved."
        elif action == "lead":
            slug = request.POST.get("builder", "")
            profile = BuilderProfile.objects.public().filter(slug=slug).first()
            if profile is None:
                messages.error(request, "There is no such builder. Enter the last part of the address of their page.")
                return
            enrolments.change_builder(enrolment=enrolment, builder=profile.user, by=request.user)
            message = f"{profile.user.display_name} is now your builder and can see your progress."
        else:
            return
    except Refused as error:
        messages.error(request, error.text)
    else:
        messages.success(request, message)
