"""`/api/marketplace/…`: search for builders, and read one builder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from accounts import places
from accounts.models import BuilderProfile, Place, ProfessionalRole
from accounts.places import BOTH_OR_NEITHER
from bookings.reviews import ratings
from bookings.reviews.schemas import ReviewOut
from coaching.models import Service, SessionType
from coaching.schemas import SessionTypesAnswer, amount_or_null, on_the_wire
from core import clock
from core.addresses import address_of
from core.api import anyone, renamed_fields
from core.cursors import page_of
from core.errors import Refusal, Refused
from core.languages import known_languages
from core.money import rounded
from core.rates import per_dollar
from core.replicas import from_replica
from core.zones import kept_zone
from marketplace import queries, search
from marketplace.demand import count_empty_search
from marketplace.filters import Filters, search_request
from marketplace.models import BuilderListing, BuilderMetrics, PortfolioAsset
from marketplace.queries import CATEGORIES, BuilderCard, ListedPiece
from marketplace.schemas import (
    AvailabilityOut,
    BookingInfo,
    BuilderAnswer,
    BuilderOut,
    BuildersAnswer,
    BuildersQuery,
    DayOut,
    MetricsAnswer,
    MetricsOut,
    Openings,
    PathwayMetrics,
    PathwaysAnswer,
    PieceOut,
    ProfileOut,
    ProviderCounts,
    ProviderOut,
    ProvidersAnswer,
    SpecialisationOut,
    StatsOut,
    WholeMetrics,
    metric_fields,
)
from marketplace.search import SearchRequest
from pathways.models import Pathway, Skill
from pathways.progress.schemas import SkillNamed
from scheduling.api import builder_or_404, session_types_out, shown
from scheduling.queries import starts_by_day

router = Router(tags=["Marketplace"])
SORT_NEEDS = {
    search.DISTANCE: "Send a location, or lat and lng.",
    search.RELEVANCE: "Send q to sort by relevance.",
}
FORMATS = {None: "", True: "remote", False: "in_person"}
DAYS_AHEAD = 7  # of the calendar of a builder
MAX_AGE = 60  # seconds for which clients may cache metrics


@router.get("/marketplace/builders", response=BuildersAnswer, auth=anyone, by_alias=True, summary="Find builders")
def builders(request: HttpRequest, query: Query[BuildersQuery]) -> BuildersAnswer:
    """Builders match all the filters. The statistics cover all results, not only this page."""
    now = clock.now_of(request)
    cards, stats, cursor = _search(request, query, now)
    rows = [BuilderOut(**facts) for facts in _serialize_cards(cards, now)]
    return BuildersAnswer(builders=rows, stats=stats, next_cursor=cursor)


@router.get(
    "/marketplace/providers", response=ProvidersAnswer, auth=anyone, by_alias=True, summary="The same, with former field names"
)  # fmt: skip
def providers(request: HttpRequest, query: Query[BuildersQuery]) -> ProvidersAnswer:
    now = clock.now_of(request)
    cards, stats, cursor = _search(request, query, now)
    names = ProviderOut.model_fields.keys() - {"next_available", "counts"}
    rows = []
    for card, whole in zip(cards, _serialize_cards(cards, now), strict=True):
        facts = {name: value for name, value in whole.items() if name in names}
        bookings = card.metrics.total_sessions if card.metrics else 0
        counts = ProviderCounts(bookings_as_provider=bookings, received_reviews=card.listing.review_count)
        rows.append(ProviderOut(**facts, next_available=shown(card.next_slot), counts=counts))
    return ProvidersAnswer(providers=rows, stats=stats, next_cursor=cursor)


def _search(
    request: HttpRequest, query: BuildersQuery, now: datetime
) -> tuple[list[BuilderCard], StatsOut, str | None]:
    """Returns a page of cards, the statistics over all results, and the cursor of the next page."""
    return from_replica(request, lambda: _results(request, query, now))


def _results(
    request: HttpRequest, query: BuildersQuery, now: datetime
) -> tuple[list[BuilderCard], StatsOut, str | None]:
    wanted = _search_request(query, now)
    listings, order = search.ordered(search.matching(wanted), wanted)
    filters = repr(replace(wanted, windows=())) + repr(
        (query.available_within, query.available_from, query.available_to)
    )
    page = page_of(listings, order=order, limit=query.limit, cursor=query.cursor, filters=filters)
    if not page.rows and not query.cursor:
        count_empty_search(request, wanted)
    stats = queries.cached_stats(wanted, filters)
    rate = per_dollar()[wanted.currency]
    average = None if stats.average_dollars is None else Decimal(stats.average_dollars) * rate
    summary = StatsOut(
        total=min(stats.total, queries.MOST_COUNTED),
        total_is_capped=stats.total > queries.MOST_COUNTED,
        avg_rating=stats.average_rating,
        avg_hourly_rate=None if average is None else on_the_wire(rounded(average, wanted.currency), wanted.currency),
        currency=wanted.currency,
        services_available=stats.services,
        roles_available=stats.roles,
    )
    return queries.whole_cards_of(page.rows), summary, page.next_cursor


def _search_request(query: BuildersQuery, now: datetime) -> SearchRequest:
    """Returns the search that the query describes; refuses unknown names and incomplete pairs of parameters, all at once."""
    wrong: dict[str, list[str]] = {}
    town, windows = _town(query, wrong), _windows(query, wrong)
    filters = Filters(
        words=query.q,
        services=_known_slugs(Service.objects, "service", query.service, wrong),
        roles=_known_slugs(ProfessionalRole.objects, "roles", (query.roles or "").split(","), wrong),
        pathway="".join(_known_slugs(Pathway.objects.open(), "pathway", [query.pathway or ""], wrong)),
        skill="".join(_known_slugs(Skill.objects.open(), "skill", [query.skill or ""], wrong)),
        category=query.session_category or "", rating=query.min_rating, most=query.max_rate, currency=query.currency,
        town=town, is_town_unknown="place" in wrong, latitude=query.lat, longitude=query.lng, miles=query.radius,
        is_verified=bool(query.verified),
        languages=_languages(query, wrong), format=FORMATS[query.remote], days=None if windows else query.available_within, windows=windows, sort=query.sort_by,
    )  # fmt: skip
    request, problems = search_request(filters, currencies=per_dollar(), now=now)
    if "sort" in problems:
        problems["sort"] = [SORT_NEEDS[query.sort_by]]
    if wrong | problems:
        with renamed_fields(place="location", latitude="lat", longitude="lng", sort="sort_by"):
            raise Refused(Refusal.INVALID, fields=wrong | problems)
    return request


def _known_slugs(rows: Any, field: str, names: Iterable[str], wrong: dict[str, list[str]]) -> list[str]:
    slugs = sorted({name.strip().lower() for name in names if name.strip()})
    known = set(rows.filter(slug__in=slugs).values_list("slug", flat=True)) if slugs else set()
    if missing := [name for name in slugs if name not in known]:
        wrong[field] = [f"There is no {field.removesuffix('s')} {missing[0]}."]
    return slugs


def _languages(query: BuildersQuery, wrong: dict[str, list[str]]) -> list[str]:
    try:
        return known_languages("language", query.language)
    except Refused as refused:
        wrong |= refused.fields or {}
        return []


def _town(query: BuildersQuery, wrong: dict[str, list[str]]) -> Place | None:
    if not query.location or query.lat is not None or query.lng is not None:
        return None
    try:
        return places.named(query.location)
    except Refused as refused:
        wrong |= refused.fields or {}
        return None


def _windows(query: BuildersQuery, wrong: dict[str, list[str]]) -> list[tuple[int, int]]:
    first, last = query.available_from, query.available_to
    if first is None and last is None:
        return []
    if first is None or last is None:
        wrong["available_from" if first is None else "available_to"] = [BOTH_OR_NEITHER]
        return []
    if last <= first:
        wrong["available_to"] = ["This has to be after availableFrom."]
    return [(int(first.timestamp()), int(last.timestamp()))]


# A single builder -----------------------------------------------------------------------------------------------


@router.get("/marketplace/builders/{id}", response=BuilderAnswer, auth=anyone, by_alias=True, summary="One builder")
def builder(request: HttpRequest, id: str) -> BuilderAnswer:
    profile = builder_or_404(id)
    card = _card_or_404(profile)
    reviews = [ReviewOut.of(review) for review in ratings.latest(profile.pk)]
    return BuilderAnswer(
        builder=ProfileOut(**_serialize_cards([card], clock.now_of(request))[0], bio=profile.bio, reviews=reviews)
    )


@router.get(
    "/marketplace/builders/{id}/pathways", response=PathwaysAnswer, auth=anyone, by_alias=True, summary="Their pathways"
)  # fmt: skip
def builder_pathways(request: HttpRequest, id: str) -> PathwaysAnswer:
    return PathwaysAnswer(pathways=_specialisations(_card_or_404(builder_or_404(id)).listing))


@router.get(
    "/marketplace/builders/{id}/metrics", response=MetricsAnswer, auth=anyone, by_alias=True, summary="Their numbers"
)  # fmt: skip
def builder_metrics(request: HttpRequest, response: HttpResponse, id: str) -> Any:
    """Has an ETag; answers 304 if nothing has changed."""
    card = _card_or_404(builder_or_404(id))
    stamp = card.metrics.computed_at.isoformat() if card.metrics else ""
    tag = f'"{hashlib.sha256(f"{card.listing.pk}{stamp}{card.listing.version}".encode()).hexdigest()[:32]}"'
    response["ETag"], response["Cache-Control"] = tag, f"public, max-age={MAX_AGE}"
    if tag in [
        known_tag.strip().removeprefix("W/") for known_tag in request.headers.get("If-None-Match", "").split(",")
    ]:
        unchanged = HttpResponse(status=304)
        unchanged["ETag"], unchanged["Cache-Control"] = tag, f"public, max-age={MAX_AGE}"
        return unchanged
    numbers: dict[str, Any] = metric_fields(card.metrics) if card.metrics else {}
    computed_at = card.metrics.computed_at if card.metrics else None
    return MetricsAnswer(
        metrics=WholeMetrics(**numbers, per_pathway=_specialisations(card.listing), computed_at=computed_at)
    )  # fmt: skip


@router.get(
    "/marketplace/builders/{id}/session-types",
    response=SessionTypesAnswer,
    auth=anyone,
    by_alias=True,
    summary="What they offer",
)
def session_types(request: HttpRequest, id: str) -> SessionTypesAnswer:
    """Anonymous callers receive free session types, others all of them."""
    types = SessionType.objects.filter(builder=builder_or_404(id).user, is_active=True).seen_by(request.user)
    return SessionTypesAnswer(session_types=session_types_out(types))


def _card_or_404(profile: BuilderProfile) -> BuilderCard:
    """Returns the builder's card; 404 if they are hidden or their listing is not written yet."""
    listing = BuilderListing.objects.public().filter(pk=profile.pk).first()
    if listing is None:
        raise Http404
    return queries.whole_cards_of([listing])[0]


