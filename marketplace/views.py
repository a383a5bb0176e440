"""Home, discovery, a builder's page, and where a builder's day begins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest
from accounts.models import BuilderProfile
from accounts.roles import Role
from bookings import ratings
from bookings.models import Booking
from bookings.states import State
from bookings.visitors import zone_of
from coaching.models import SessionType
from coaching.terms import offer_of
from core import clock, flags
from core.access import public, role_required, signed_in
from core.cursors import page_of
from core.errors import Refused
from core.htmx import render_page
from marketplace import queries, search, services
from marketplace.facts import structured
from marketplace.forms import DiscoverForm
from marketplace.fragments import filled
from marketplace.models import BuilderListing, Favourite, Moderation, Specialisation
from marketplace.search import Wanted
from pathways.models import Pathway, Skill
from pathways.teaching import taught_by
from scheduling.queries import described
from scheduling.services import schedule_of

PAGE_SIZE = 12
MOST_FAVOURITES = 100


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {"pathways": Pathway.objects.open(), "cards": filled(queries.best(), level=3), **card_kind(request)}
    return render(request, "marketplace/home.html", context)


def card_kind(request: HttpRequest) -> dict[str, bool]:
    """Which card this visitor sees, asked once."""
    return {"cards_v2": flags.is_on(request, flags.BUILDER_CARDS_V2)}


@public
@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    """Everything that is asked for is in the address; more comes by a link that carries on after the last card."""
    now = clock.now()
    told = request.GET.get("zone", "")  # of a stranger, by their browser
    zone = zone_of(request, told if told in available_timezones() else "UTC")
    form = DiscoverForm(request.GET, zone=zone)
    wanted = form.wanted(now)
    found, order = search.ordered(search.matching(wanted), wanted)
    cursor, asked = request.GET.get("after"), repr(replace(wanted, windows=()))
    try:
        page = page_of(found, order=order, limit=PAGE_SIZE, cursor=cursor, filters=asked)
    except Refused:  # of another search: begin with its first page
        cursor = None
        page = page_of(found, order=order, limit=PAGE_SIZE, cursor=None, filters=asked)
    context = {
        "form": form,
        "wanted": wanted,
        "cards": filled(queries.cards_of(page.rows), level=2),
        "total": queries.counted(found),
        "most": queries.MOST_SHOWN,
        "next": page.next_cursor,
        "is_more": bool(cursor),
        "zone": zone,
        **card_kind(request),
    }
    return render_page(request, "marketplace/discover.html", context, parts=("results",))


@public
@require_safe
def teachers(request: HttpRequest, slug: str) -> HttpResponse:
    """A part of the pathways' pages: who teaches a skill and has a free time, the soonest first."""
    skill = get_object_or_404(Skill.objects.open(), slug=slug)
    context = {"skill": skill, "cards": queries.soonest(Wanted(skill=slug))}
    return render(request, "marketplace/_teachers.html", context)


@public
@require_safe
def guides(request: HttpRequest, slug: str) -> HttpResponse:
    """A part of a pathway's page: who walks it with people."""
    pathway = get_object_or_404(Pathway.objects.open(), slug=slug)
    context = {"pathway": pathway, "cards": queries.soonest(Wanted(pathway=slug)), **card_kind(request)}
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
    sessions = described(types) if offer.is_active else []
    rating = ratings.of_builders([profile.pk])[profile.pk]
    context = {
        "facts": structured(profile, sessions, rating),
        "profile": profile,
        "trades": profile.roles.all(),
        "sessions": sessions,
        "zone": viewers_zone(request, profile),
        "rating": rating,
        "reviews": ratings.latest(profile.pk),
        "skills": taught_by([profile.pk]).get(profile.pk, []),
        "listing": BuilderListing.objects.filter(pk=profile.pk).first(),
        "is_kept": request.user.is_authenticated
        and Favourite.objects.filter(person=request.user, builder=profile).exists(),
    }
    return render(request, "marketplace/builder.html", context)


