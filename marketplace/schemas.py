"""Schemas of builders in the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field

from bookings.reviews.schemas import ReviewOut
from core.api import In, Instant, Out, SuccessBody, upper
from core.openapi import InstantText, WrittenInstant
from marketplace.models import BuilderMetrics, PortfolioAsset
from marketplace.words import MAX_LENGTH
from pathways.progress.schemas import SkillNamed


class BuildersQuery(In):
    """Filters. `service` and `language` may be repeated and `roles` comma-separated; builders with any of them match."""

    model_config = ConfigDict(extra="ignore")
    q: Annotated[str, Field(max_length=MAX_LENGTH)] = ""
    service: list[str] = []
    pathway: str | None = None
    skill: str | None = None
    roles: str | None = None
    location: str | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lng: Annotated[float, Field(ge=-180, le=180)] | None = None
    radius: Annotated[float, Field(gt=0, le=500)] = 25.0
    min_rating: Annotated[float, Field(ge=1, le=5)] | None = None
    max_rate: Annotated[Decimal, Field(ge=0, le=10**9)] | None = None
    currency: Annotated[str, BeforeValidator(upper)] = "USD"
    session_category: Annotated[Literal["FREE", "PATHWAY", "SPECIALIZED"] | None, BeforeValidator(upper)] = None
    available_within: Annotated[int, Field(ge=1, le=14)] | None = None
    available_from: Instant | None = None
    available_to: Instant | None = None
    verified: bool | None = None
    language: list[str] = []
    remote: bool | None = None
    sort_by: Literal["rating", "rate", "distance", "soonest", "relevance"] = "rating"
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


class Openings(Out):
    """A category of session types: how many there are, and when the next session can start."""

    count: int = 0
    next_available: InstantText | None = None


class AvailabilityOut(Out):
    free: Openings
    pathway: Openings
    specialized: Openings


class DayOut(Out):
    """A day in the builder's time zone, and at how many times a session of any kind can start."""

    date: date
    slots: int


class BookingInfo(Out):
    bookable: bool
    from_price: str | None
    currency: str
    next_available: InstantText | None
    profile_url: str
    booking_url: str
    calendly_url: str | None = None


class PathwayMetrics(Out):
    active_clients: int
    completed_clients: int
    success_rate: float | None


class SpecialisationOut(Out):
    pathway_id: str
    is_active: bool
    metrics: PathwayMetrics


class MetricsOut(Out):
    """Sessions of the last 365 days, answers to requests of the last 90 days, and all reviews. Rates from one case on."""

    total_sessions: int = 0
    completed_sessions: int = 0
    completion_rate: float | None = None
    cancellation_rate: float | None = None
    average_duration: int | None = None
    average_rating: float | None = None
    response_minutes: int | None = None
    repeat_client_rate: float | None = None
    on_time_rate: float | None = None

    @classmethod
    def of(cls, metrics: BuilderMetrics | None) -> MetricsOut:
        return cls(**metric_fields(metrics)) if metrics else cls()


def metric_fields(metrics: BuilderMetrics) -> dict[str, Any]:
    return {
        "total_sessions": metrics.total_sessions,
        "completed_sessions": metrics.completed_sessions,
        "completion_rate": metrics.completion_rate,
        "cancellation_rate": metrics.cancellation_rate,
        "average_duration": metrics.average_duration,
        "average_rating": metrics.average_rating,
        "response_minutes": metrics.response_minutes,
        "repeat_client_rate": metrics.repeat_rate,
        "on_time_rate": metrics.on_time_rate,
    }


class WholeMetrics(MetricsOut):
    per_pathway: list[SpecialisationOut]
    computed_at: WrittenInstant | None


class PieceOut(Out):
    """A piece of a portfolio. `url` leads to another site for videos, and to Waymark for everything else."""

    id: UUID
    title: str
    kind: PortfolioAsset.Kind
    url: str


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
    rating: float | None
    review_count: int
    verified: bool
    portfolio_assets: list[PieceOut] = []
    languages: list[str] = []
    availability: list[DayOut] = []
    skills: list[SkillNamed]
    pathway_specializations: list[SpecialisationOut]
    session_type_availability: AvailabilityOut
    performance_metrics: MetricsOut
    booking_info: BookingInfo
    distance_miles: float | None = None


class ProfileOut(BuilderOut):
    bio: str
    reviews: list[ReviewOut]


class StatsOut(Out):
    """Statistics over all results, the same on every page of them."""

    total: int
    total_is_capped: bool
    avg_rating: float | None
    avg_hourly_rate: str | None
    currency: str
    services_available: list[str]
    roles_available: list[str]


class BuildersAnswer(SuccessBody):
    builders: list[BuilderOut]
    stats: StatsOut
    next_cursor: str | None


class BuilderAnswer(SuccessBody):
    builder: ProfileOut


class PathwaysAnswer(SuccessBody):
    pathways: list[SpecialisationOut]


class MetricsAnswer(SuccessBody):
    metrics: WholeMetrics


class ProviderCounts(Out):
    bookings_as_provider: int
    received_reviews: int


class ProviderOut(Out):
    """A builder with the field names of older clients."""

    id: UUID
    display_name: str
    roles: list[str]
    location: str | None
    hourly_rate: str | None
    day_rate: str | None
    currency: str
    services_offered: list[str]
    rating: float | None
    review_count: int
    verified: bool
    portfolio_assets: list[PieceOut] = []
    languages: list[str] = []
    availability: list[DayOut] = []
    next_available: InstantText | None
    counts: Annotated[ProviderCounts, Field(serialization_alias="_count")]


class ProvidersAnswer(SuccessBody):
    providers: list[ProviderOut]
    stats: StatsOut
    next_cursor: str | None