def _serialize_cards(cards: Sequence[BuilderCard], now: datetime) -> list[dict[str, Any]]:
    """Returns the fields of `BuilderOut` for each card, portfolios included."""
    return [_serialize_card(card, now) for card in cards]


def _serialize_piece(piece: ListedPiece) -> PieceOut:
    identity = UUID(piece.id)
    url = piece.url or f"{settings.SITE_URL}{address_of('marketplace:piece', identity)}"
    return PieceOut(id=identity, title=piece.title, kind=PortfolioAsset.Kind(piece.kind), url=url)


def _serialize_card(card: BuilderCard, now: datetime) -> dict[str, Any]:
    listing = card.listing
    metrics: BuilderMetrics | None = card.metrics
    return {
        "id": listing.pk,
        "slug": listing.slug,
        "display_name": listing.name,
        "headline": listing.headline,
        "roles": listing.roles,
        "location": listing.place or None,
        "lat": None if listing.latitude is None else float(listing.latitude),
        "lng": None if listing.longitude is None else float(listing.longitude),
        "timezone": listing.timezone,
        "avatar_url": f"{settings.SITE_URL}{settings.MEDIA_URL}{listing.avatar}" if listing.avatar else None,
        "hourly_rate": amount_or_null(listing.hourly_rate, listing.currency),
        "day_rate": amount_or_null(listing.day_rate, listing.currency),
        "currency": listing.currency,
        "services_offered": listing.services,
        "rating": None if listing.rating is None else float(listing.rating),
        "review_count": listing.review_count,
        "verified": listing.is_verified,
        "portfolio_assets": [_serialize_piece(piece) for piece in card.pieces],
        "languages": listing.languages,
        "availability": _calendar(card, now),
        "skills": [
            SkillNamed(slug=skill["slug"], name=skill["name"], is_fundamental=skill["is_fundamental"])
            for skill in listing.skills
        ],
        "pathway_specializations": _specialisations(listing),
        "session_type_availability": _availability(card),
        "performance_metrics": MetricsOut.of(metrics),
        "booking_info": _booking_info(card),
        "distance_miles": None if card.miles is None else round(card.miles, 1),
    }


