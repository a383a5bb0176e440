"""Requests for a booking, checked before any time is claimed: whether it is offered, to this visitor, at what price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Place
from bookings.agreement.origins import NO_ORIGIN, BookingOrigin
from bookings.billing.checkout.timing import timing_of
from bookings.meetings.places import AT_CLIENT, BadPlace, MeetingPlace, place_of
from bookings.models import Booking, Project, Series
from bookings.refusals import BookingRefusal
from coaching.models import Offer, Question, SessionType
from coaching.quotes import Circumstances, Quote, quote
from coaching.rules import check_sign_in
from coaching.terms import offer_to_book, terms_of
from core import clock
from core.errors import Refusal, Refused
from core.money import BadMoney, Money
from core.names import tidy, validate_name
from pathways.models import Pathway
from payments.states import Timing
from scheduling.claims import TimeRequest, Visitor
from scheduling.loading import BuilderHours, load_hours

MAX_ANSWER_LENGTH, MAX_NOTES_LENGTH, MAX_LOCATION_LENGTH = 2000, 2000, 200
MAX_NAME_LENGTH, MAX_EMAIL_LENGTH = 80, 254
AnswerValue = str | bool


@dataclass(frozen=True)
class Contact:
    """A guest's name and email address."""

    name: str
    email: str


@dataclass(frozen=True)
class ShownOffer:
    """The price and the terms for cancelling that a page shows before its form is sent."""

    total: Money
    terms: str  # such as `0:100 24:50`: the hours and per cents of the cancellation tiers

    @classmethod
    def of(cls, total: Money, tiers: Sequence[Sequence[int]]) -> ShownOffer:
        ordered = sorted((hours, percent) for hours, percent in tiers)
        return cls(total, " ".join(f"{hours}:{percent}" for hours, percent in ordered))

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> ShownOffer | None:
        """Returns what the page showed that sent this form; None if the form does not say it."""
        try:
            return cls(Money(Decimal(form["price"]), form["currency"]), form.get("terms", ""))
        except (KeyError, InvalidOperation, BadMoney):
            return None


@dataclass(frozen=True)
class BookingRequest:
    """What a client asks to book. What was expected or shown is only compared with the actual offer, and never used."""

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
    shown: ShownOffer | None = None
    source: Booking.Source = Booking.Source.WEB
    origin: BookingOrigin = NO_ORIGIN
    form_key: UUID | None = None
    project: Project | None = None
    series: Series | None = None
    series_number: int = 0
    use_credit: bool = False
    is_of_plan: bool = False  # whether the mails about its plan tell of it, and none of its own

    @property
    def origin_columns(self) -> dict[str, str]:
        """The columns of the booking that say where it was made and what brought the client."""
        return {"source": self.source, **asdict(self.origin)}

    def time_request(self, visitor: Visitor, *, travels: bool = False) -> TimeRequest:
        return TimeRequest(self.session_type, self.start, self.minutes, visitor, travels=travels)


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
    visitor: Visitor
    timing: Timing = Timing.OUTSIDE

    @cached_property
    def time_request(self) -> TimeRequest:
        """The time that is asked for, with the builder's hours around it once they are loaded."""
        return self.booking_request.time_request(self.visitor, travels=self.in_person_at == AT_CLIENT)


def needs_answer(session_type: SessionType, hours: BuilderHours) -> bool:
    """Whether the builder has to answer a request, or it is confirmed at once. A type that confirms by itself asks too
    while one of the builder's calendars cannot be read, if they want that."""
    return not session_type.auto_confirm or hours.asks_to_confirm


def would_need_answer(session_type: SessionType, now: datetime) -> bool:
    """Returns `needs_answer` for a page that has not loaded the hours. One query for a type that confirms by itself."""
    if not session_type.auto_confirm:
        return True
    at, builder_id = int(now.timestamp()), session_type.builder_id
    return needs_answer(session_type, load_hours([builder_id], (at, at + 1))[builder_id])


