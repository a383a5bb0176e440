"""Demo offers: Ada's with every kind of session type; those of other builders by their profession, in bulk."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from accounts.models import BuilderProfile, User
from accounts.services import update_builder
from coaching.models import (
    CancellationTier,
    Offer,
    OfferedDuration,
    Question,
    Service,
    SessionDuration,
    SessionType,
)
from coaching.services import Config, QuestionInput, SessionTypeParts, save_config, save_rates, save_session_type
from core.bulk import copy_values
from core.ids import uuid7
from core.registry import DemoPlan
from pathways.models import Pathway

BATCH = 1_000
Category = SessionType.Category

# professional role: service, title of the free session, title and lengths of the paid session
PROFESSIONS = {
    "engineer": ("mixing", "Listen to one track together", "Mixing session", (60, 120, 240)),
    "songwriter": ("songwriting", "Ten bars and a question", "Songwriting session", (60, 90)),
    "producer": ("production", "A first listen", "Production hour", (60, 120)),
    "developer": ("app-review", "Show me your app", "App review", (30, 60, 90)),
    "product": ("product-strategy", "Getting started", "One page of strategy", (60, 90)),
    "designer": ("interface-design", "Five screens, five minutes each", "Interface clinic", (60, 90)),
    "realtor": ("deal-coaching", "Getting started", "Deal coaching", (30, 60)),
    "coach": ("career-coaching", "Getting started", "Career session", (60, 90)),
    "photographer": ("photography", "Talk about pictures", "Portrait session", (60, 120)),
}
# Tables in the order in which rows refer to each other.
TABLES: tuple[type[Model], ...] = (
    Offer, Offer.services.through, OfferedDuration, SessionType, SessionDuration, CancellationTier, Question,
    SessionType.pathways.through,
)  # fmt: skip
PATHWAY_SLUGS = ("accelerate", "pivot", "play")
CURRENCIES = {"US": "USD", "GB": "GBP", "JP": "JPY", "IN": "INR", "CL": "CLP", "NP": "NPR", "NG": "NGN", "AU": "AUD"}
# Factors that make up for the currency, so that rates look like those that builders in the country charge.
SCALE = {"EUR": 1, "USD": 1, "GBP": 1, "AUD": 2, "JPY": 100, "INR": 40, "CLP": 600, "NPR": 80, "NGN": 800, "PLN": 4}


def seed(plan: DemoPlan) -> None:
    """Adds offers to builders who have none, and leaves existing ones alone."""
    with transaction.atomic():
        _add_adas_offer()
    _add_other_offers(plan)


def _add_adas_offer() -> None:
    ada = User.objects.get(email="builder@demo.test")
    if ada.session_types.exists():
        return
    prices = {30: Decimal(50), 60: Decimal(90), 90: Decimal(120)}
    config = Config(
        prices=prices, currency="EUR", allows_custom_duration=True, minimum_duration=60, maximum_duration=1440
    )
    save_config(builder=ada, config=config)
    services = list(Service.objects.filter(slug__in=["app-review", "app-building", "product-strategy"]))
    save_rates(builder=ada, hourly_rate=Decimal(95), day_rate=Decimal(640), day_minutes=480, services=services)
    for fields, parts in [*_adas_sessions(), *_adas_larger_sessions(), _adas_session_of_any_length()]:
        save_session_type(session_type=SessionType(builder=ada, **fields), parts=parts, by=ada)
    profile = BuilderProfile.objects.get(user=ada)
    update_builder(profile=profile, meeting_url="https://meet.example.com/ada-moreno", phone="+49 30 1234567")


def _adas_sessions() -> list[tuple[dict[str, object], SessionTypeParts]]:
    accelerate = list(Pathway.objects.filter(slug="accelerate"))
    review = QuestionInput("Where can I see what you have?", "text")
    stage = QuestionInput("How far are you?", "dropdown", ["An idea", "Half an app", "In the stores"], is_required=True)
    return [
        (
            {
                "title": "Getting started",
                "description": "Half an hour to find out whether I am the right person, and what the first step is.",
                "category": Category.FREE,
                "default_minutes": 30,
                "auto_confirm": True,
                "colour": "moss",
            },
            SessionTypeParts(durations={30: None}, questions=[stage]),
        ),
        (
            {
                "title": "Accelerate: two weeks ahead",
                "description": "We look at where you are on the pathway and plan the next two weeks on one page.",
                "category": Category.PATHWAY,
                "default_minutes": 60,
                "colour": "clay",
            },
            SessionTypeParts(durations={30: None, 60: None, 90: None}, tiers={24: 0, 0: 50}, pathways=accelerate),
        ),
        (
            {
                "title": "App review, screen by screen",
                "description": "You share your screen, I say what I would trip over. You leave with a list in order.",
                "service_id": "app-review",
                "rate_types": ["fixed"],
                "default_minutes": 60,
                "slot_interval": 30,
                "payment_timing": "at_booking",
                "colour": "sky",
            },
            SessionTypeParts(
                durations={60: Decimal(110), 90: Decimal(150)}, tiers={48: 0, 24: 50, 0: 100}, questions=[review]
            ),
        ),
    ]


def _adas_larger_sessions() -> list[tuple[dict[str, object], SessionTypeParts]]:
    return [
        (
            {
                "title": "Release day, side by side",
                "description": "A whole day, here in Berlin, at your office or remote, until it is in the store.",
                "service_id": "app-building",
                "default_minutes": 480,
                "rate_types": ["day"],
                "is_in_person": True,
                "in_person_at": "either",
                "address": "Oranienstraße 24, Berlin",
                "travel_miles": 40,
                "travel_before": 60,
                "travel_after": 60,
                "minimum_notice": 10_080,
                "colour": "plum",
            },
            SessionTypeParts(durations={480: None}, tiers={168: 0, 0: 100}),
        ),
        (
            {
                "title": "Beside you, in your own office",
                "description": "Two hours at your desk, with your app and your team. I come to you, in and around Berlin.",
                "service_id": "app-building",
                "rate_types": ["fixed"],
                "default_minutes": 120,
                "is_remote": False,
                "is_in_person": True,
                "in_person_at": "client",
                "travel_miles": 30,
                "travel_before": 45,
                "travel_after": 45,
                "minimum_notice": 2_880,
                "colour": "moss",
            },
            SessionTypeParts(durations={120: Decimal(240)}, tiers={48: 0, 0: 50}),
        ),
        (
            {
                "title": "Friday clinic, six at a table",
                "description": "Bring one question. Six people, one hour, everybody gets ten minutes.",
                "service_id": "product-strategy",
                "rate_types": ["fixed"],
                "default_minutes": 60,
                "seats": 6,
                "min_seats": 3,
                "auto_confirm": True,
                "payment_timing": "at_booking",
                "colour": "pine",
            },
            SessionTypeParts(durations={60: Decimal(25)}, tiers={24: 0, 0: 100}),
        ),
    ]


def _adas_session_of_any_length() -> tuple[dict[str, object], SessionTypeParts]:
    """Returns the session of one to 24 hours, by the hour or by the day."""
    fields: dict[str, object] = {
        "title": "Building together, as long as you need",
        "description": "From an hour to a night before the release. We build, you decide when it is enough.",
        "service_id": "app-building",
        "default_minutes": 240,
        "rate_types": ["hourly", "day"],
        "slot_interval": 60,
        "minimum_notice": 1_440,
        "payment_timing": "after_session",
        "colour": "clay",
    }
    return fields, SessionTypeParts(durations={}, tiers={72: 0, 24: 50, 0: 100})


def _add_other_offers(plan: DemoPlan) -> None:
    missing = list(
        BuilderProfile.objects.filter(user__email__endswith="@builders.demo.test", user__offer__isnull=True)
        .select_related("user__place")
        .prefetch_related("roles")
    )
    for batch in plan.batches("offers", missing, BATCH):
        _write_batch(plan, batch)


class _Batch:
    """Rows that are written together, with one COPY for each table."""

    def __init__(self) -> None:
        self.rows: dict[type[Model], list[dict[str, Any]]] = {model: [] for model in TABLES}

    def add(self, model: type[Model], **values: Any) -> None:
        self.rows[model].append(values)


@transaction.atomic
def _write_batch(plan: DemoPlan, profiles: Sequence[BuilderProfile]) -> None:
    batch, pathways = _Batch(), dict(Pathway.objects.values_list("slug", "pk"))
    for profile in profiles:
        chance = random.Random(f"{plan.seed}-offer-{profile.slug}")  # noqa: S311  (demo data)
        _make_up_offer(batch, profile, chance, pathways)
    for model, rows in batch.rows.items():
        copy_values(model, rows)


def _make_up_offer(batch: _Batch, profile: BuilderProfile, chance: random.Random, pathways: Mapping[str, UUID]) -> None:
    profession = next((role.slug for role in profile.roles.all() if role.slug in PROFESSIONS), "coach")
    service, free_title, paid_title, lengths = PROFESSIONS[profession]
    country = profile.user.place.country_code if profile.user.place else ""
    currency = CURRENCIES.get(country, "PLN" if country == "PL" else "EUR")
    hourly = Decimal(chance.randrange(30, 160, 5) * SCALE[currency])
    if country == "DE":
        hourly = min(hourly, Decimal(75))
    builder = profile.user_id
    batch.add(
        Offer, builder_id=builder, currency=currency, hourly_rate=hourly, day_rate=hourly * 6,
        allows_custom_duration=chance.random() < 0.3,
    )  # fmt: skip
    batch.add(Offer.services.through, offer_id=builder, service_id=service)
    for minutes in (30, 60, 90):
        whole = (hourly * minutes / 60).quantize(Decimal(1))
        batch.add(OfferedDuration, offer_id=builder, minutes=minutes, price=whole)
    _add_session_type(batch, builder, free_title, (20,), category=Category.FREE, auto_confirm=True, colour="moss")
    paid = _add_session_type(batch, builder, paid_title, lengths, service_id=service, position=1, colour="sky")
    for hours, percent in ((24, 0), (0, 50)):
        batch.add(CancellationTier, session_type_id=paid, hours=hours, percent=percent)
    pathway_chance = random.Random(f"{profile.slug}-way")  # noqa: S311  (demo data)
    if pathway_chance.random() < 0.5:
        session_type = _add_session_type(batch, builder, "A step on your pathway", (60,), category=Category.PATHWAY, position=2, colour="plum")  # fmt: skip
        slug = pathway_chance.choice(PATHWAY_SLUGS)
        if slug in pathways:
            batch.add(SessionType.pathways.through, sessiontype_id=session_type, pathway_id=pathways[slug])
    batch.add(Question, session_type_id=paid, label="What should I look at before we meet?")


def _add_session_type(batch: _Batch, builder: UUID, title: str, lengths: tuple[int, ...], **values: object) -> UUID:
    key = uuid7()
    own = {"category": Category.SPECIALIZED, "service_id": None, "auto_confirm": False, "position": 0} | values
    batch.add(SessionType, id=key, builder_id=builder, title=title, default_minutes=lengths[0], **own)
    for minutes in lengths:
        batch.add(SessionDuration, session_type_id=key, minutes=minutes)
    return key
