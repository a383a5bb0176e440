"""Home, discovery, a builder's page, and where a builder's day begins."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from accounts.models import BuilderProfile
from accounts.roles import Role
from core.access import public, role_required
from core.htmx import render_page
from marketplace import queries
from pathways.models import Pathway

PAGE_SIZE = 12


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "pathways": Pathway.objects.open(),
        "builders": queries.public_builders().order_by("-user__created_at")[:3],
    }
    return render(request, "marketplace/home.html", context)


@public
@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(queries.search_builders(words), PAGE_SIZE).get_page(request.GET.get("page"))
    return render_page(request, "marketplace/discover.html", {"words": words, "page": page}, parts=("results",))


@public
@require_safe
def builder(request: HttpRequest, slug: str) -> HttpResponse:
    profile = get_object_or_404(queries.public_builders(), slug=slug)
    return render(request, "marketplace/builder.html", {"profile": profile, "trades": profile.roles.all()})


@role_required(Role.BUILDER)
@require_safe
def dashboard(request: PersonRequest) -> HttpResponse:
    profile = get_object_or_404(BuilderProfile.objects.select_related("user"), user=request.user)
    steps = [
        ("Say in one line what you do", bool(profile.headline)),
        ("Tell people about your work", len(profile.bio) >= 100),
        ("Set your time zone", request.user.timezone != "UTC"),
        ("Show your profile to everyone", profile.is_published),
    ]
    done = sum(is_done for _, is_done in steps)
    context = {"profile": profile, "steps": steps, "done": done, "percent": done * 100 // len(steps)}
    return render(request, "marketplace/dashboard.html", context)
