"""A builder on the wire."""

from __future__ import annotations

from uuid import UUID

from bookings.schemas import ReviewOut
from core.api import Answer, Out
from pathways.schemas import SkillNamed


class Openings(Out):
    """Of one category: how many session types, and when the next can begin."""

    count: int = 0
    next_available: str | None = None


class AvailabilityOut(Out):
    free: Openings
    pathway: Openings
    specialized: Openings


class BookingInfo(Out):
    bookable: bool
    from_price: str | None
    currency: str
    next_available: str | None
    profile_url: str
    booking_url: str
    calendly_url: str | None = None


class BuilderOut(Out):
    id: UUID
    slug: str
    display_name: str
    headline: str
    roles: list[str]
    location: str | None
    lat: float | None
    lng: float | None
    timezone: str
    avatar_url: str | None
    hourly_rate: str | None
    day_rate: str | None
    currency: str
    services_offered: list[str]
    skills: list[SkillNamed]
    rating: float | None
    review_count: int
    session_type_availability: AvailabilityOut
    booking_info: BookingInfo


class ProfileOut(BuilderOut):
    bio: str
    reviews: list[ReviewOut]


class BuildersAnswer(Answer):
    builders: list[BuilderOut]
    next_cursor: str | None


class BuilderAnswer(Answer):
    builder: ProfileOut