def check(booking_request: BookingRequest, visitor: Visitor) -> PricedRequest:
    """Returns the request with its price, or refuses it with all errors by the names of its fields.

    Forms and schemas only parse: what is required, how long it may be and what can be chosen is decided here. No query
    if the session type was loaded by `session_type_to_book`.
    """
    session_type = booking_request.session_type
    check_sign_in(session_type, visitor.person)
    offer = offer_to_book(session_type)
    price = price_of(booking_request, offer)
    errors = details_errors(booking_request, visitor)
    if price is None:
        errors["minutes"] = ["This duration is not offered."]
    if errors or price is None:
        raise Refused(Refusal.INVALID, fields=errors)
    answers = _stored_answers(booking_request)
    tiers = [[tier.hours, tier.percent] for tier in session_type.tiers.all()]
    place = _place_to_meet(booking_request)
    timing = timing_of(session_type, price.total, visitor.person)
    return PricedRequest(
        booking_request, offer, price, answers, place.address, place.in_person_at, tiers, visitor, timing
    )


def price_of(booking_request: BookingRequest, offer: Offer) -> Quote | None:
    """Returns the price of what is asked for; None if the length is not offered. One query, of the clock, where early
    bookings are cheaper."""
    terms = terms_of(booking_request.session_type, offer)
    ahead = booking_request.start - clock.now() if terms.early else timedelta(0)
    circumstances = Circumstances(ahead, with_credit=booking_request.use_credit)
    return quote(terms, booking_request.minutes, booking_request.rate_type, circumstances)


def details_errors(booking_request: BookingRequest, visitor: Visitor) -> dict[str, list[str]]:
    """Returns what is wrong with what the client has typed, by the names of the fields; an answer is `answers.ID`."""
    errors: dict[str, list[str]] = {}
    guest = booking_request.guest
    if visitor.is_stranger and guest is None:
        errors["guest"] = ["Enter your name and email address."]
    if not visitor.is_stranger and guest is not None:
        errors["guest"] = ["You are signed in, so book in your own name."]
    if visitor.is_stranger and guest is not None:
        errors |= _contact_errors(guest)
    try:
        _place_to_meet(booking_request)
    except BadPlace as error:
        errors[error.field] = [str(error)]
    if problem := _pathway_error(booking_request):
        errors["pathway"] = [problem]
    texts = {"notes": MAX_NOTES_LENGTH, "location": MAX_LOCATION_LENGTH}
    for name, most in texts.items():
        if len(getattr(booking_request, name)) > most:
            errors[name] = [f"This can have at most {most} characters."]
    return errors | _answer_errors(booking_request)


def _contact_errors(contact: Contact) -> dict[str, list[str]]:
    """Returns what is wrong with a guest's name and email address, as `guest.name` and `guest.email`."""
    errors = {"guest.name": _name_error(contact.name), "guest.email": _email_error(contact.email)}
    return {field: [problem] for field, problem in errors.items() if problem}


def _name_error(name: str) -> str | None:
    text = tidy(name)  # as it is stored
    if not text:
        return "Enter your name."
    if len(text) > MAX_NAME_LENGTH:
        return f"This can have at most {MAX_NAME_LENGTH} characters."
    try:
        validate_name(text)
    except ValidationError as error:
        return str(error.message)
    return None


def _email_error(address: str) -> str | None:
    if not address.strip():
        return "Enter your email address."
    if len(address) > MAX_EMAIL_LENGTH:
        return f"This can have at most {MAX_EMAIL_LENGTH} characters."
    try:
        validate_email(address)
    except ValidationError:
        return "Enter an email address like name@example.com."
    return None


def _place_to_meet(booking_request: BookingRequest) -> MeetingPlace:
    """Returns where the session takes place. Raises BadPlace."""
    return place_of(
        booking_request.session_type,
        is_remote=booking_request.is_remote,
        in_person_at=booking_request.in_person_at,
        address=booking_request.location,
        town=booking_request.town,
    )


def _pathway_error(booking_request: BookingRequest) -> str | None:
    session_type = booking_request.session_type
    if session_type.category != SessionType.Category.PATHWAY:
        return None
    if booking_request.pathway is None:
        return "Choose the pathway that this session is for."
    offered = {pathway.pk for pathway in session_type.pathways.all()}
    return "This session is for another pathway." if offered and booking_request.pathway.pk not in offered else None


