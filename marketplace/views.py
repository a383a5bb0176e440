"""Home, discovery, a builder's page, and where a builder's day begins."""

from __future__ import annotations

from django.core.paginator import Paginator
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
from core.access import public, role_required
from core.htmx import render_page
from marketplace import queries
from pathways.models import Pathway
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
    page = Paginator(queries.search_builders(words), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"words": words, "page": page, "cards": queries.cards_of(page.object_list)}
    return render_page(request, "marketplace/discover.html", context, parts=("results",))


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
