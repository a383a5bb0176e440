"""The API's schemas for session configs and session types."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import model_validator

from coaching.models import Offer, SessionType
from coaching.quotes import Terms, price_list, quote
from coaching.services import Config
from core.api import Amount, In, Out, SuccessBody, Text, Truth, Whole
from core.money import rounded
from core.openapi import InstantText, enum_of
from payments.states import Timing
from payments.stripe.configuration import is_configured

CategoryText = Annotated[str, enum_of(SessionType.Category.values)]


def on_the_wire(amount: Decimal, currency: str) -> str:
    """Returns the amount as the API writes it, with the decimals of its currency."""
    return f"{rounded(amount, currency):f}"


def amount_or_null(amount: Decimal | None, currency: str) -> str | None:
    """Returns the amount as the API writes it; None, which it writes as null, for None."""
    return None if amount is None else on_the_wire(amount, currency)


class SessionConfig(Out):
    durations: list[int]
    rates: dict[str, str]
    currency: str
    is_active: bool
    default_duration: int
    allow_custom_duration: bool
    minimum_duration: int
    maximum_duration: int

    @classmethod
    def of(cls, offer: Offer) -> SessionConfig:
        lines = [] if offer._state.adding else list(offer.durations.all())
        return cls(
            durations=[line.minutes for line in lines],
            rates={str(line.minutes): on_the_wire(line.price, offer.currency) for line in lines},
            currency=offer.currency,
            is_active=offer.is_active,
            default_duration=offer.default_duration,
            allow_custom_duration=offer.allows_custom_duration,
            minimum_duration=offer.minimum_duration,
            maximum_duration=offer.maximum_duration,
        )


class ConfigAnswer(SuccessBody):
    session_config: SessionConfig


class ConfigIn(In):
    durations: list[Whole]
    rates: dict[str, Amount]
    currency: Text = "USD"
    is_active: Truth = True
    default_duration: Whole = 60
    allow_custom_duration: Truth = False
    minimum_duration: Whole = 30
    maximum_duration: Whole = 120

    @model_validator(mode="after")
    def pairs(self) -> ConfigIn:
        """Checks that each duration has a rate, each rate a duration, and that none is listed twice."""
        keys = {str(minutes) for minutes in self.durations}
        if len(keys) != len(self.durations):
            raise ValueError("A duration is listed twice.")
        if missing := keys - self.rates.keys():
            raise ValueError(f"The duration {sorted(missing)[0]} has no rate.")
        if surplus := self.rates.keys() - keys:
            raise ValueError(f"The rate {sorted(surplus)[0]} has no duration.")
        return self

    def config(self) -> Config:
        return Config(
            prices={minutes: self.rates[str(minutes)] for minutes in self.durations},
            currency=self.currency.upper(),
            is_active=self.is_active,
            default_duration=self.default_duration,
            allows_custom_duration=self.allow_custom_duration,
            minimum_duration=self.minimum_duration,
            maximum_duration=self.maximum_duration,
        )


class DurationOut(Out):
    minutes: int
    price: str


class EarlyBookingOut(Out):
    """What is taken off the price of a session that is booked so many days ahead."""

    days: int
    percent: int


class QuestionOut(Out):
    id: UUID
    label: str
    kind: str
    required: bool
    options: list[str]


class SessionTypeOut(Out):
    id: UUID
    builder_id: UUID
    title: str
    description: str
    category: CategoryText
    service_type: str | None
    duration_minutes: int
    durations: list[DurationOut]
    early_booking: list[EarlyBookingOut]
    rate_types: list[str]
    price: str | None
    currency: str
    requires_auth: bool
    pathways: list[str]
    locations: list[str]
    in_person_at: str | None
    travel_before: int | None
    travel_after: int | None
    auto_confirm: bool
    needs_proof: bool
    payment_timing: str
    seats: int
    min_seats: int
    decide_hours: int
    slot_interval: int | None
    buffer_before: int | None
    buffer_after: int | None
    minimum_notice: int | None
    horizon_days: int | None
    max_per_day: int | None
    questions: list[QuestionOut]
    next_available: InstantText | None
    calendly_url: str | None
    event_type_url: str | None

    @classmethod
    def of(cls, session_type: SessionType, terms: Terms, next_available: str | None) -> SessionTypeOut:
        """Builds the schema. No query if the session type was loaded with `complete()`."""
        usual = quote(terms, session_type.default_minutes)
        places = [
            name
            for name, is_there in (("remote", session_type.is_remote), ("in_person", session_type.is_in_person))
            if is_there
        ]
        return cls(
            id=session_type.pk,
            service_type=session_type.service_id,
            duration_minutes=session_type.default_minutes,
            durations=[
                DurationOut(minutes=minutes, price=quoted.total.on_the_wire()) for minutes, quoted in price_list(terms)
            ],
            early_booking=[EarlyBookingOut(days=days, percent=percent) for days, percent in terms.early],
            price=usual.total.on_the_wire() if usual else None,
            currency=terms.currency,
            requires_auth=session_type.requires_account,
            pathways=[pathway.slug for pathway in session_type.pathways.all()],
            locations=places,
            payment_timing=session_type.payment_timing if is_configured() else Timing.OUTSIDE,
            in_person_at=session_type.in_person_at if session_type.is_in_person else None,
            questions=[_question(question) for question in session_type.questions.all() if question.is_asked],
            next_available=next_available,
            calendly_url=session_type.calendly_url or None,
            event_type_url=session_type.calendly_url or None,
            **{name: getattr(session_type, name) for name in SAME_NAMES},
        )


# Fields that have the same name in the model and in the schema.
SAME_NAMES = (
    "builder_id", "title", "description", "category", "rate_types", "auto_confirm", "needs_proof", "seats", "min_seats",
    "travel_before", "travel_after", "decide_hours", "slot_interval",
    "buffer_before", "buffer_after", "minimum_notice", "horizon_days", "max_per_day",
)  # fmt: skip


class SessionTypesAnswer(SuccessBody):
    session_types: list[SessionTypeOut]


def _question(question: Any) -> QuestionOut:
    return QuestionOut(
        id=question.pk,
        label=question.label,
        kind=question.kind,
        required=question.is_required,
        options=question.options,
    )
