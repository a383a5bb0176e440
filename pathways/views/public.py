"""The pathways' public pages, the questions that suggest one, and badges that somebody shows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import public
from pathways.forms import WelcomeForm
from pathways.models import Award, Enrolment, Pathway, Skill
from pathways.trees import drawn, skills_by_tier


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "pathways/overview.html", {"pathways": Pathway.objects.open()})


@public
@require_safe
def pathway(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Pathway.objects.open(), slug=slug)
    skills = list(Skill.objects.open().complete().filter(pathways=found))
    mine = None
    if request.user.is_authenticated:
        mine = Enrolment.objects.filter(client=request.user, pathway=found).first()
    context = {
        "pathway": found,
        "others": Pathway.objects.open().exclude(pk=found.pk),
        "tree": drawn(skills),
        "tiers": skills_by_tier(found, skills),
        "mine": mine,
    }
    return render(request, "pathways/pathway.html", context)


@public
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Three questions, all in the address: nothing is kept of them but what one does with the answer."""
    form = WelcomeForm(request.GET if "why" in request.GET or "answer" in request.GET else None)
    suggested = None
    if form.is_bound and form.is_valid():
        suggested = Pathway.objects.open().filter(slug=form.suggested).first() or Pathway.objects.open().first()
    others = Pathway.objects.open().exclude(pk=suggested.pk) if suggested else ()
    return render(request, "pathways/welcome.html", {"form": form, "suggested": suggested, "others": others})


@public
@require_safe
def award(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's badge, if they show it. They see it themselves in any case."""
    found = get_object_or_404(
        Award.objects.standing().select_related("badge__pathway", "badge__skill", "client"), token=token
    )
    is_mine = found.client == request.user
    if not found.is_public and not is_mine:
        found = get_object_or_404(Award.objects.none())
    response = render(request, "pathways/award.html", {"award": found, "badge": found.badge, "is_mine": is_mine})
    if not found.is_public:
        response["Cache-Control"] = "private, no-store"
    return response
