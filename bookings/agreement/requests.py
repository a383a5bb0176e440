"""What somebody wants to book, looked at before anybody's time is claimed: is it offered, to them, at what price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bookings.models import Booking, Project, Series
from coaching.models import Offer, Question, SessionType
from coaching.quotes import Quote, quote
from coaching.terms import offer_of, terms_of
from core.errors import Refusal, Refused
from pathways.models import Pathway
from scheduling.claims import TimeRequest, Visitor

ANSWERS = "customQuestionResponse"
LONGEST_ANSWER = 2000
Given = str | bool


@dataclass(frozen=True)
class Contact:
    """How a guest is called and reached."""

    name: str
    email: str


@dataclass(frozen=True)
class BookingRequest:
    """All that a booking is made of, as it was asked for. A price that was told is only compared."""

    session_type: SessionType
    start: datetime
    minutes: int
    timezone: str
    rate_type: str | None = None
    is_remote: bool = True
    location: str = ""
    pathway: Pathway | None = None
    answers: Mapping[UUID, Given] = field(default_factory=dict)
    notes: str = ""
    guest: Contact | None = None
    told_rate: Decimal | None = None
    told_currency: str | None = None
    told_rate_type: str | None = None
    source: Booking.Source = Booking.Source.WEB
    form_key: UUID | None = None
    project: Project | None = None
    series: Series | None = None
    series_number: int = 0

    def ask(self, visitor: Visitor) -> TimeRequest:
        return TimeRequest(self.session_type, self.start, self.minutes, visitor)


@dataclass(frozen=True)
class QuestionAnswer:
    """A question with what was answered to it."""

    question: Question
    value: str


@dataclass(frozen=True)
class PricedRequest:
    """A request that makes sense, with its price and all that the booking keeps of the offer."""

    booking_request: BookingRequest
    offer: Offer
    price: Quote
    answers: list[QuestionAnswer]
    location: str
    tiers: list[list[int]]


def check(booking_request: BookingRequest, visitor: Visitor) -> PricedRequest:
    """Everything that is wrong with the request itself, by the names of the API's fields. Five queries."""
    session_type = booking_request.session_type
    if visitor.is_stranger and session_type.requires_account:
        raise Refused(Refusal.SIGN_IN_REQUIRED)
    offer = offer_of(session_type.builder_id)
    price = quote(terms_of(session_type, offer), booking_request.minutes, booking_request.rate_type)
    wrong: dict[str, list[str]] = {}
    if price is None:
        wrong["durationMinutes"] = ["This duration is not offered."]
    if visitor.is_stranger and booking_request.guest is None:
        wrong["guest"] = ["Say who you are, and where we can write to you."]
    if not visitor.is_stranger and booking_request.guest is not None:
        wrong["guest"] = ["You are signed in: book in your own name."]
    location = _place(booking_request, wrong)
    _pathway(booking_request, wrong)
    answers = _answers(booking_request, wrong)
    if wrong or price is None:
        raise Refused(Refusal.INVALID, fields=wrong)
    tiers = [[tier.hours, tier.percent] for tier in session_type.tiers.all()]
    return PricedRequest(booking_request, offer, price, answers, location, tiers)


def _place(booking_request: BookingRequest, wrong: dict[str, list[str]]) -> str:
    """Where one meets: nowhere in particular, at the one that the client names, or the builder's."""
    session_type = booking_request.session_type
    if booking_request.is_remote:
        if not session_type.is_remote:
            wrong["isRemote"] = ["This session is in person only."]
        return ""
    if not session_type.is_in_person:
        wrong["isRemote"] = ["This session is remote only."]
    return booking_request.location or session_type.address


def _pathway(booking_request: BookingRequest, wrong: dict[str, list[str]]) -> None:
    session_type = booking_request.session_type
    offered = {pathway.pk for pathway in session_type.pathways.all()}
    if session_type.category != SessionType.Category.PATHWAY:
        return
    if booking_request.pathway is None:
        wrong["pathwayId"] = ["Choose the pathway that this session is for."]
    elif offered and booking_request.pathway.pk not in offered:
        wrong["pathwayId"] = ["This session is for another pathway."]


def _answers(booking_request: BookingRequest, wrong: dict[str, list[str]]) -> list[QuestionAnswer]:
    asked = {question.pk: question for question in booking_request.session_type.questions.all() if question.is_asked}
    for unknown in booking_request.answers.keys() - asked.keys():
        wrong[f"{ANSWERS}.{unknown}"] = ["This is no question of this session."]
    found = []
    for question in asked.values():
        try:
            value = _answer(question, booking_request.answers.get(question.pk))
        except ValueError as error:
            wrong[f"{ANSWERS}.{question.pk}"] = [str(error)]
        else:
            if value is not None:
                found.append(QuestionAnswer(question, value))
    return found


def _answer(question: Question, given: Any) -> str | None:
    """The answer as it is kept; None for none."""
    if question.kind == Question.Kind.CHECKBOX:
        is_ticked = given is True or (isinstance(given, str) and given.lower() in ("true", "yes", "on"))
        if question.is_required and not is_ticked:
            raise ValueError("This has to be ticked.")
        return None if given is None else "true" if is_ticked else "false"
    if given is not None and not isinstance(given, str):
        raise ValueError("Answer this in words.")
    text = (given or "").strip()
    if not text:
        if question.is_required:
            raise ValueError("This has to be answered.")
        return None
    if len(text) > LONGEST_ANSWER:
        raise ValueError(f"This takes {LONGEST_ANSWER} characters.")
    if question.kind == Question.Kind.DROPDOWN and text not in question.options:
        raise ValueError("Choose one of the list.")
    return text


def check_bookable(session_type: SessionType, offer: Offer, person: object) -> None:
    """Whether anybody, and this one in particular, can book it at all."""
    builder = session_type.builder
    profile = getattr(builder, "builder_profile", None)
    if person == builder:
        raise Refused(Refusal.NOT_BOOKABLE, "You cannot book yourself.")
    is_open = session_type.is_active and offer.is_active
    if not is_open or profile is None or not profile.is_public:
        raise Refused(Refusal.NOT_BOOKABLE)


def check_price(priced: PricedRequest) -> None:
    """A price that the client was shown must be the one they pay."""
    booking_request, price = priced.booking_request, priced.price
    fitting = {price.unit.amount}
    if booking_request.told_rate_type is None:
        fitting.add(price.total.amount)
    is_other = booking_request.told_rate is not None and booking_request.told_rate not in fitting
    if is_other or (
        booking_request.told_currency is not None and booking_request.told_currency.upper() != price.unit.currency
    ):
        raise Refused(
            Refusal.PRICE_CHANGED,
            f"The price is {price.total.shown()} now.",
            price=price.unit.on_the_wire(),
            currency=price.unit.currency,
        )
