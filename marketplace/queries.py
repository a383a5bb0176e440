"""What the marketplace reads, each with the number of queries it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import BuilderProfile, User
from bookings import ratings
from bookings.models import Booking
from bookings.ratings import Rating
from bookings.states import State
from coaching.models import SessionType
from core.money import Money, rounded
from pathways.models import Enrolment, Skill, Teaching
from pathways.teaching import taught_by
from scheduling.models import SessionAvailability


@dataclass(frozen=True)
class BuilderCard:
    """What a card shows of a builder."""

    profile: BuilderProfile
    from_price: Money | None
    next_slot: datetime | None
    rating: Rating
    skills: list[Skill]


def cards_of(profiles: Iterable[BuilderProfile]) -> list[BuilderCard]:
    """Each builder's lowest price, next free time, rating and skills: three queries for any number of them."""
    found = list(profiles)
    rows: dict[UUID, list[SessionAvailability]] = defaultdict(list)
    for row in SessionAvailability.objects.filter(builder__in=[profile.pk for profile in found], is_bookable=True):
        rows[row.builder_id].append(row)
    stars = ratings.of_builders(profile.pk for profile in found)
    skills = taught_by(profile.pk for profile in found)
    return [_card(profile, rows[profile.pk], stars[profile.pk], skills.get(profile.pk, [])) for profile in found]


def _card(profile: BuilderProfile, rows: list[SessionAvailability], rating: Rating, skills: list[Skill]) -> BuilderCard:
    prices = [Money(rounded(row.price_from, row.currency), row.currency) for row in rows if row.price_from]
    times = [row.next_slot for row in rows if row.next_slot]
    cheapest = min(prices, key=lambda price: price.amount, default=None)
    return BuilderCard(profile, cheapest, min(times, default=None), rating, skills)


def public_builders() -> QuerySet[BuilderProfile]:
    """Everyone who may be found, with their person: one query."""
    return BuilderProfile.objects.filter(is_published=True, user__is_active=True).select_related("user__place")


def search_builders(words: str, *, pathway: str = "", skill: str = "") -> QuerySet[BuilderProfile]:
    """Builders in whose name, headline or text every word occurs; who walk that pathway; who teach that skill."""
    found = public_builders()
    if pathway:
        found = found.filter(Exists(guiding(pathway)))
    if skill:
        found = found.filter(Exists(Teaching.objects.filter(builder=OuterRef("pk"), skill__slug=skill)))
    for word in words.split()[:8]:
        found = found.filter(
            Q(user__display_name__icontains=word) | Q(headline__icontains=word) | Q(bio__icontains=word)
        )
    return found


def guiding(pathway: str) -> QuerySet[SessionType]:
    """The sessions that a builder offers on a pathway."""
    return SessionType.objects.filter(builder=OuterRef("pk"), is_active=True, pathways__slug=pathway)


def soonest(found: QuerySet[BuilderProfile], most: int = 3) -> list[BuilderCard]:
    """Those who have a free time, the soonest first, as cards: four queries."""
    free = SessionAvailability.objects.filter(builder=OuterRef("pk"), is_bookable=True, next_slot__isnull=False)
    first = free.order_by("next_slot").values("next_slot")[:1]
    ordered = found.annotate(first_slot=Subquery(first)).filter(first_slot__isnull=False)
    return cards_of(ordered.order_by("first_slot", "pk")[:most])


def leaders(client: User, pathway: str, most: int = 12) -> list[BuilderCard]:
    """Whom they have booked, then who walks the pathway with people: four queries."""
    known = Booking.objects.filter(client=client, builder=OuterRef("pk")).exclude(state=State.CANCELLED)
    leading = Enrolment.objects.under_way().filter(client=client, pathway__slug=pathway, builder=OuterRef("pk"))
    others = public_builders().exclude(pk=client.pk).exclude(Exists(leading))
    found = others.annotate(is_known=Exists(known), is_guide=Exists(guiding(pathway)))
    return cards_of(found.filter(Q(is_known=True) | Q(is_guide=True)).order_by("-is_known", "sort_name", "pk")[:most])
