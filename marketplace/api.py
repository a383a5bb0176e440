"""`/api/marketplace/…`: builders, found and looked at. A first, plain form of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from ninja import Query, Router
from pydantic import ConfigDict, Field

from accounts.models import BuilderProfile
from accounts.queries import public_builder
from bookings import ratings
from bookings.schemas import ReviewOut
from coaching.models import Offer, Service, SessionType
from coaching.schemas import SessionTypesAnswer, on_the_wire
from coaching.terms import offers_of
from core.api import In, anyone
from core.cursors import page_of
from core.errors import Refusal, Refused
from marketplace import queries
from marketplace.schemas import (
    AvailabilityOut,
    BookingInfo,
    BuilderAnswer,
    BuilderOut,
    BuildersAnswer,
    Openings,
    ProfileOut,
)
from pathways.schemas import SkillNamed
from pathways.teaching import taught_by
from scheduling.api import session_types_out, shown
from scheduling.models import SessionAvailability

router = Router(tags=["Marketplace"])
ORDER = ("sort_name", "user_id")


class BuildersQuery(In):
    model_config = ConfigDict(extra="ignore")
    q: str = ""
    service: list[str] = []
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


@router.get("/marketplace/builders", response=BuildersAnswer, auth=anyone, by_alias=True, summary="Find builders")
def builders(request: HttpRequest, query: Query[BuildersQuery]) -> BuildersAnswer:
    """By words in name, headline and text, and by the services they offer (any of those named)."""
    services = sorted({name.lower() for name in query.service})
    unknown = set(services) - set(Service.objects.filter(slug__in=services).values_list("slug", flat=True))
    if unknown:
        raise Refused(Refusal.INVALID, fields={"service": [f"There is no service {sorted(unknown)[0]}."]})
    found = queries.search_builders(query.q.strip()[:100])
    if services:
        found = found.filter(user__offer__services__in=services).distinct()
    page = page_of(
        found, order=ORDER, limit=query.limit, cursor=query.cursor, filters={"q": query.q, "service": services}
    )
    return BuildersAnswer(builders=[BuilderOut(**told) for told in _told(page.rows)], next_cursor=page.next_cursor)


@router.get("/marketplace/builders/{id}", response=BuilderAnswer, auth=anyone, by_alias=True, summary="One builder")
def builder(request: HttpRequest, id: str) -> BuilderAnswer:  # noqa: A002  (its name in the address)
    profile = _found(id)
    said = [ReviewOut.of(review) for review in ratings.latest(profile.pk)]
    return BuilderAnswer(builder=ProfileOut(**_told([profile])[0], bio=profile.bio, reviews=said))


@router.get(
    "/marketplace/builders/{id}/session-types",
    response=SessionTypesAnswer,
    auth=anyone,
    by_alias=True,
    summary="What they offer",
)
def session_types(request: HttpRequest, id: str) -> SessionTypesAnswer:  # noqa: A002
    """Free ones for strangers, all of them for those who are signed in."""
    types = SessionType.objects.filter(builder=_found(id).user, is_active=True).seen_by(request.user)
    return SessionTypesAnswer(session_types=session_types_out(types))


def _found(name: str) -> BuilderProfile:
    profile = public_builder(name)
    if profile is None:
        raise Http404
    return profile


def _told(profiles: Iterable[BuilderProfile]) -> list[dict[str, Any]]:
    """Seven queries for any number of builders."""
    found = list(profiles)
    ids = [profile.pk for profile in found]
    offers = offers_of(ids)
    roles, services = (
        _named(BuilderProfile.roles.through, "builderprofile_id", "professionalrole_id", ids),
        _named(Offer.services.through, "offer_id", "service_id", ids),
    )
    times: dict[UUID, list[SessionAvailability]] = defaultdict(list)
    for row in SessionAvailability.objects.filter(builder__in=ids, session_type__is_active=True):
        times[row.builder_id].append(row)
    stars, skills = ratings.of_builders(ids), taught_by(ids)
    return [
        _builder(profile, offers[profile.pk], times[profile.pk])
        | {"roles": roles[profile.pk], "services_offered": services[profile.pk]}
        | {"skills": [SkillNamed.of(skill) for skill in skills.get(profile.pk, [])]}
        | {"rating": stars[profile.pk].average, "review_count": stars[profile.pk].count}
        for profile in found
    ]


def _named(through: Any, owner: str, name: str, ids: list[UUID]) -> dict[UUID, list[str]]:
    """Slugs by builder, from a table between the two: one query."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for builder_id, slug in through.objects.filter(**{f"{owner}__in": ids}).order_by(name).values_list(owner, name):
        found[builder_id].append(slug)
    return found


def _builder(profile: BuilderProfile, offer: Offer, times: list[SessionAvailability]) -> dict[str, Any]:
    coordinates = profile.coordinates or (None, None)
    user = profile.user
    return {
        "id": profile.pk,
        "slug": profile.slug,
        "display_name": user.display_name,
        "headline": profile.headline,
        "location": str(user.place) if user.place else None,
        "lat": coordinates[0],
        "lng": coordinates[1],
        "timezone": user.timezone,
        "avatar_url": f"{settings.SITE_URL}{user.avatar.url}" if user.avatar else None,
        "hourly_rate": None if offer.hourly_rate is None else on_the_wire(offer.hourly_rate, offer.currency),
        "day_rate": None if offer.day_rate is None else on_the_wire(offer.day_rate, offer.currency),
        "currency": offer.currency,
        "session_type_availability": _openings(times),
        "booking_info": _booking(profile, offer, times),
    }


def _openings(times: list[SessionAvailability]) -> AvailabilityOut:
    told = {}
    for category in SessionType.Category.values:
        rows = [row for row in times if row.category == category]
        told[category.lower()] = Openings(count=len(rows), next_available=shown(_next(rows)))
    return AvailabilityOut(**told)


def _booking(profile: BuilderProfile, offer: Offer, times: list[SessionAvailability]) -> BookingInfo:
    bookable = [row for row in times if row.is_bookable]
    prices = [row.price_from for row in bookable if row.price_from is not None]
    address = f"{settings.SITE_URL}{profile.get_absolute_url()}"
    return BookingInfo(
        bookable=bool(bookable),
        from_price=on_the_wire(min(prices), offer.currency) if prices else None,
        currency=offer.currency,
        next_available=shown(_next(bookable)),
        profile_url=address,
        booking_url=f"{settings.SITE_URL}{reverse('bookings:choose', args=[profile.slug])}",
    )


def _next(rows: list[SessionAvailability]) -> datetime | None:
    return min((row.next_slot for row in rows if row.next_slot and row.is_bookable), default=None)
