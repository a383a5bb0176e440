"""The public pages of pathways, and the questions that suggest one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.access import public
from pathways.catalogue.forms import WelcomeForm
from pathways.catalogue.skill_tree import draw_tree, skills_by_tier
from pathways.models import Enrolment, Pathway, Skill


@public
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "pathways/catalogue/overview.html", {"pathways": Pathway.objects.open()})


@public
@require_safe
def pathway(request: HttpRequest, slug: str) -> HttpResponse:
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    skills = list(Skill.objects.open().complete().filter(pathways=pathway))
    mine = None
    if request.user.is_authenticated:
        mine = Enrolment.objects.filter(client=request.user, pathway=pathway).first()
    context = {
        "pathway": pathway,
        "others": Pathway.objects.open().exclude(pk=pathway.pk),
        "tree": draw_tree(skills),
        "tiers": skills_by_tier(pathway, skills),
        "mine": mine,
    }
    return render(request, "pathways/catalogue/pathway.html", context)


@public
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Asks three questions and suggests a pathway. The answers are in the query string and are not stored."""
    form = WelcomeForm(request.GET if "why" in request.GET or "answer" in request.GET else None)
    suggested = None
    if form.is_bound and form.is_valid():
        suggested = Pathway.objects.open().filter(slug=form.suggested).first() or Pathway.objects.open().first()
    others = Pathway.objects.open().exclude(pk=suggested.pk) if suggested else ()
    return render(request, "pathways/catalogue/welcome.html", {"form": form, "suggested": suggested, "others": others})