def _calendar(card: BuilderCard, now: datetime) -> list[DayOut]:
    """Returns the next seven days in the builder's time zone."""
    zone = kept_zone(card.listing.timezone)
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=number) for number in range(DAYS_AHEAD)]
    return [DayOut(date=day, slots=count) for day, count in starts_by_day(card.times, days, zone, now)]


def _specialisations(listing: BuilderListing) -> list[SpecialisationOut]:
    rows = []
    for entry in listing.specialisations:
        ended = entry["completed"] + entry["left"]
        rate = round(entry["completed"] / ended, 4) if ended else None
        metrics = PathwayMetrics(
            active_clients=entry["active"], completed_clients=entry["completed"], success_rate=rate
        )  # fmt: skip
        rows.append(SpecialisationOut(pathway_id=entry["slug"], is_active=entry["is_active"], metrics=metrics))
    return rows


def _availability(card: BuilderCard) -> AvailabilityOut:
    known = {opening.label: opening for opening in card.openings}
    by_category = {}
    for category, label in CATEGORIES:
        opening = known.get(label)
        by_category[category.lower()] = Openings(
            count=opening.count if opening else 0, next_available=shown(opening.next_slot) if opening else None
        )  # fmt: skip
    return AvailabilityOut(**by_category)


def _booking_info(card: BuilderCard) -> BookingInfo:
    listing = card.listing
    return BookingInfo(
        bookable=card.next_slot is not None,
        from_price=amount_or_null(card.lowest.amount, card.lowest.currency) if card.lowest else None,
        currency=listing.currency,
        next_available=shown(card.next_slot),
        profile_url=f"{settings.SITE_URL}{listing.get_absolute_url()}",
        booking_url=f"{settings.SITE_URL}{address_of('bookings:choose', listing.slug)}",
        calendly_url=listing.calendly_url or None,
    )