@signed_in
@require_POST
def keep(request: PersonRequest, slug: str) -> HttpResponse:
    profile = get_object_or_404(queries.public_builders(), slug=slug)
    is_kept = request.POST.get("act") == "keep"
    services.keep(person=request.user, profile=profile, is_kept=is_kept)
    name = profile.user.display_name
    messages.success(request, f"{name} is among your favourites." if is_kept else f"{name} is no favourite any more.")
    if request.POST.get("back") == "favourites":
        return redirect("marketplace:favourites")
    return redirect(profile.get_absolute_url())


@signed_in
@require_safe
def favourites(request: PersonRequest) -> HttpResponse:
    """Those one has kept and who can be found still, the newest first."""
    found = Favourite.objects.filter(person=request.user).values_list("builder", flat=True)[:MOST_FAVOURITES]
    ids = list(found)
    listed = BuilderListing.objects.public().in_bulk(ids)
    cards = filled(queries.cards_of(listed[key] for key in ids if key in listed), level=2)
    return render(request, "marketplace/favourites.html", {"cards": cards, **card_kind(request)})


def viewers_zone(request: HttpRequest, profile: BuilderProfile) -> str:
    """A person's own; a stranger's clock is not known, so the builder's stands in, by name."""
    return str(getattr(request.user, "timezone", profile.user.timezone))


def ready(profile: BuilderProfile) -> dict[str, Any]:
    """What is left to do before visitors come: two queries."""
    builder = profile.user
    steps = [
        ("Say in one line what you do", bool(profile.headline)),
        ("Tell people about your work", len(profile.bio) >= 100),
        ("Set your time zone", builder.timezone != "UTC"),
        ("Offer a session", SessionType.objects.filter(builder=builder, is_active=True).exists()),
        ("Say when you work", schedule_of(builder.pk) is not None),
        ("Show your profile to everyone", profile.is_published),
    ]
    done = sum(is_done for _, is_done in steps)
    return {"steps": steps, "done": done, "percent": done * 100 // len(steps)}


@role_required(Role.BUILDER)
@require_safe
def dashboard(request: PersonRequest) -> HttpResponse:
    profile = get_object_or_404(BuilderProfile.objects.select_related("user__place"), user=request.user)
    context = {
        "card": next(iter(queries.cards_of(BuilderListing.objects.filter(pk=profile.pk))), None),
        **card_kind(request),
        "waiting": Booking.objects.filter(builder=request.user, state=State.PENDING).count(),
        "profile": profile,
        **ready(profile),
    }
    return render(request, "marketplace/dashboard.html", context)


@role_required(Role.BUILDER)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: PersonRequest) -> HttpResponse:
    """Both cards as clients see them, what is left to do, the pathways one walks with people, and being verified."""
    profile = get_object_or_404(BuilderProfile.objects.select_related("user__place"), user=request.user)
    if request.method == "POST":
        _change_listing(request, profile)
        return redirect("marketplace:listing")
    context = {
        "card": next(iter(queries.cards_of(BuilderListing.objects.filter(pk=profile.pk))), None),
        "profile": profile,
        "moderation": Moderation.objects.filter(pk=profile.pk).first(),
        **ready(profile),
        "ways": Specialisation.objects.filter(builder=profile).select_related("pathway").order_by("pathway__order"),
    }
    return render(request, "marketplace/listing.html", context)


def _change_listing(request: PersonRequest, profile: BuilderProfile) -> None:
    act = request.POST.get("act", "")
    try:
        if act == "verify":
            services.ask_verification(profile=profile)
            messages.success(request, "Asked. Our support looks at your profile and writes to you.")
        elif act in ("pause", "resume"):
            services.pause(profile=profile, pathway=request.POST.get("pathway", ""), is_active=act == "resume")
            done = (
                "New people find you there again." if act == "resume" else "Paused. Those who are on it go on with you."
            )
            messages.success(request, done)
    except Refused as error:
        messages.error(request, error.sentence)
