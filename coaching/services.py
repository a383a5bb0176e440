"""Services for offers: the session config, rates, session types and their questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.dispatch import Signal

from accounts.models import User
from accounts.services import lock_person
from accounts.signals import meeting_link_changed
from coaching.allowance import check_allowance
from coaching.models import (
    LONGEST,
    SHORTEST,
    SOMEWHERE,
    CancellationTier,
    Offer,
    OfferedDuration,
    Question,
    Service,
    SessionDuration,
    SessionType,
)
from coaching.quotes import DAY, offered_minutes
from coaching.terms import offer_of, terms_with
from core import audit
from core.errors import Refusal, Refused
from core.money import BadMoney, Money, currency_in, currency_problem, rounded
from core.ordering import put_in_order
from payments.states import Timing
from payments.stripe.amounts import is_offered

NO_PRICE = "No length of this session has a price yet. Enter a price, or set your rates."

# Sent in the transaction that changed what a builder offers; `builder` is the person.
offer_changed = Signal()


@dataclass(frozen=True)
class Config:
    """A builder's session config, as the API and the rates page send it."""

    prices: Mapping[int, Decimal]
    currency: str = "USD"
    is_active: bool = True
    default_duration: int = 60
    allows_custom_duration: bool = False
    minimum_duration: int = 30
    maximum_duration: int = 120


@transaction.atomic
def save_config(*, builder: User, config: Config) -> Offer:
    """Creates or replaces the session config; refuses one with problems, and names them by field."""
    offer = _lock_offer(builder)
    if problems := config_problems(config, has_rate=offer.hourly_rate is not None or offer.day_rate is not None):
        raise Refused(Refusal.INVALID, fields=problems)
    before = _audit_values(offer)
    offer.currency, offer.is_active = config.currency, config.is_active
    offer.default_duration, offer.allows_custom_duration = config.default_duration, config.allows_custom_duration
    offer.minimum_duration, offer.maximum_duration = config.minimum_duration, config.maximum_duration
    offer.save()
    _replace_prices(offer, config.prices)
    _record_change(builder, "session config changed", offer, before)
    return offer


def config_problems(config: Config, *, has_rate: bool) -> dict[str, list[str]]:
    """Returns the problems of a config by the field names of the offer; empty if there are none.

    A builder who has an hourly or a day rate needs no prices by length.
    """
    problems: dict[str, list[str]] = {}
    if not config.prices and not has_rate:
        problems["durations"] = ["Offer at least one duration, or enter an hourly or day rate."]
    if problem := _length_problem(config.prices):
        problems["durations"] = [problem]
    if problem := currency_problem(config.currency):
        problems["currency"] = [problem]
    elif sentences := [
        problem for price in config.prices.values() if (problem := money_problem(price, config.currency))
    ]:
        problems["prices"] = [sentences[0]]
    shortest, longest = config.minimum_duration, config.maximum_duration
    if shortest > longest:
        problems["minimum_duration"] = ["The shortest duration is longer than the longest."]
    for name, minutes in (("minimum_duration", shortest), ("maximum_duration", longest)):
        if problem := _length_problem([minutes]):
            problems[name] = [problem]
    is_custom = config.allows_custom_duration and shortest <= config.default_duration <= longest
    if config.prices and config.default_duration not in config.prices and not is_custom:
        problems["default_duration"] = ["The default is not among the durations."]
    return problems


def _length_problem(lengths: Iterable[int]) -> str:
    """Returns which of the lengths no session can have; an empty string if all are possible."""
    wrong = next((minutes for minutes in lengths if not SHORTEST <= minutes <= LONGEST), None)
    return "" if wrong is None else f"{wrong} is not between {SHORTEST} and {LONGEST} minutes."


def money_problem(amount: Decimal | None, currency: str) -> str:
    """Returns why an amount cannot be a price; an empty string if it can, or if it is None."""
    if amount is None:
        return ""
    if not amount.is_finite() or amount < 0:
        return "A price cannot be negative."
    try:
        Money(amount, currency)
    except BadMoney as bad:
        return str(bad)
    return ""


@transaction.atomic
def save_rates(
    *,
    builder: User,
    hourly_rate: Decimal | None,
    day_rate: Decimal | None,
    day_minutes: int,
    services: Sequence[Service],
    currency: str | None = None,
) -> Offer:
    """Saves the hourly and the day rate, and the services that the builder offers."""
    offer = _lock_offer(builder)
    before = _audit_values(offer)
    offer.currency = currency or offer.currency
    if problem := currency_problem(offer.currency):
        raise Refused(Refusal.INVALID, fields={"currency": [problem]})
    for name, rate in (("hourly_rate", hourly_rate), ("day_rate", day_rate)):
        if problem := money_problem(rate, offer.currency):
            raise Refused(Refusal.INVALID, fields={name: [problem]})
    if day_minutes != offer.day_minutes:
        _follow_day_length(builder, offer.day_minutes, day_minutes)
    offer.hourly_rate, offer.day_rate, offer.day_minutes = hourly_rate, day_rate, day_minutes
    offer.save()
    offer.services.set(services)
    _record_change(builder, "rates changed", offer, before)
    return offer


