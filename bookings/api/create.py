"""The three endpoints that book over the API: our own, and two with the field names of older systems."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Body, Router

from accounts.models import BuilderProfile
from bookings.agreement import limits, services
from bookings.agreement.requests import BookingRequest, Contact, check, details_errors
from bookings.agreement.visitors import visitor_of, zone_of
from bookings.api.access import wrong
from bookings.api.schemas import (
    BookingAnswer,
    BookingIn,
    BookingOut,
    CoachingIn,
    Common,
    SchedulingIn,
    booking_values,
    whole_minutes,
)
from bookings.models import Booking, Project
from bookings.states import Side
from bookings.wizard import funnel
from coaching.models import SessionType, SessionTypeQuerySet
from coaching.queries import session_type_to_book
from coaching.quotes import Circumstances, Terms, quote
from coaching.rules import check_sign_in, needs_sign_in
from coaching.terms import offer_of, terms_of
from core import clock
from core.api import anyone, refuses_first, renamed_fields
from core.dates import is_in_range
from core.errors import Refusal, Refused
from core.idempotency import HEADER, once
from core.ids import parse_uuid
from core.money import BadMoney, Money
from core.scopes import Scope, needs
from pathways.models import Pathway
from scheduling.api import slots_out
from scheduling.claims import LOST, TimeRequest
from scheduling.locks import place_in_queue
from scheduling.outside.services import refresh_before_booking
from scheduling.queries import nearest_free

router = Router(tags=["Bookings"])


def _refuse_named(request: HttpRequest, body: dict[str, Any]) -> None:
    """Refuses what an invalid body names, as `_named` does for a valid one."""
    names = (body.get(name) for name in ("builderId", "providerId", "coachId"))
    identity = body.get("sessionTypeId")
    _named(
        request,
        next((name for name in names if isinstance(name, str)), None),
        identity if isinstance(identity, str) else None,
    )


def _named(
    request: HttpRequest, builder_name: str | None, identity: UUID | str | None
) -> tuple[BuilderProfile | None, SessionType | None]:
    """Returns the builder and the session type that a body names. One that does not exist is a 404, and a session type
    that needs an account a 401."""
    builder = _builder(builder_name) if builder_name is not None else None
    session_type = _session_type(identity, builder) if identity is not None else None
    if session_type is not None:
        check_sign_in(session_type, request.user)
    return builder, session_type


def _builder(name: str) -> BuilderProfile:
    """Returns the profile by slug or id, also a hidden one, whose booking is refused later with its reason."""
    profiles = BuilderProfile.objects.select_related("user").filter(user__is_active=True)
    key = parse_uuid(name)
    profile = (profiles.filter(slug=name) if key is None else profiles.filter(user=key)).first()
    if profile is None:
        raise Http404
    return profile


def _session_type(identity: UUID | str, builder: BuilderProfile | None) -> SessionType:
    key = identity if isinstance(identity, UUID) else parse_uuid(identity)
    conditions = {"builder": builder.user} if builder is not None else {}
    session_type = session_type_to_book(pk=key, **conditions) if key is not None else None
    if session_type is None:
        raise Http404
    return session_type


@router.post(
    "/bookings/create",
    response={201: BookingAnswer},
    auth=anyone,
    by_alias=True,
    summary="Book a session",
    operation_id="bookings_create_api_create",
)
@needs(Scope.BOOK)
@refuses_first(_refuse_named)
def create(request: HttpRequest, payload: Body[BookingIn]) -> HttpResponse:
    """By session type or by service, by minutes or by hours. Free sessions need no account, only a `guest`."""
    builder_name = payload.builder_id if payload.builder_id is not None else payload.provider_id
    builder, session_type = _named(request, builder_name, payload.session_type_id)
    if payload.client_id is not None and payload.client_id != request.user.pk:
        raise Refused(Refusal.FORBIDDEN, "Book in your own name.")
    if session_type is None:
        if builder is None:
            raise wrong("builder_id", "Say whom you want to book.")
        session_type = _for_service(builder, payload.service_type, request)
    booking_request = _booking_request(
        request, payload, session_type, payload.scheduled_time, _chosen_minutes(payload, session_type)
    )
    by_the_hour = payload.duration_hours is not None and payload.service_type and payload.rate is not None
    hourly = "hourly" if by_the_hour and "hourly" in session_type.rate_types else None
    booking_request = replace(
        booking_request,
        rate_type=payload.rate_type or hourly,
        expected_rate=payload.rate,
        expected_currency=payload.currency,
        expected_rate_type=payload.rate_type,
        location=payload.location,
        in_person_at=payload.in_person_at or "",
        notes=payload.notes,
        project=_project(request, payload.project_id),
    )
    return _book(request, booking_request)


@router.post(
    "/scheduling/bookings/create",
    response={201: BookingAnswer},
    auth=anyone,
    by_alias=True,
    summary="Book a session type",
    operation_id="bookings_create_api_create_by_type",
)
@needs(Scope.BOOK)
@refuses_first(_refuse_named)
def create_by_type(request: HttpRequest, payload: Body[SchedulingIn]) -> HttpResponse:
    _, session_type = _named(request, None, payload.session_type_id)
    assert session_type is not None
    minutes = payload.duration_minutes or session_type.default_minutes
    return _book(request, _booking_request(request, payload, session_type, payload.start_time, minutes))


@router.post(
    "/coaching/sessions/book",
    response={201: BookingAnswer},
    auth=anyone,
    by_alias=True,
    summary="Book a coach",
    operation_id="bookings_create_api_book",
)
@needs(Scope.BOOK)
@refuses_first(_refuse_named)
def book(request: HttpRequest, payload: Body[CoachingIn]) -> HttpResponse:
    """Without a session type it is the coach's first one that has the duration and can be booked with what was sent, if
    possible at the rate that was sent."""
    builder, session_type = _named(request, payload.coach_id, payload.session_type_id)
    assert builder is not None
    if payload.end_time != payload.start_time + timedelta(minutes=payload.duration_minutes):
        raise wrong("end_time", "This is not the start and the duration together.")
    if session_type is not None:
        return _book(request, _coaching_request(request, payload, session_type))
    return _book(request, _first_bookable(builder, payload, request))


def _coaching_request(request: HttpRequest, payload: CoachingIn, session_type: SessionType) -> BookingRequest:
    booking_request = _booking_request(request, payload, session_type, payload.start_time, payload.duration_minutes)
    return replace(booking_request, expected_rate=payload.rate, expected_currency=payload.currency)


def _project(request: HttpRequest, identity: UUID | None) -> Project | None:
    if identity is None:
        return None
    project = Project.objects.filter(pk=identity, client=request.user.pk).first()
    if project is None:
        raise wrong("project_id", "There is no such project.")
    return project


def _chosen_minutes(payload: BookingIn, session_type: SessionType) -> int:
    if payload.duration_hours is None:
        return payload.duration_minutes or session_type.default_minutes
    minutes = whole_minutes(payload.duration_hours)
    if minutes is None:
        raise wrong("duration_hours", "This is not a whole number of minutes.")
    if payload.duration_minutes is not None and payload.duration_minutes != minutes:
        raise wrong("duration_minutes", "Send minutes or hours, not both.")
    return minutes


def _for_service(builder: BuilderProfile, service: str | None, request: HttpRequest) -> SessionType:
    """Returns the only session type that the builder offers for the service; refuses if there are none or several."""
    if service is None:
        raise wrong("session_type_id", "Send sessionTypeId or serviceType.")
    types = _session_types_of(builder).filter(service=(service or "").lower())
    session_types = list(types)
    if not session_types:
        raise wrong("service_type", "This builder offers no session for it.")
    if len(session_types) > 1:
        listed = ", ".join(f"{session_type.title} ({session_type.pk})" for session_type in session_types)
        raise wrong("service_type", f"There are several; send the sessionTypeId of one: {listed}.")
    check_sign_in(session_types[0], request.user)
    return session_types[0]


def _first_bookable(builder: BuilderProfile, payload: CoachingIn, request: HttpRequest) -> BookingRequest:
    """Returns the request for the first session type with the duration that needs no more than what was sent.

    One at the rate that was sent comes before others. If each needs more, it is the first, whose refusal names what.
    """
    session_types = list(_session_types_of(builder).simplest_first())
    seen = [session_type for session_type in session_types if not needs_sign_in(session_type, request.user)]
    if session_types and not seen:
        check_sign_in(session_types[0], request.user)
    if payload.pathway_id is not None:
        seen.sort(key=lambda session_type: session_type.category != SessionType.Category.PATHWAY)
    offer, visitor = offer_of(builder.pk), visitor_of(request)
    now = Circumstances(payload.start_time - clock.now())
    prices = {
        session_type.pk: quote(terms_of(session_type, offer), payload.duration_minutes, circumstances=now)
        for session_type in seen
    }
    requests = [
        _coaching_request(request, payload, session_type)
        for session_type in seen
        if prices[session_type.pk] is not None
    ]
    if not requests:
        raise wrong("duration_minutes", "This duration is not offered.")
    sent = payload.rate, payload.currency
    bookable = [booking_request for booking_request in requests if not details_errors(booking_request, visitor)]
    for booking_request in bookable:
        price = prices[booking_request.session_type.pk]
        if price is not None and (price.total.amount, price.total.currency) == sent:
            return booking_request
    return (bookable or requests)[0]


def _session_types_of(builder: BuilderProfile) -> SessionTypeQuerySet:
    types = SessionType.objects.complete().select_related("builder__builder_profile")
    return types.filter(builder=builder.user, is_active=True)


def _booking_request(
    request: HttpRequest, payload: Common, session_type: SessionType, start: datetime, minutes: int
) -> BookingRequest:
    pathway = None
    if payload.pathway_id is not None:
        pathway = Pathway.objects.filter(slug=payload.pathway_id.lower()).first()
        if pathway is None:
            raise wrong("pathway_id", "There is no such pathway.")
    home = session_type.builder.timezone
    return BookingRequest(
        session_type=session_type,
        start=start,
        minutes=minutes,
        timezone=payload.timezone or zone_of(request, home),
        is_remote=session_type.is_remote if payload.is_remote is None else payload.is_remote,
        pathway=pathway,
        answers=payload.custom_question_response,
        guest=Contact(payload.guest.name, payload.guest.email.lower()) if payload.guest else None,
        source=Booking.Source.API,
        use_credit=payload.use_credit,
    )


def _book(request: HttpRequest, booking_request: BookingRequest) -> HttpResponse:
    visitor = visitor_of(request)
    builder = booking_request.session_type.builder_id
    caller = f"guest:{booking_request.guest.email}" if booking_request.guest else visitor.key
    attempt = funnel.VisitorAttempt(
        funnel.API, builder, booking_request.session_type.pk, caller, booking_request.minutes
    )
    names = renamed_fields(minutes="duration_minutes", pathway="pathway_id", answers="custom_question_response")
    with funnel.counting_refusals(attempt, is_first_step=True), names:
        priced = check(booking_request, visitor)
    attempt = replace(attempt, price=priced.price.total)
    _check_precision(booking_request, priced.price.unit.currency)
    limits.count_booking(request, booking_request.guest)

    def work() -> BookingAnswer:
        booking = services.request(priced=priced)
        funnel.count(attempt, funnel.Step.STARTED, funnel.Step.COMPLETED, booking=booking)
        values = booking_values(booking, frozenset({Side.CLIENT}), booking.created_at, is_creator=True)
        return BookingAnswer(booking=BookingOut.model_validate(values))

    refresh_before_booking(priced.time_request)
    with funnel.counting_refusals(attempt, is_first_step=True):
        try:
            # With a key, the transaction begins before the builder's lock is asked for.
            with place_in_queue(builder) if HEADER in request.headers else nullcontext():
                return once(request, caller=caller, work=work)
        except Refused as error:
            terms = terms_of(booking_request.session_type, priced.offer)
            add_alternatives(error, priced.time_request, terms, booking_request.rate_type)
            raise


def _check_precision(booking_request: BookingRequest, currency: str) -> None:
    if booking_request.expected_rate is None:
        return
    try:
        Money(booking_request.expected_rate, currency)
    except BadMoney as error:
        raise wrong("rate", str(error)) from None


def add_alternatives(error: Refused, ask: TimeRequest, terms: Terms, rate_type: str | None = None) -> None:
    """Adds the nearest free times with their prices to a refusal because the time is not free."""
    if error.refusal not in LOST:
        return
    slots = []
    if is_in_range(ask.start) and quote(terms, ask.minutes, rate_type) is not None:
        holder, calendar = ask.visitor.key, ask.calendar
        now, travels = clock.now(), ask.travels
        free = nearest_free(ask.session_type, ask.minutes, ask.start, now, holder, calendar=calendar, travels=travels)
        slots = slots_out(free, terms, ask.minutes, now, rate_type)
    error.details["alternatives"] = slots
