"""Requests for a booking, checked before any time is claimed: whether it is offered, to this visitor, at what price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import Place
from bookings.meetings.places import BadPlace, MeetingPlace, place_of
from bookings.models import Booking, Project, Series
from coaching.models import Offer, Question, SessionType
from coaching.quotes import Quote, quote
from coaching.terms import offer_of, terms_of
from core.errors import Refusal, Refused
from pathways.models import Pathway
from scheduling.claims import TimeRequest, Visitor

ANSWERS_FIELD = "customQuestionResponse"
MAX_ANSWER_LENGTH = 2000
AnswerValue = str | bool


@dataclass(frozen=True)
class Contact:
    """A guest's name and email address."""

    name: str
    email: str


@dataclass(frozen=True)
class BookingRequest:
    """What a client asks to book. The expected price is only compared with the actual one, and never used."""

    session_type: SessionType
    start: datetime
    minutes: int
    timezone: str
    rate_type: str | None = None
    is_remote: bool = True
    location: str = ""
    in_person_at: str = ""
    town: Place | None = None  # of the location, if it was chosen from our towns
    pathway: Pathway | None = None
    answers: Mapping[UUID, AnswerValue] = field(default_factory=dict)
    notes: str = ""
    guest: Contact | None = None
    expected_rate: Decimal | None = None
    expected_currency: str | None = None
    expected_rate_type: str | None = None
    source: Booking.Source = Booking.Source.WEB
    form_key: UUID | None = None
    project: Project | None = None
    series: Series | None = None
    series_number: int = 0

    def time_request(self, visitor: Visitor) -> TimeRequest:
        return TimeRequest(self.session_type, self.start, self.minutes, visitor)


@dataclass(frozen=True)
class QuestionAnswer:
    """A builder's question with the client's answer, as it is stored."""

    question: Question
    value: str


@dataclass(frozen=True)
class PricedRequest:
    """A valid request, with its price and what the booking stores of the offer."""

    booking_request: BookingRequest
    offer: Offer
    price: Quote
    answers: list[QuestionAnswer]
    location: str
    in_person_at: str
    tiers: list[list[int]]


def check(booking_request: BookingRequest, visitor: Visitor) -> PricedRequest:
    """Returns the request with its price, or refuses it with all errors by the API's field names. Five queries."""
    session_type = booking_request.session_type
    if visitor.is_stranger and session_type.requires_account:
        raise Refused(Refusal.SIGN_IN_REQUIRED)
    offer = offer_of(session_type.builder_id)
    price = quote(terms_of(session_type, offer), booking_request.minutes, booking_request.rate_type)
    errors: dict[str, list[str]] = {}
    if price is None:
        errors["durationMinutes"] = ["This duration is not offered."]
    if visitor.is_stranger and booking_request.guest is None:
        errors["guest"] = ["Say who you are, and where we can write to you."]
    if not visitor.is_stranger and booking_request.guest is not None:
        errors["guest"] = ["You are signed in: book in your own name."]
    place = _check_place(booking_request, errors)
    _check_pathway(booking_request, errors)
    answers = _check_answers(booking_request, errors)
    if errors or price is None:
        raise Refused(Refusal.INVALID, fields=errors)
    tiers = [[tier.hours, tier.percent] for tier in session_type.tiers.all()]
    return PricedRequest(booking_request, offer, price, answers, place.address, place.in_person_at, tiers)


def _check_place(booking_request: BookingRequest, errors: dict[str, list[str]]) -> MeetingPlace:
    try:
        return place_of(
            booking_request.session_type,
            is_remote=booking_request.is_remote,
            in_person_at=booking_request.in_person_at,
            address=booking_request.location,
            town=booking_request.town,
        )
    except BadPlace as error:
        errors[error.field] = [str(error)]
        return MeetingPlace()


def _check_pathway(booking_request: BookingRequest, errors: dict[str, list[str]]) -> None:
    session_type = booking_request.session_type
    offered = {pathway.pk for pathway in session_type.pathways.all()}
    if session_type.category != SessionType.Category.PATHWAY:
        return
    if booking_request.pathway is None:
        errors["pathwayId"] = ["Choose the pathway that this session is for."]
    elif offered and booking_request.pathway.pk not in offered:
        errors["pathwayId"] = ["This session is for another pathway."]


def _check_answers(booking_request: BookingRequest, errors: dict[str, list[str]]) -> list[QuestionAnswer]:
    asked = {question.pk: question for question in booking_request.session_type.questions.all() if question.is_asked}
    for unknown in booking_request.answers.keys() - asked.keys():
        errors[f"{ANSWERS_FIELD}.{unknown}"] = ["This is no question of this session."]
    answers = []
    for question in asked.values():
        try:
            value = _clean_answer(question, booking_request.answers.get(question.pk))
        except ValueError as error:
            errors[f"{ANSWERS_FIELD}.{question.pk}"] = [str(error)]
        else:
            if value is not None:
                answers.append(QuestionAnswer(question, value))
    return answers


def _clean_answer(question: Question, value: Any) -> str | None:
    """Returns the answer as it is stored; None for no answer. Raises ValueError with the sentence to show."""
    if question.kind == Question.Kind.CHECKBOX:
        is_ticked = value is True or (isinstance(value, str) and value.lower() in ("true", "yes", "on"))
        if question.is_required and not is_ticked:
            raise ValueError("This has to be ticked.")
        return None if value is None else "true" if is_ticked else "false"
    if value is not None and not isinstance(value, str):
        raise ValueError("Answer this in words.")
    text = (value or "").strip()
    if not text:
        if question.is_required:
            raise ValueError("This has to be answered.")
        return None
    if len(text) > MAX_ANSWER_LENGTH:
        raise ValueError(f"This takes {MAX_ANSWER_LENGTH} characters.")
    if question.kind == Question.Kind.DROPDOWN and text not in question.options:
        raise ValueError("Choose one of the list.")
    return text


def check_bookable(session_type: SessionType, offer: Offer, person: object) -> None:
    """Refuses sessions that are not open for booking, and builders who book themselves."""
    builder = session_type.builder
    profile = getattr(builder, "builder_profile", None)
    if person == builder:
        raise Refused(Refusal.NOT_BOOKABLE, "You cannot book yourself.")
    is_open = session_type.is_active and offer.is_active
    if not is_open or profile is None or not profile.is_public:
        raise Refused(Refusal.NOT_BOOKABLE)


def check_price(priced: PricedRequest) -> None:
    """Refuses the request if the client was shown another price than the one they would pay."""
    booking_request, price = priced.booking_request, priced.price
    fitting = {price.unit.amount}
    if booking_request.expected_rate_type is None:
        fitting.add(price.total.amount)
    is_other = booking_request.expected_rate is not None and booking_request.expected_rate not in fitting
    if is_other or (
        booking_request.expected_currency is not None
        and booking_request.expected_currency.upper() != price.unit.currency
    ):
        raise Refused(
            Refusal.PRICE_CHANGED,
            f"The price is {price.total.shown()} now.",
            price=price.unit.on_the_wire(),
            currency=price.unit.currency,
        )