def _follow_day_length(builder: User, before: int, after: int) -> None:
    """Gives sessions at the day rate the new length of a day, since the former one is no whole day and has no price."""
    by_day = SessionType.objects.filter(builder=builder, rate_types=[DAY]).exclude(durations__minutes=after)
    keys = list(by_day.values_list("pk", flat=True))
    SessionDuration.objects.filter(session_type__in=keys, minutes=before).update(minutes=after)
    SessionType.objects.filter(pk__in=keys, default_minutes=before).update(default_minutes=after)


@dataclass(frozen=True)
class QuestionInput:
    """A question as its form sends it; `id` is None for a new one."""

    label: str
    kind: str
    options: list[str] = field(default_factory=list)
    is_required: bool = False
    id: UUID | None = None


@dataclass(frozen=True)
class SessionTypeParts:
    """The related rows of a session type: lengths with or without a price of their own, cancellation tiers, questions and
    pathways."""

    durations: Mapping[int, Decimal | None]
    tiers: Mapping[int, int] = field(default_factory=dict)
    questions: Sequence[QuestionInput] = ()
    pathways: Sequence[Any] = ()


@transaction.atomic
def save_session_type(*, session_type: SessionType, parts: SessionTypeParts, by: User | None) -> SessionType:
    """Creates a session type or changes it, together with its parts.

    A question that is missing from `parts` is not asked any more, but its row and the answers to it stay. One that can be
    booked needs a price.
    """
    currency = offer_of(session_type.builder_id).currency
    if problems := session_type_problems(session_type, parts, currency):
        raise Refused(Refusal.INVALID, fields=problems)
    if session_type.is_active:
        check_price(session_type, parts.durations)
    is_new = session_type._state.adding
    if is_new:
        lock_person(session_type.builder_id)  # so that two that are added at once get different positions
        last = SessionType.objects.filter(builder=session_type.builder).aggregate(last=Max("position"))["last"]
        session_type.position = 0 if last is None else last + 1
    before, was_active = "", False
    if not is_new:
        rows = SessionType.objects.values_list("meeting_url", "is_active")
        before, was_active = rows.get(pk=session_type.pk)
    if session_type.is_active and not was_active:
        check_allowance(session_type)
    session_type.save()
    if not is_new and session_type.meeting_url != before:
        meeting_link_changed.send(
            SessionType, builder=session_type.builder_id, session_type=session_type.pk, before=before
        )
    session_type.durations.all().delete()
    session_type.durations.bulk_create(
        [session_type.durations.model(session_type=session_type, minutes=minutes, price=price)
         for minutes, price in sorted(parts.durations.items())]
    )  # fmt: skip
    session_type.tiers.all().delete()
    CancellationTier.objects.bulk_create(
        [CancellationTier(session_type=session_type, hours=hours, percent=cost) for hours, cost in parts.tiers.items()]
    )
    session_type.pathways.set(parts.pathways)
    _save_questions(session_type, parts.questions)
    action = "session type made" if is_new else "session type changed"
    audit.record(actor=by, action=action, subject=session_type, before=None, after={"title": session_type.title})
    offer_changed.send(SessionType, builder=session_type.builder)
    return session_type


def session_type_problems(session_type: SessionType, parts: SessionTypeParts, currency: str) -> dict[str, list[str]]:
    """Returns the problems of a session type by the field names of its form; empty if there are none."""
    problems: dict[str, list[str]] = {}
    priced = [price for price in parts.durations.values() if price is not None]
    if priced and len(priced) != len(parts.durations):
        problems["durations"] = ["Give every length a price of its own, or none of them."]
    if sentences := [problem for price in priced if (problem := money_problem(price, currency))]:
        problems["durations"] = [sentences[0]]
    if problem := _length_problem(parts.durations):
        problems["durations"] = [problem]
    if parts.durations and session_type.default_minutes not in parts.durations:
        problems["default_minutes"] = ["The usual length is not among the durations."]
    if priced and session_type.category == SessionType.Category.FREE:
        problems["durations"] = ["A free session cannot have a price."]
    if session_type.payment_timing != Timing.OUTSIDE and not is_offered(currency):
        problems["payment_timing"] = [f"Payments in {currency} are not possible online."]
    if problem := _tier_problem(parts.tiers):
        problems["tiers"] = [problem]
    if session_type.category == SessionType.Category.PATHWAY and not parts.pathways:
        problems["pathways"] = ["Choose at least one pathway."]
    if not session_type.is_remote and not session_type.is_in_person:
        problems["is_remote"] = [SOMEWHERE]
    return problems | _place_problems(session_type)


def _tier_problem(tiers: Mapping[int, int]) -> str:
    """Returns which cancellation costs more than a later one; an empty string if none does."""
    latest_first = sorted(tiers.items())
    for (hours, percent), (more_hours, more_percent) in pairwise(latest_first):
        if more_percent > percent:
            return (
                f"Cancelling earlier cannot cost more: {more_hours} hours ahead costs {more_percent}%, "
                f"{hours} hours ahead {percent}%."
            )
    return ""