def _asked(booking_request: BookingRequest) -> dict[UUID, Question]:
    return {question.pk: question for question in booking_request.session_type.questions.all() if question.is_asked}


def _answer_errors(booking_request: BookingRequest) -> dict[str, list[str]]:
    asked = _asked(booking_request)
    unknown = booking_request.answers.keys() - asked.keys()
    errors = {f"answers.{key}": ["This session has no such question."] for key in unknown}
    for question in asked.values():
        if problem := _answer_error(question, booking_request.answers.get(question.pk)):
            errors[f"answers.{question.pk}"] = [problem]
    return errors


def _answer_error(question: Question, value: AnswerValue | None) -> str | None:
    """Returns what is wrong with the answer to a question; None if it is right."""
    if question.kind == Question.Kind.CHECKBOX:
        return f"Tick “{question.label}”." if question.is_required and not _is_ticked(value) else None
    if value is not None and not isinstance(value, str):
        return "Answer this with text."
    text = (value or "").strip()
    if not text:
        return f"Answer “{question.label}”." if question.is_required else None
    if len(text) > MAX_ANSWER_LENGTH:
        return f"This can have at most {MAX_ANSWER_LENGTH} characters."
    is_listed = question.kind != Question.Kind.DROPDOWN or text in question.options
    return None if is_listed else "Choose from the list."


def _is_ticked(value: AnswerValue | None) -> bool:
    return value is True or (isinstance(value, str) and value.lower() in ("true", "yes", "on"))


def _stored_answers(booking_request: BookingRequest) -> list[QuestionAnswer]:
    """Returns the answers that were given, as they are stored."""
    answers = []
    for key, question in _asked(booking_request).items():
        value = booking_request.answers.get(key)
        if question.kind == Question.Kind.CHECKBOX:
            text = "" if value is None else "true" if _is_ticked(value) else "false"
        else:
            text = str(value or "").strip()
        if text:
            answers.append(QuestionAnswer(question, text))
    return answers


def check_bookable(session_type: SessionType, offer: Offer, person: object) -> None:
    """Refuses session types that cannot be booked, and builders who book themselves."""
    builder = session_type.builder
    profile = getattr(builder, "builder_profile", None)
    if person == builder:
        raise Refused(BookingRefusal.NOT_BOOKABLE, "You cannot book yourself.")
    if session_type.books_on_calendly:
        raise Refused(BookingRefusal.NOT_BOOKABLE, "This session is booked on Calendly.")
    is_open = session_type.is_active and offer.is_active
    if not is_open or profile is None or not profile.is_public:
        raise Refused(BookingRefusal.NOT_BOOKABLE)


def check_price(priced: PricedRequest) -> None:
    """Refuses the request if the client was shown another price, or other terms for cancelling, than they would get."""
    booking_request, price = priced.booking_request, priced.price
    now = ShownOffer.of(price.total, priced.tiers)
    shown = booking_request.shown or now
    if not booking_request.use_credit and _is_other_price(booking_request, price, shown.total):
        raise Refused(
            BookingRefusal.PRICE_CHANGED,
            f"The price is now {price.total.shown()}.",
            price=price.unit.on_the_wire(),
            currency=price.unit.currency,
        )
    if shown.terms != now.terms:
        raise Refused(BookingRefusal.PRICE_CHANGED, "The cancellation terms have changed. Read them before you book.")


def _is_other_price(booking_request: BookingRequest, price: Quote, shown: Money) -> bool:
    """Whether a price was shown or sent that is not the price. A page that knows no time shows the list price."""
    expected, currency = booking_request.expected_rate, booking_request.expected_currency
    fitting = {price.unit.amount}
    if booking_request.expected_rate_type is None:
        fitting.add(price.total.amount)
    is_other_rate = expected is not None and expected not in fitting
    is_other_currency = currency is not None and currency.upper() != price.unit.currency
    return shown not in (price.total, price.list_total) or is_other_rate or is_other_currency
