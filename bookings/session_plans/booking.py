"""Books all sessions of a plan in one transaction, or none, through the same services as single bookings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.origins import NO_ORIGIN, BookingOrigin
from bookings.agreement.requests import AnswerValue, BookingRequest, PricedRequest, ShownOffer, check
from bookings.models import Booking, PlannedSession, SessionPlan
from bookings.refusals import BookingRefusal
from bookings.session_plans import announcing
from bookings.session_plans.access import open_plan
from bookings.session_plans.holding import sessions_of, time_requests, version_of
from bookings.session_plans.loading import LoadedPlan, load, picked_from, plan_holder
from bookings.session_plans.pricing import price_plan
from bookings.session_plans.refusals import SessionPlanRefusal
from bookings.times import When
from core import clock
from core.errors import Refusal, Refused
from core.money import Money
from payments.states import Timing
from scheduling.claims import LOST, TimeRequest, Visitor
from scheduling.locks import with_times_of

# Where the session takes place is known only when the plan is booked, so its times were held without the journey.
JOURNEY = "The builder also needs time to travel to you. Choose another time, or meet in another place."


@dataclass(frozen=True)
class TypeDetails:
    """What the client says once for all sessions of one type: answers, place and notes."""

    answers: Mapping[UUID, AnswerValue] = field(default_factory=dict)
    is_remote: bool = True
    in_person_at: str = ""
    location: str = ""
    notes: str = ""


@dataclass(frozen=True)
class ShownPlan:
    """The totals, and the terms for cancelling by session type, that the page showed before it was sent."""

    totals: Sequence[Money]
    terms: Mapping[UUID, str]  # as `ShownOffer.terms`


def book(
    *,
    plan: SessionPlan,
    by: User,
    details: Mapping[UUID, TypeDetails],
    shown: ShownPlan | None = None,
    source: Booking.Source = Booking.Source.WEB,
    origin: BookingOrigin = NO_ORIGIN,
    address: str = "",
) -> SessionPlan:
    """Books all sessions of the plan, or none. A plan that is booked already is returned as it is.

    `details` are by session type; refusals name their fields as `SESSION_TYPE.FIELD`. Times that are no longer held are
    booked if they are free.
    """
    if plan.state == SessionPlan.State.BOOKED:
        return plan
    sessions = sessions_of(plan)
    if not sessions:
        raise Refused(SessionPlanRefusal.PLAN_EMPTY)
    now = clock.now()
    loaded = load(
        client=by,
        plan=plan,
        now=now,
        more_types=[row.session_type_id for row in sessions],
        times=[row.starts_at for row in sessions],
    )
    requests = _requests(plan, sessions, loaded, details, (source, origin))
    visitor = Visitor(plan_holder(plan.pk), by, address, plan_id=plan.pk)
    priced = _checked(requests, visitor)
    _check_shown(priced, shown)
    asks = time_requests(sessions, visitor)

    def work(now: datetime) -> SessionPlan:
        current = SessionPlan.objects.select_for_update().filter(pk=plan.pk, client=by).first()
        if current is not None and current.state == SessionPlan.State.BOOKED:
            return current
        current = open_plan(plan, by)
        if version_of(sessions) != version_of(sessions_of(current)):
            raise Refused(Refusal.STALE)
        for session, request, ask in zip(sessions, priced, asks, strict=True):
            session.booking = _book_one(request, ask, session, plan.timezone)
            session.seat = None
        PlannedSession.objects.bulk_update(sessions, ["booking", "seat"])
        current.state, current.booked_at, current.held_until = SessionPlan.State.BOOKED, now, None
        current.booked_sessions = len(sessions)
        current.version += 1
        current.save()
        announcing.announce(current, sessions)
        return current

    return with_times_of([session.session_type.builder_id for session in sessions], work)


def _requests(
    plan: SessionPlan,
    sessions: Sequence[PlannedSession],
    loaded: LoadedPlan,
    details: Mapping[UUID, TypeDetails],
    source_and_origin: tuple[Booking.Source, BookingOrigin],
) -> list[BookingRequest]:
    """Returns a request for each session, with a credit where the client has one that fits."""
    prices = {
        row.session.key: row for row in price_plan(picked_from(sessions, loaded), loaded.at, loaded.credits).sessions
    }
    requests = []
    for session in sessions:
        session_type = loaded.session_types.get(session.session_type_id)
        price = prices.get(session.pk)
        if session_type is None or price is None:
            raise Refused(
                BookingRefusal.NOT_BOOKABLE, f"“{session.session_type.title}” cannot be booked at the moment."
            )
        typed = details.get(session_type.pk) or TypeDetails(is_remote=session_type.is_remote)
        requests.append(
            BookingRequest(
                session_type,
                session.starts_at,
                session.minutes,
                plan.timezone,
                is_remote=typed.is_remote,
                location=typed.location,
                in_person_at=typed.in_person_at,
                pathway=plan.pathway,
                answers=typed.answers,
                notes=typed.notes,
                source=source_and_origin[0],
                origin=source_and_origin[1],
                form_key=uuid5(session.pk, "booking"),
                use_credit=price.uses_credit,
                is_of_plan=True,
            )
        )
    return requests


def _checked(requests: Sequence[BookingRequest], visitor: Visitor) -> list[PricedRequest]:
    """Returns the requests with their prices, or refuses them with the errors of each session type once."""
    priced: list[PricedRequest] = []
    errors: dict[str, list[str]] = {}
    for request in requests:
        try:
            priced.append(check(request, visitor))
        except Refused as refused:
            if not refused.fields:
                raise
            for name, texts in refused.fields.items():
                errors[f"{request.session_type.pk}.{name}"] = texts
    if errors:
        raise Refused(Refusal.INVALID, fields=errors)
    if any(request.timing == Timing.AT_BOOKING for request in priced):
        raise Refused(SessionPlanRefusal.PLAN_PAID_FIRST)
    return priced


def _check_shown(priced: Sequence[PricedRequest], shown: ShownPlan | None) -> None:
    """Refuses the plan if it costs more than the client was shown, or has other terms for cancelling."""
    if shown is None:
        return
    known = {money.currency: money.amount for money in shown.totals}
    for currency in {row.price.total.currency for row in priced}:
        amount = sum(row.price.total.amount for row in priced if row.price.total.currency == currency)
        if currency not in known or amount > known[currency]:
            raise Refused(BookingRefusal.PRICE_CHANGED, "The price of this plan has changed. Look at it again.")
    for row in priced:
        terms = shown.terms.get(row.booking_request.session_type.pk)
        if terms is not None and terms != ShownOffer.of(row.price.total, row.tiers).terms:
            raise Refused(
                BookingRefusal.PRICE_CHANGED, "The cancellation terms have changed. Read them before you book."
            )


def _book_one(priced: PricedRequest, ask: TimeRequest, session: PlannedSession, zone: str) -> Booking:
    vars(priced.time_request)["hours"] = ask.hours
    try:
        return services.request(priced=priced)
    except Refused as error:
        when = When(session.starts_at, session.ends_at, zone).short
        has_journey = error.refusal in LOST and priced.time_request.needs_more_than_its_hold
        sentence = f"{error.sentence} {JOURNEY}" if has_journey else error.sentence
        raise Refused(error.refusal, f"{when}: {sentence}", fields=error.fields, lost=[str(session.pk)]) from error
