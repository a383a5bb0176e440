"""Where a builder's day begins, and how they look to clients."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services as people
from accounts.access import PersonRequest
from accounts.forms import BuilderForm
from accounts.models import BuilderProfile
from accounts.roles import Role
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from core.access import role_required
from core.errors import Refused
from marketplace import queries, services
from marketplace.models import BuilderListing, Moderation, PortfolioAsset, Specialisation
from marketplace.queries import Card
from marketplace.views.discovery import card_kind
from scheduling.services import schedule_of


def ready(profile: BuilderProfile) -> dict[str, Any]:
    """What is left to do before visitors come: three queries."""
    builder = profile.user
    steps = [
        ("Say in one line what you do", bool(profile.headline)),
        ("Tell people about your work", len(profile.bio) >= 100),
        ("Set your time zone", builder.timezone != "UTC"),
        ("Offer a session", SessionType.objects.filter(builder=builder, is_active=True).exists()),
        ("Say when you work", schedule_of(builder.pk) is not None),
        ("Show a piece of your work", PortfolioAsset.objects.shown().filter(builder=profile).exists()),
        ("Show your profile to everyone", profile.is_published),
    ]
    done = sum(is_done for _, is_done in steps)
    return {"steps": steps, "done": done, "percent": done * 100 // len(steps)}


@role_required(Role.BUILDER)
@require_safe
def dashboard(request: PersonRequest) -> HttpResponse:
    profile = _own(request)
    context = {
        "card": _card(profile),
        **card_kind(request),
        "waiting": Booking.objects.filter(builder=request.user, state=State.PENDING).count(),
        "profile": profile,
        **ready(profile),
    }
    return render(request, "marketplace/dashboard.html", context)


def _own(request: HttpRequest) -> BuilderProfile:
    return get_object_or_404(BuilderProfile.objects.select_related("user__place"), user=request.user)


def _card(profile: BuilderProfile) -> Card | None:
    return next(iter(queries.cards_of(BuilderListing.objects.filter(pk=profile.pk))), None)


@role_required(Role.BUILDER)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: PersonRequest) -> HttpResponse:
    """The words of one's listing beside both cards, what is left to do, the pathways one walks with people, the seal."""
    profile = _own(request)
    is_saving = request.POST.get("act") == "save"
    form = BuilderForm(request.POST if is_saving else None, instance=profile)
    if request.method == "POST" and (not is_saving or form.is_valid()):
        _change_listing(request, profile, form)
        return redirect("marketplace:listing")
    context = {
        "form": form,
        "card": _card(profile),
        "profile": profile,
        "moderation": Moderation.objects.filter(pk=profile.pk).first(),
        **ready(profile),
        "ways": Specialisation.objects.filter(builder=profile).select_related("pathway").order_by("pathway__order"),
    }
    return render(request, "marketplace/listing.html", context, status=422 if form.errors else 200)


@role_required(Role.BUILDER)
@require_POST
def preview(request: PersonRequest) -> HttpResponse:
    """Both cards as they would be, while one types. Saves nothing."""
    profile = _own(request)
    form = BuilderForm(request.POST, instance=profile)
    form.is_valid()
    card = _card(profile)
    if card is not None:
        card.listing.headline = form.cleaned_data.get("headline", "") or "Your one line"
        card.listing.role_names = [str(role) for role in form.cleaned_data.get("roles", [])]
    return render(request, "marketplace/_cards.html", {"card": card})


def _change_listing(request: PersonRequest, profile: BuilderProfile, form: BuilderForm) -> None:
    act = request.POST.get("act", "")
    try:
        if act == "save":
            people.update_builder(profile=profile, **form.cleaned_data)
            messages.success(request, "Saved. Your card and your page say so at once.")
        elif act == "verify":
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
