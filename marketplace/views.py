"""Home, discovery, a builder's page, and where a builder's day begins."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from accounts.models import BuilderProfile
from accounts.roles import Role
from bookings import ratings
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from coaching.terms import offer_of
from core.access import public, role_required, signed_in
from core.htmx import render_page
from marketplace import queries
from pathways.models import Pathway, Skill
from pathways.teaching import taught_by
from scheduling.queries import described
from scheduling.services import schedule_of

PAGE_SIZE = 12


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "pathways": Pathway.objects.open(),
        "cards": queries.cards_of(queries.public_builders().order_by("-user__created_at")[:3]),
    }
    return render(request, "marketplace/home.html", context)


@public
@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:100]
    pathway = _named(Pathway.objects.open(), request.GET.get("pathway"))
    skill = _named(Skill.objects.open(), request.GET.get("skill"))
    found = queries.search_builders(words, pathway=pathway.slug if pathway else "", skill=skill.slug if skill else "")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "words": words, "page": page, "cards": queries.cards_of(page.object_list), "pathway": pathway, "skill": skill,
    }  # fmt: skip
    return render_page(request, "marketplace/discover.html", context, parts=("results",))


def _named(found: QuerySet[Any], slug: str | None) -> Any:
    return found.filter(slug=slug[:60]).first() if slug else None


@public
@require_safe
def teachers(request: HttpRequest, slug: str) -> HttpResponse:
    """A part of the pathways' pages: who teaches a skill and has a free time, the soonest first."""
    skill = get_object_or_404(Skill.objects.open(), slug=slug)
    context = {"skill": skill, "cards": queries.soonest(queries.search_builders("", skill=slug))}
    return render(request, "marketplace/_teachers.html", context)


@public
@require_safe
def guides(request: HttpRequest, slug: str) -> HttpResponse:
    """A part of a pathway's page: who walks it with people."""
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    context = {"pathway": pathway, "cards": queries.soonest(queries.search_builders("", pathway=slug))}
    return render(request, "marketplace/_guides.html", context)


@signed_in
@require_safe
def leaders(request: PersonRequest, slug: str) -> HttpResponse:
    """A part of the page where one chooses who walks with one: whom one knows, then who walks that pathway."""
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    context = {"pathway": pathway, "cards": queries.leaders(request.user, slug)}
    return render(request, "marketplace/_leaders.html", context)


@public
@require_safe
def builder(request: HttpRequest, slug: str) -> HttpResponse:
    """Who they are, and what they offer: prices and next times are shown to everyone."""
    profile = get_object_or_404(queries.public_builders(), slug=slug)
    types = SessionType.objects.filter(builder=profile.user, is_active=True).complete()
    offer = offer_of(profile.pk)
    context = {
        "profile": profile,
        "trades": profile.roles.all(),
        "sessions": described(types) if offer.is_active else [],
        "zone": viewers_zone(request, profile),
        "rating": ratings.of_builders([profile.pk])[profile.pk],
        "reviews": ratings.latest(profile.pk),
        "skills": taught_by([profile.pk]).get(profile.pk, []),
    }
    return render(request, "marketplace/builder.html", context)


def viewers_zone(request: HttpRequest, profile: BuilderProfile) -> str:
    """A person's own; a stranger's clock is not known, so the builder's stands in, by name."""
    return str(getattr(request.user, "timezone", profile.user.timezone))


@role_required(Role.BUILDER)
@require_safe
def dashboard(request: PersonRequest) -> HttpResponse:
    profile = get_object_or_404(BuilderProfile.objects.select_related("user__place"), user=request.user)
    offers = list(SessionType.objects.filter(builder=request.user, is_active=True).values_list("pk", flat=True))
    steps = [
        ("Say in one line what you do", bool(profile.headline)),
        ("Tell people about your work", len(profile.bio) >= 100),
        ("Set your time zone", request.user.timezone != "UTC"),
        ("Offer a session", bool(offers)),
        ("Say when you work", schedule_of(request.user.pk) is not None),
        ("Show your profile to everyone", profile.is_published),
    ]
    done = sum(is_done for _, is_done in steps)
    context = {
        "card": queries.cards_of([profile])[0],
        "waiting": Booking.objects.filter(builder=request.user, state=State.PENDING).count(),
        "profile": profile,
        "steps": steps,
        "done": done,
        "percent": done * 100 // len(steps),
    }
    return render(request, "marketplace/dashboard.html", context)
