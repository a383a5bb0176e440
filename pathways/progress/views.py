"""A client's own pathway: the skill tree, one skill of it, and the evidence for it."""

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

ACTS = {"start": progress.start, "complete": progress.complete, "undo": progress.undo}


@signed_in
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """The pathway that one walks now; whoever walks none yet finds the way in."""
    own = _own(request.user)
    if not own:
        return render(request, "pathways/progress/no_pathway.html", {"pathways": Pathway.objects.open()})
    return _page(request, own, own[0])


@signed_in
@require_safe
def mine_on(request: SignedInRequest, slug: str) -> HttpResponse:
    own = _own(request.user)
    found = next((each for each in own if each.pathway.slug == slug), None)
    if found is None:
        get_object_or_404(Pathway.objects.open(), slug=slug)
        return redirect("pathways:pathway", slug)
    return _page(request, own, found)


def _own(person: User) -> list[Enrolment]:
    """The latest on each pathway, those under way first."""
    found: dict[UUID, Enrolment] = {}
    for each in Enrolment.objects.complete().filter(client=person).order_by("created_at"):
        found[each.pathway_id] = each
    order = list(Enrolment.Status)
    return sorted(
        found.values(), key=lambda each: (order.index(Enrolment.Status(each.status)), -each.created_at.timestamp())
    )


def _page(request: SignedInRequest, own: list[Enrolment], here: Enrolment) -> HttpResponse:
    walk = queries.pathway_progress(request.user, here.pathway, here)
    now = clock.now()
    slug = request.GET.get("skill", "")
    chosen = next((each for each in walk.standings if each.skill.slug == slug), None)
    context: dict[str, Any] = {
        "walk": walk,
        "own": own,
        "address": reverse("pathways:mine_on", args=[here.pathway.slug]),
        "tree": draw_tree([each.skill for each in walk.standings], {each.skill.pk: each for each in walk.standings}),
        "chart": completion_chart(queries.completions(walk), len(walk.standings), here.created_at, now),
        "history": queries.history_of(request.user, here.pathway, 12),
        "chosen": chosen,
        "is_list": request.GET.get("view") == "list",
    }
    if chosen is not None:
        context |= _panel(chosen)
    return render_page(request, "pathways/progress/mine.html", context, parts=("progress",))


def _panel(chosen: queries.Standing) -> dict[str, Any]:
    """What one sees of a skill: three queries."""
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
    """GET leads to its place on one's way; POST moves it."""
    found = get_object_or_404(Skill.objects.open().complete(), slug=slug)
    here = next((each for each in _own(request.user) if each.pathway in found.pathways.all()), None)
    if here is None:
        first = found.pathways.first()
        if first is None:
            raise Http404
        return redirect(f"{first.get_absolute_url()}#skill-{slug}")
    if request.method == "POST":
        _act(request, found)
    asked = request.GET.get("on")
    pathway = next((each.slug for each in found.pathways.all() if each.slug == asked), here.pathway.slug)
    return redirect(f"{reverse('pathways:mine_on', args=[pathway])}?skill={slug}#panel")


def _act(request: SignedInRequest, found: Skill) -> None:
    act = request.POST.get("act", "")
    person = request.user
    try:
        if act == "show":
            _show(request, found)
        elif act == "hide":
            shown = find_or_404(Evidence.objects.filter(progress__client=person), request.POST.get("evidence"))
            progress.remove_evidence(evidence=shown, by=person)
            messages.success(request, "Taken away.")
        elif act in ACTS:
            row = ACTS[act](client=person, skill=found, by=person)
            messages.success(request, _words(act, row, found))
    except Refused as error:
        messages.error(request, error.sentence)


def _words(act: str, row: Any, found: Skill) -> str:
    if act == "undo":
        return f"Taken back. {found} stands as it did before."
    if act == "start":
        return f"{found} has begun."
    if row.asked_at is not None:
        return f"Your builder is asked to look at {found}."
    return f"{found} is completed."


def _show(request: SignedInRequest, found: Skill) -> None:
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        told = form.cleaned_data
        progress.add_evidence(
            client=request.user,
            skill=found,
            by=request.user,
            text=told["text"],
            url=told["url"],
            file=told["file"] or None,
        )
        messages.success(request, "Kept. You and your builder see it here.")
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))


@signed_in
@require_safe
def evidence(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """For whom it is about, and who leads them on a pathway with that skill."""
    led = Enrolment.objects.led_by(request.user).values("client")
    found = get_object_or_404(
        Evidence.objects.filter(Q(progress__client=request.user) | Q(progress__client__in=led)).select_related("progress__skill", "progress__client"),
        pk=pk,
    )  # fmt: skip
    try:
        progress.acting_as(request.user, found.progress.client, found.progress.skill)
    except Refused:
        raise Http404 from None
    if not found.file:
        raise Http404
    return download_response(found.file, found.name)


# Enrolments ----------------------------------------------------------------------------------------------


@signed_in
@require_POST
def enrol(request: SignedInRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Pathway.objects.open(), slug=slug)
    try:
        enrolments.enrol(client=request.user, pathway=found)
    except Refused as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"You walk {found} now. Here is where you stand.")
    return redirect("pathways:mine_on", slug)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, slug: str) -> HttpResponse:
    """Pause, go on, and who leads: builders that one has met on this way or has booked are offered by the page above."""
    found = get_object_or_404(Enrolment.objects.under_way().complete(), client=request.user, pathway__slug=slug)
    if request.method == "POST":
        _change(request, found)
        return redirect("pathways:mine_on", slug)
    return render(
        request,
        "pathways/progress/change.html",
        {"enrolment": found, "events": found.events.select_related("by", "builder")},
    )


def _change(request: SignedInRequest, found: Enrolment) -> None:
    act = request.POST.get("act")
    try:
        if act in ("pause", "resume"):
            status = Enrolment.Status.PAUSED if act == "pause" else Enrolment.Status.ACTIVE
            enrolments.change(enrolment=found, status=status, by=request.user)
            words = "Paused. Nothing is lost; go on whenever you like." if act == "pause" else "On you go."
        elif act == "leave":
            enrolments.change_builder(enrolment=found, builder=None, by=request.user)
            words = "You walk on your own now. What you have learned stays."
        elif act == "lead":
            slug = request.POST.get("builder", "")
            profile = BuilderProfile.objects.public().filter(slug=slug).first()
            if profile is None:
                messages.error(request, "There is no such builder. Take the last part of their page's address.")
                return
            enrolments.change_builder(enrolment=found, builder=profile.user, by=request.user)
            words = f"{profile.user.display_name} walks with you now, and sees how far you are."
        else:
            return
    except Refused as error:
        messages.error(request, error.words)
    else:
        messages.success(request, words)


# Badges --------------------------------------------------------------------------------------------------
