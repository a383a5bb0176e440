"""A builder's public page, the files of their portfolio, and favourites."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.models import BuilderProfile
from bookings.agreement.visitors import zone_of
from bookings.reviews import ratings
from coaching.models import SessionType
from coaching.terms import offer_of
from core import clock
from core.access import public, signed_in
from core.byte_ranges import ranged_response
from core.requests import own_path
from core.uploads import KINDS, download_response
from marketplace import portfolio, queries, services
from marketplace.calendars import weeks_of
from marketplace.card_cache import fill_parts
from marketplace.models import BuilderListing, Favourite, PortfolioAsset
from marketplace.structured_data import builder_graph
from marketplace.views.discovery import card_kind
from pathways.catalogue.builder_skills import skills_of_builders
from scheduling.queries import describe_session_types

MOST_FAVOURITES = 100
MAX_AGE = 60 * 60  # seconds for which browsers cache a file of a portfolio


@public
@require_safe
def builder(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows a builder's page, with prices and free times for everyone."""
    profile = get_object_or_404(BuilderProfile.objects.public(), slug=slug)
    types = SessionType.objects.filter(builder=profile.user, is_active=True).complete()
    offer = offer_of(profile.pk)
    sessions = describe_session_types(types) if offer.is_active else []
    zone = zone_of(request, profile.user.timezone)
    rating = ratings.of_builders([profile.pk])[profile.pk]
    context = {
        "facts": builder_graph(profile, sessions, rating),
        "profile": profile,
        "trades": profile.roles.all(),
        "sessions": sessions,
        "zone": zone,
        "rating": rating,
        "reviews": ratings.latest(profile.pk),
        "skills": skills_of_builders([profile.pk]).get(profile.pk, []),
        "listing": BuilderListing.objects.filter(pk=profile.pk).first(),
        "weeks": weeks_of(types, zone, clock.now()) if offer.is_active and types else [],
        "pieces": portfolio.by_builders([profile.pk])[profile.pk],
        "is_kept": request.user.is_authenticated
        and Favourite.objects.filter(person=request.user, builder=profile).exists(),
    }
    return render(request, "marketplace/builder.html", context)


@signed_in
@require_POST
def keep(request: SignedInRequest, slug: str) -> HttpResponse:
    profile = get_object_or_404(BuilderProfile.objects.public(), slug=slug)
    is_kept, back = request.POST.get("act") == "keep", request.POST.get("next", "")
    services.set_favourite(person=request.user, profile=profile, is_kept=is_kept)
    if getattr(request, "htmx", False):
        context = {
            "listing": get_object_or_404(BuilderListing, pk=profile.pk),
            "kept": {profile.pk} if is_kept else set(),
            "next": back,
        }
        return render(request, "marketplace/card/heart.html", context)
    name = profile.user.display_name
    messages.success(request, f"{name} is among your favourites." if is_kept else f"{name} is no favourite any more.")
    return redirect(own_path(back, profile.get_absolute_url()))


@signed_in
@require_safe
def favourites(request: SignedInRequest) -> HttpResponse:
    """Lists the person's favourites who are still public, newest first."""
    builders = Favourite.objects.filter(person=request.user).values_list("builder", flat=True)[:MOST_FAVOURITES]
    ids = list(builders)
    listed = BuilderListing.objects.public().in_bulk(ids)
    cards = fill_parts(queries.cards_of(listed[key] for key in ids if key in listed), level=2)
    return render(request, "marketplace/favourites.html", {"cards": cards, "kept": set(ids), **card_kind(request)})


# Portfolio --------------------------------------------------------------------------------------------------


@public
@require_safe
def piece(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Serves a picture or recording to show on the page, and any other file as a download."""
    asset = _piece_or_404(request, pk)
    if asset.kind == PortfolioAsset.Kind.IMAGE:
        return _cache_in_browser(asset, ranged_response(request, asset.file, content_type="image/webp"))
    if asset.kind == PortfolioAsset.Kind.AUDIO:
        kind = KINDS.get(PurePath(str(asset.file.name)).suffix, "audio/mpeg")
        return _cache_in_browser(asset, ranged_response(request, asset.file, content_type=kind))
    return download_response(asset.file, asset.name)


@public
@require_safe
def small_piece(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    asset = _piece_or_404(request, pk)
    if not asset.small:
        raise Http404
    return _cache_in_browser(asset, ranged_response(request, asset.small, content_type="image/webp"))


def _piece_or_404(request: HttpRequest, pk: UUID) -> PortfolioAsset:
    asset = get_object_or_404(
        PortfolioAsset.objects.filter(portfolio.visible_to(request.user)).select_related("builder"), pk=pk
    )
    if not asset.file:
        raise Http404
    return asset


def _cache_in_browser(asset: PortfolioAsset, response: HttpResponseBase) -> HttpResponseBase:
    """Lets only browsers cache the response, and only for an hour, since the piece may be taken down."""
    response["Cache-Control"] = f"private, max-age={MAX_AGE if asset.hidden_at is None else 0}"
    return response
