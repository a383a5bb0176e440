"""`/api/coach`: builders read and change their own profile and rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from ninja import Body, Router
from pydantic import Field, StringConstraints

from accounts import places
from accounts import services as people
from accounts.access import SignedInRequest, builder_only
from accounts.models import BuilderProfile, ProfessionalRole
from coaching import services as coaching
from coaching.flags import MEETINGS
from coaching.models import Offer, Service
from coaching.schemas import amount_or_null
from coaching.terms import offer_of
from core import flags
from core.api import Amount, In, Link, Out, SuccessBody, Text, Truth, renamed_fields
from core.errors import Refusal, Refused
from core.languages import known_languages
from pathways.catalogue.builder_skills import set_builder_skills, skills_of_builders
from pathways.models import Skill
from scheduling.calendly.services import calendly_link
from scheduling.schemas import Zone

router = Router(tags=["Coaching"])


class Coach(Out):
    id: UUID
    slug: str
    display_name: str
    headline: str
    bio: str
    timezone: str
    location: str | None
    lat: float | None
    lng: float | None
    roles: list[str]
    hourly_rate: str | None
    day_rate: str | None
    currency: str
    services: list[str]
    skills: list[str]
    calendly_url: str | None
    meeting_url: str | None
    languages: list[str]
    is_published: bool

    @classmethod
    def of(cls, profile: BuilderProfile, offer: Offer) -> Coach:
        return cls(
            id=profile.pk,
            slug=profile.slug,
            display_name=profile.user.display_name,
            headline=profile.headline,
            bio=profile.bio,
            timezone=profile.user.timezone,
            location=str(profile.user.place) if profile.user.place else None,
            lat=None if profile.latitude is None else float(profile.latitude),
            lng=None if profile.longitude is None else float(profile.longitude),
            roles=[role.slug for role in profile.roles.all()],
            hourly_rate=amount_or_null(offer.hourly_rate, offer.currency),
            day_rate=amount_or_null(offer.day_rate, offer.currency),
            currency=offer.currency,
            services=[] if offer._state.adding else sorted(service.slug for service in offer.services.all()),
            skills=[skill.slug for skill in skills_of_builders([profile.pk]).get(profile.pk, [])],
            calendly_url=profile.calendly_url or None,
            meeting_url=profile.meeting_url or None,
            languages=profile.languages,
            is_published=profile.is_published,
        )


class CoachAnswer(SuccessBody):
    builder: Coach


class CoachIn(In):
    """Fields to change; those left out keep their value. The first three are read-only."""

    id: UUID | None = None
    slug: str | None = None
    display_name: str | None = None
    headline: Annotated[Text, StringConstraints(max_length=120)] | None = None
    bio: Annotated[str, StringConstraints(max_length=4000)] | None = None
    timezone: Zone | None = None
    location: str | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lng: Annotated[float, Field(ge=-180, le=180)] | None = None
    roles: list[str] | None = None
    hourly_rate: Amount | None = None
    day_rate: Amount | None = None
    currency: Text | None = None
    services: list[str] | None = None
    skills: list[str] | None = None
    calendly_url: str | None = None
    meeting_url: Link | None = None
    languages: list[str] | None = None
    is_published: Truth | None = None


READ_ONLY = ("id", "slug", "display_name")


@router.get("/coach", response=CoachAnswer, auth=builder_only, by_alias=True, summary="My profile and rates")
def coach(request: SignedInRequest) -> CoachAnswer:
    return CoachAnswer(builder=_current_coach(request))


@router.patch("/coach", response=CoachAnswer, auth=builder_only, by_alias=True, summary="Change some of it")
def change_coach(request: SignedInRequest, payload: Body[CoachIn]) -> CoachAnswer:
    current = _current_coach(request)
    changes = payload.model_dump(exclude_unset=True)
    for name in READ_ONLY:
        if name in changes and changes[name] != getattr(current, name):
            raise Refused(Refusal.INVALID, fields={name: ["This cannot be changed here."]})
    with transaction.atomic():
        _change_person(request, changes)
        _change_profile(request, current, changes)
        _change_terms(request, changes)
        if changes.get("skills") is not None:
            set_builder_skills(
                builder=request.user, skills=_rows_by_slug(Skill.objects.open(), "skills", changes["skills"])
            )
    return CoachAnswer(builder=_current_coach(request))


def _current_coach(request: SignedInRequest) -> Coach:
    profile = BuilderProfile.objects.select_related("user__place").get(user=request.user.pk)
    return Coach.of(profile, offer_of(request.user.pk))


def _change_person(request: SignedInRequest, changes: dict[str, Any]) -> None:
    if not changes.keys() & {"timezone", "location"}:
        return
    user = request.user
    place = user.place
    if "location" in changes:
        with renamed_fields(place="location"):
            place = places.named(changes["location"]) if changes["location"] else None
    zone = changes.get("timezone") or user.timezone
    people.update_person(user=user, display_name=user.display_name, timezone=zone, place=place)


def _change_profile(request: SignedInRequest, current: Coach, changes: dict[str, Any]) -> None:
    facts = {name: changes[name] for name in ("headline", "bio", "is_published") if changes.get(name) is not None}
    if changes.keys() & {"lat", "lng"}:
        lat, lng = changes.get("lat", current.lat), changes.get("lng", current.lng)
        if missing := places.missing_coordinate(lat, lng):
            with renamed_fields(latitude="lat", longitude="lng"):
                raise Refused(Refusal.INVALID, fields={missing: [places.BOTH_OR_NEITHER]})
        facts |= {"latitude": _round_degrees(lat), "longitude": _round_degrees(lng)}
    if changes.get("languages") is not None:
        facts["languages"] = known_languages("languages", changes["languages"])
    if "meeting_url" in changes:
        facts["meeting_url"] = _new_meeting_url(request, current, changes["meeting_url"] or "")
    if "calendly_url" in changes:
        facts["calendly_url"] = calendly_link(changes["calendly_url"]) if changes["calendly_url"] else ""
    roles = (
        _rows_by_slug(ProfessionalRole.objects.all(), "roles", changes["roles"])
        if changes.get("roles") is not None
        else None
    )
    profile = BuilderProfile.objects.get(user=request.user.pk)
    people.update_builder(profile=profile, roles=roles, **facts)


def _new_meeting_url(request: SignedInRequest, current: Coach, url: str) -> str:
    if url != (current.meeting_url or "") and not flags.is_on(request, MEETINGS):
        raise Refused(Refusal.INVALID, fields={"meetingUrl": ["Links cannot be set at the moment."]})
    return url


def _change_terms(request: SignedInRequest, changes: dict[str, Any]) -> None:
    if not changes.keys() & {"hourly_rate", "day_rate", "currency", "services"}:
        return
    offer = offer_of(request.user.pk)
    currency = (changes.get("currency") or offer.currency).upper()
    services = changes.get("services")
    current_services = [] if offer._state.adding else list(offer.services.all())
    coaching.save_rates(
        builder=request.user,
        hourly_rate=changes.get("hourly_rate", offer.hourly_rate),
        day_rate=changes.get("day_rate", offer.day_rate),
        day_minutes=offer.day_minutes,
        services=current_services if services is None else _rows_by_slug(Service.objects.all(), "services", services),
        currency=currency,
    )


def _rows_by_slug(queryset: QuerySet[Any], name: str, slugs: list[str]) -> list[Any]:
    """Returns the rows with these slugs, in any case; refuses the first slug that does not exist."""
    wanted = {slug.lower() for slug in slugs}
    rows = list(queryset.filter(slug__in=wanted))
    if missing := wanted - {row.slug for row in rows}:
        raise Refused(Refusal.INVALID, fields={name: [f"There is no {sorted(missing)[0]}."]})
    return rows


def _round_degrees(number: float | None) -> Decimal | None:
    return None if number is None else round(Decimal(str(number)), 6)
