"""The dashboard page on which builders choose the skills they teach."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.roles import Role
from core.access import role_required
from core.errors import Refused
from pathways.catalogue import builder_skills
from pathways.catalogue.forms import BuilderSkillsForm
from pathways.models import BuilderSkill, Pathway, Skill


@role_required(Role.BUILDER)
@require_http_methods(["GET", "HEAD", "POST"])
def skills(request: SignedInRequest) -> HttpResponse:
    """Shows all skills by tier, and saves the chosen ones, by which clients can search."""
    form = BuilderSkillsForm(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            builder_skills.set_builder_skills(builder=request.user, skills=form.cleaned_data["skills"])
        except Refused as error:
            problem = error.sentence
        else:
            messages.success(request, "Saved. Clients who look for these skills can find you.")
            return redirect("pathways:teaching")
    every = list(Skill.objects.open().prefetch_related("pathways"))
    mine = set(BuilderSkill.objects.filter(builder=request.user).values_list("skill__slug", flat=True))
    context = {
        "tiers": [(name, [skill for skill in every if skill.tier == tier]) for tier, name in Skill.Tier.choices],
        "mine": set(request.POST.getlist("skills")) if problem else mine,
        "problem": problem,
        "pathways": Pathway.objects.open(),
        "most": builder_skills.MAX_SKILLS,
    }
    return render(request, "pathways/catalogue/teaching.html", context, status=422 if problem else 200)