def check_price(session_type: SessionType, durations: Mapping[int, Decimal | None]) -> None:
    """Refuses to publish a session type if no length of it has a price, since nobody could book it."""
    if not offered_minutes(terms_with(session_type, offer_of(session_type.builder_id), durations)):
        raise Refused(Refusal.INVALID, fields={"durations": [NO_PRICE]})


def _place_problems(session_type: SessionType) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    places, has_radius = session_type.in_person_places, session_type.travel_miles is not None
    if SessionType.InPersonAt.BUILDER in places and not session_type.address:
        problems["address"] = ["Enter where you meet."]
    if SessionType.InPersonAt.CLIENT in places and has_radius and not session_type.builder.builder_profile.coordinates:
        problems["travel_miles"] = ["To limit how far you travel, enter your town on your account page first."]
    return problems


@transaction.atomic
def duplicate(*, session_type: SessionType, by: User) -> SessionType:
    """Copies a session type with its parts. The copy cannot be booked until the builder opens it."""
    currency = offer_of(session_type.builder_id).currency
    parts = SessionTypeParts(
        durations={
            length.minutes: None if length.price is None else rounded(length.price, currency)
            for length in session_type.durations.all()
        },
        tiers={tier.hours: tier.percent for tier in session_type.tiers.all()},
        questions=[
            QuestionInput(question.label, question.kind, question.options, question.is_required)
            for question in session_type.questions.filter(is_asked=True)
        ],
        pathways=list(session_type.pathways.all()),
    )
    copy = SessionType.objects.get(pk=session_type.pk)
    copy.id, copy._state.adding = SessionType().id, True
    copy.splits = []  # those who share the price have agreed to that of the other
    copy.title, copy.is_active = f"{session_type.title[:73]} (copy)", False
    return save_session_type(session_type=copy, parts=parts, by=by)


@transaction.atomic
def set_active(*, session_type: SessionType, is_active: bool, by: User | None) -> None:
    """Opens or closes a session type for bookings. One without a price cannot be opened."""
    if is_active:
        check_price(session_type, {length.minutes: length.price for length in session_type.durations.all()})
        check_allowance(session_type)
    SessionType.objects.filter(pk=session_type.pk).update(is_active=is_active)
    action = "session type opened" if is_active else "session type closed"
    audit.record(actor=by, action=action, subject=session_type, before=None, after=None)
    offer_changed.send(SessionType, builder=session_type.builder)


@transaction.atomic
def reorder(*, builder: User, order: Sequence[UUID]) -> None:
    """Puts the session types in `order` first, in that order; the others follow in the order that they had."""
    lock_person(builder.pk)
    session_types = put_in_order(SessionType.objects.filter(builder=builder), order)
    SessionType.objects.bulk_update(session_types, ["position"])


def close_offer(builder: User) -> None:
    """Closes the offer and all session types of a person who loses the builder role."""
    Offer.objects.filter(builder=builder).update(is_active=False)
    SessionType.objects.filter(builder=builder).update(is_active=False)
    offer_changed.send(Offer, builder=builder)


def _save_questions(session_type: SessionType, inputs: Sequence[QuestionInput]) -> None:
    """Saves the questions in this order. Existing ones that are missing are not asked any more, but never deleted."""
    missing = {question.pk: question for question in session_type.questions.all()}
    for position, line in enumerate(inputs):
        question = missing.pop(line.id, None) if line.id else None
        question = question or Question(session_type=session_type)
        question.label, question.kind, question.position = line.label, line.kind, position
        question.options = line.options if line.kind == Question.Kind.DROPDOWN else []
        question.is_required, question.is_asked = line.is_required, True
        question.save()
    Question.objects.filter(pk__in=missing).update(is_asked=False)


def keep_offer(builder: User) -> None:
    """Creates the builder's offer if it is missing, in the currency of their time zone."""
    Offer.objects.get_or_create(builder=builder, defaults={"currency": currency_in(builder.timezone)})


def _lock_offer(builder: User) -> Offer:
    """Returns the builder's offer, created if missing, and locks its row until the transaction ends."""
    keep_offer(builder)
    return Offer.objects.select_for_update().get(builder=builder)


def _replace_prices(offer: Offer, prices: Mapping[int, Decimal]) -> None:
    offer.durations.all().delete()
    OfferedDuration.objects.bulk_create(
        [OfferedDuration(offer=offer, minutes=minutes, price=price) for minutes, price in sorted(prices.items())]
    )


def _audit_values(offer: Offer) -> dict[str, Any]:
    """Returns the values of an offer that an audit entry compares."""
    return {
        "currency": offer.currency,
        "hourly": offer.hourly_rate,
        "day": offer.day_rate,
        "prices": {str(line.minutes): line.price for line in offer.durations.all()},
        "is_active": offer.is_active,
    }


def _record_change(builder: User, action: str, offer: Offer, before: dict[str, Any]) -> None:
    """Writes the audit entry of a changed offer and sends `offer_changed`."""
    after = _audit_values(Offer.objects.get(pk=offer.pk))
    audit.record(actor=builder, action=action, subject=offer, before=before, after=after)
    offer_changed.send(Offer, builder=builder)
