"""A builder's public page, the files of their portfolio, and favourites."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.members.queries import public_facts
from accounts.models import BuilderProfile
from accounts.queries import public_profile, trades_of
from bookings.agreement.origins import remember_origin
from bookings.agreement.visitors import zone_of
from bookings.reviews import ratings
from coaching.packages.queries import on_sale
from coaching.queries import active_types
from coaching.terms import offer_of
from core import clock, flags
from core.access import public, signed_in
from core.byte_ranges import ranged_response
from core.compiled import CompiledQuery
from core.htmx import render_page
from core.money import Money
from core.requests import own_path
from core.uploads import KINDS, download_response
from marketplace import portfolio, queries, services
from marketplace.calendars import weeks_of
from marketplace.card_cache import render_cards
from marketplace.models import BuilderListing, Favourite, PortfolioAsset
from marketplace.structured_data import builder_graph
from messaging.frame import is_shown as messages_are_on
from pathways.badges.queries import public_awards
from payments.flags import PAYMENTS
from payments.plans.queries import offered_by
from payments.stripe.configuration import is_configured
from scheduling.queries import DescribedSessionType, describe_session_types

MOST_FAVOURITES = 100
MOST_REVIEWS = 100  # with "Show more" pressed again and again
STARS = ("1", "2", "3", "4", "5")
MAX_AGE = 60 * 60  # seconds for which browsers cache a file of a portfolio
_listings = CompiledQuery(lambda builder: BuilderListing.objects.filter(pk=builder))


@public
@require_safe
def builder(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows a builder's page, with prices and free times for everyone."""
    profile = public_profile(slug)
    if profile is None:
        raise Http404
    offer = offer_of(profile.pk)
    types = active_types(profile.pk) if offer.is_active else []
    sessions = describe_session_types(types, offer) if types else []
    zone, is_own = zone_of(request, profile.user.timezone), request.user == profile.user
    rating = ratings.of_builder(profile.pk)
    listing = _listings.first(profile.pk)
    filters = ReviewFilters.of(request)
    reviews, has_more = ratings.filtered(profile.user, stars=filters.stars, text=filters.words, most=filters.most)
    context = {
        "facts": builder_graph(profile, sessions, rating),
        "profile": profile,
        "credentials": public_facts(getattr(profile.user, "member", None), timezone.now().date()),
        "trades": trades_of(profile),
        "sessions": sessions,
        "packages": on_sale(request, profile.user, [(card.session_type, card.terms) for card in sessions]),
        "is_own": is_own,
        "can_buy": not is_own,
        "zone": zone,
        "rating": rating,
        "price_from": _lowest_price(sessions),
        "next_slot": min((card.next_slot for card in sessions if card.next_slot), default=None),
        "reviews": reviews,
        "filters": filters,
        "more": filters.most + ratings.FIRST if has_more and filters.most < MOST_REVIEWS else None,
        "skills": listing.skills if listing else [],
        "awards": public_awards(profile.user),
        "listing": listing,
        "weeks": weeks_of(profile.pk, zone, clock.now()) if types else [],
        "plans": offered_by(profile.pk) if flags.is_on(request, PAYMENTS) and is_configured() else [],
        "pieces": portfolio.shown_pieces(profile.pk),
        "may_ask": request.user.is_authenticated and messages_are_on(request),
        "is_kept": request.user.is_authenticated
        and Favourite.objects.filter(person=request.user, builder=profile).exists(),
    }
    page = render_page(request, "marketplace/builder.html", context, parts=("reviews",))
    return remember_origin(request, page, profile.pk)


@dataclass(frozen=True)
class ReviewFilters:
    """Which reviews the page shows, and how many, by its address."""

    stars: int | None
    words: str
    most: int

    @classmethod
    def of(cls, request: HttpRequest) -> ReviewFilters:
        stars, most = request.GET.get("stars", ""), request.GET.get("reviews", "")
        return cls(
            stars=int(stars) if stars in STARS else None,
            words=request.GET.get("words", "").strip()[:80],
            most=min(int(most), MOST_REVIEWS) if most.isascii() and most.isdigit() and len(most) < 4 else ratings.FIRST,
        )

    @property
    def is_set(self) -> bool:
        return self.stars is not None or bool(self.words)


def _lowest_price(sessions: list[DescribedSessionType]) -> Money | None:
    """Returns the lowest price above zero of what can be booked; zero if all of it is free, None without any."""
    prices = [quote.total for card in sessions if card.is_bookable for _, quote in card.prices]
    return min(
        (price for price in prices if price.amount),
        key=lambda price: price.amount,
        default=prices[0] if prices else None,
    )


@signed_in
@require_POST
def keep(request: SignedInRequest, slug: str) -> HttpResponse:
    profile = get_object_or_404(BuilderProfile.objects.public(), slug=slug)
    is_kept, back = request.POST.get("act") == "keep", request.POST.get("next", "")
    services.set_favourite(person=request.user, profile=profile, is_kept=is_kept)
    if getattr(request, "htmx", False):
        context = {
            "listing": get_object_or_404(BuilderListing, pk=profile.pk),
            "act": "forget" if is_kept else "keep",
            "pressed": "true" if is_kept else "false",
            "next": back or request.get_full_path(),
        }
        return render(request, "marketplace/card/heart.html", context)
    name = profile.user.display_name
    messages.success(
        request, f"{name} is saved to your favourites." if is_kept else f"{name} is removed from your favourites."
    )
    return redirect(own_path(back, profile.get_absolute_url()))


@signed_in
@require_safe
def favourites(request: SignedInRequest) -> HttpResponse:
    """Lists the person's favourites who are still public, newest first."""
    builders = Favourite.objects.filter(person=request.user).values_list("builder", flat=True)[:MOST_FAVOURITES]
    ids = list(builders)
    listed = BuilderListing.objects.public().in_bulk(ids)
    cards = queries.cards_of(listed[key] for key in ids if key in listed)
    context = {"cards": render_cards(request, cards, level=2, kept=set(ids))}
    return render(request, "marketplace/favourites.html", context)


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
    return download_response(request, asset.file, asset.name)


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
    """Lets only browsers cache the response, and only for an hour, since the piece may be taken down. A redirection to the
    bucket is not cached: it leads there for a few minutes."""
    if response.status_code == HTTPStatus.FOUND:
        return response
    response["Cache-Control"] = f"private, max-age={MAX_AGE if asset.hidden_at is None else 0}"
    return response
