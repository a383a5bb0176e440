"""`/api/bookings/…`: a person's bookings, one booking, and changes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.http import Http404
from ninja import Body, Query, Router
from pydantic import ConfigDict, Field

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.roles import STAFF
from bookings.agreement import queries, services
from bookings.agreement.rules import sides_of
from bookings.agreement.transitions import Actor, reachable
from bookings.api.access import as_builder, find, link, own_booking, wrong
from bookings.api.create import add_alternatives
from bookings.api.messages import last_messages
from bookings.api.schemas import (
    BookingAnswer,
    BookingOut,
    BookingsAnswer,
    BookingStatsOut,
    ChangeIn,
    EventOut,
    ListedBooking,
    StateText,
    WholeAnswer,
    WholeBooking,
    booking_values,
)
from bookings.api.splits import splits_of
from bookings.billing.queries import payments_of
from bookings.deliverables import services as deliverables
from bookings.deliverables.builder_files import BuilderFile, builder_file
from bookings.disputes import services as disputes
from bookings.for_clients import services as invitations
from bookings.meetings import services as meetings
from bookings.meetings.places import AT_CLIENT
from bookings.models import Booking, BookingQuerySet
from bookings.proposals.schemas import ProposalOut
from bookings.reviews.schemas import seen_reviews
from bookings.states import Side, State, Verb, step_of, steps_to
from coaching.flags import MEETINGS
from coaching.queries import session_type_to_book
from coaching.terms import offer_to_book, terms_of
from core import clock, flags
from core.api import In, renamed_fields, require_scope, signed_in
from core.cursors import page_of
from core.errors import Refusal, Refused
from core.ids import parse_uuid
from core.openapi import DayOrInstantText, enum_of
from core.scopes import Scope, needs
from pathways.catalogue.queries import pathway_named
from scheduling.api import edge, zone_of
from scheduling.claims import LOST, TimeRequest, Visitor
from scheduling.loading import moment
from scheduling.outside.services import refresh_calendars_of

router = Router(tags=["Bookings"])
ORDER = ("-starts_at", "-id")


class MyBookingsQuery(In):
    model_config = ConfigDict(extra="ignore")
    role: Annotated[str, enum_of((Side.CLIENT, Side.BUILDER))] = "client"
    status: StateText | None = None
    pathway: str | None = None
    to: DayOrInstantText | None = None
    user_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 24
    cursor: str | None = None


@router.get(
    "/bookings/my-bookings",
    response=BookingsAnswer,
    auth=signed_in,
    by_alias=True,
    summary="My bookings",
    operation_id="bookings_api_my_bookings",
)
def my_bookings(request: SignedInRequest, query: Query[MyBookingsQuery]) -> BookingsAnswer:
    """As a client or as a provider, the latest start first; the stats are over all that match."""
    person = request.user
    if query.user_id is not None and query.user_id != person.pk:
        if not set(person.roles) & STAFF:
            raise Refused(Refusal.FORBIDDEN)
        person = User.objects.filter(pk=query.user_id).first() or _no_such_user()
    filters = {name: getattr(query, name) for name in ("role", "status", "pathway", "to", "user_id")}
    filters["from"] = request.GET.get("from")
    bookings = _filtered(request, query, person)
    page = page_of(
        bookings.whole(), order=ORDER, limit=query.limit, cursor=query.cursor, filters=filters
    )  # fmt: skip
    now, payments = clock.now(), payments_of(page.rows)
    return BookingsAnswer(
        bookings=[
            ListedBooking.model_validate(
                booking_values(booking, sides, now, payment=payments.get(booking.pk))
                | {"reviews": seen_reviews(booking, sides)}
            )
            for booking in page.rows
            for sides in [sides_of(request.user, booking)]
        ],
        stats=BookingStatsOut.of(queries.stats_of(bookings)),
        next_cursor=page.next_cursor,
    )


def _no_such_user() -> User:
    raise Http404


def _filtered(request: SignedInRequest, query: MyBookingsQuery, person: User) -> BookingQuerySet:
    sides = {"client": "client", "provider": "builder"}
    if query.role.lower() not in sides:
        raise wrong("role", "One of client and provider.")
    is_client = sides[query.role.lower()] == "client"
    bookings = Booking.objects.filter(client=person) if is_client else Booking.objects.of_builder(person)
    if query.status is not None:
        if query.status.upper() not in State.values:
            raise wrong("status", f"One of {', '.join(State.values)}.")
        bookings = bookings.filter(state=query.status.upper())
    if query.pathway is not None:
        bookings = bookings.filter(pathway=pathway_named(query.pathway))
    zone = zone_of(person.timezone)
    if first := request.GET.get("from"):
        bookings = bookings.filter(starts_at__gte=moment(edge("from", first, zone, is_end=False)))
    if query.to:
        bookings = bookings.filter(starts_at__lt=moment(edge("to", query.to, zone, is_end=True)))
    return bookings


@router.get(
    "/bookings/{id}",
    response=WholeAnswer,
    auth=own_booking,
    by_alias=True,
    summary="One booking",
    operation_id="bookings_api_booking",
)
def booking(request: SignedInRequest, id: str) -> WholeAnswer:
    booking = find(request.user, id)
    sides, now = sides_of(request.user, booking), clock.now()
    more = {
        "proposals": [ProposalOut.of(proposal, booking, now) for proposal in booking.proposals.all()],
        "reviews": seen_reviews(booking, sides),
        "events": [EventOut.of(event) for event in booking.events.all()],
        "messages": last_messages(booking, request.user, now),
        "splits": splits_of(booking, sides),
    }
    values = booking_values(booking, sides, now, payment=payments_of([booking]).get(booking.pk))
    return WholeAnswer(booking=WholeBooking.model_validate(values | more))


@router.patch(
    "/bookings/{id}",
    response=BookingAnswer,
    auth=own_booking,
    by_alias=True,
    summary="Change a booking",
    operation_id="bookings_api_change",
)
@needs(Scope.BOOK)
def change(request: SignedInRequest, id: str, payload: Body[ChangeIn]) -> BookingAnswer:
    """Its state, by the table of states, its time, or the link to meet at. One of them at once.

    `deliverables` takes links, and ids of files that the builder has on Waymark. `refundAmount` goes with the decision
    of support about a dispute: what the client gets back of a session that counts as completed.
    """
    booking = find(request.user, id)
    ids_and_links = [parse_uuid(text) or link(text) for text in payload.deliverables or []]
    has_link = "join_url" in payload.model_fields_set
    acts = [payload.status is not None, payload.scheduled_time is not None, bool(ids_and_links), has_link]
    if sum(acts) != 1 and not (acts == [True, False, True, False] and payload.status == State.COMPLETED):
        raise wrong(
            "status",
            "Send one of status, scheduledTime, joinUrl and deliverables; deliverables may come with COMPLETED.",
        )
    if has_link:
        return _answer(request, _set_link(request, booking, payload))
    if ids_and_links:
        return _answer(request, _add_deliverables(request, booking, ids_and_links, payload))
    if payload.status is not None:
        booking = _change_state(request, booking, payload.status, payload)
    elif payload.scheduled_time is not None:
        booking = _reschedule(request.user, booking, payload.scheduled_time, payload)
    return _answer(request, booking)


@router.delete(
    "/bookings/{id}",
    response=BookingAnswer,
    auth=own_booking,
    by_alias=True,
    summary="Cancel a booking",
    operation_id="bookings_api_cancel",
)
@needs(Scope.BOOK)
def cancel(request: SignedInRequest, id: str) -> BookingAnswer:
    """The row stays. Cancelling twice answers the same booking."""
    booking = find(request.user, id)
    return _answer(request, _change_state(request, booking, State.CANCELLED, ChangeIn.model_construct()))


def _file_or_link(booking: Booking, id_or_link: UUID | str) -> BuilderFile:
    """Returns the file of the booking's builder with this id, or the link."""
    if isinstance(id_or_link, str):
        return BuilderFile(title="", url=id_or_link)
    file = builder_file(booking.builder, id_or_link)
    if file is None:
        raise wrong("deliverables", f"The builder has no file with the id {id_or_link}.")
    return file


@transaction.atomic
def _add_deliverables(
    request: SignedInRequest, booking: Booking, ids_and_links: list[UUID | str], payload: ChangeIn
) -> Booking:
    """Completes the booking if that is asked too, and adds the files and links: both or neither.

    A file is opened when it is added, so that no more are open than a booking takes.
    """
    require_scope(request, Scope.MANAGE)
    by = as_builder(request.user, booking)
    if payload.status is not None:
        booking = _change_state(request, booking, payload.status, payload)
    for id_or_link in ids_and_links:
        added = _file_or_link(booking, id_or_link)
        deliverables.add(booking=booking, by=by, title=added.title, url=added.url, file=added.file)
    return booking


def _set_link(request: SignedInRequest, booking: Booking, payload: ChangeIn) -> Booking:
    """Sets the link of this booking for its builder; null or an empty text removes it."""
    require_scope(request, Scope.MANAGE)
    by = as_builder(request.user, booking)
    if not flags.is_on(request, MEETINGS):
        raise wrong("join_url", "Links cannot be set at the moment.")
    with renamed_fields(meeting_url="join_url"):
        return meetings.set_link(booking=booking, url=payload.join_url or "", by=by, version=payload.version)


def _change_state(request: SignedInRequest, booking: Booking, target: State, payload: ChangeIn) -> Booking:
    """Changes the booking's state.

    A token with the scope to book may only cancel, as client or builder; everything else needs the scope to manage.
    """
    if booking.state == target:
        return booking
    sides = sides_of(request.user, booking)
    steps = steps_to(booking.state, target)
    if not steps:
        raise Refused(Refusal.INVALID_TRANSITION, allowed=reachable(booking, sides, clock.now()))
    # A guest proves their address by the link in the mail, a client pays on the provider's page, and a client accepts
    # an
    # invitation into the same state.
    elsewhere = (Verb.PROVE, Verb.PAY)
    mine = next((step for step in steps if step.sides & sides and step.verb not in elsewhere), None)
    if mine is None:
        raise Refused(Refusal.FORBIDDEN)
    by = Actor(next(side for side in Side if side in mine.sides & sides), request.user)
    if mine.verb != Verb.CANCEL or by.side == Side.SUPPORT:
        require_scope(request, Scope.MANAGE)
    reason, version = payload.reason, payload.version
    if payload.refund_amount is not None and mine.verb != Verb.RESOLVE:
        raise wrong("refund_amount", "Only settling a dispute gives an amount back.")
    acts: dict[Verb, Callable[[], Booking]] = {
        Verb.CONFIRM: lambda: services.confirm(booking=booking, by=by, version=version),
        Verb.DECLINE: lambda: services.decline(booking=booking, by=by, reason=reason, version=version),
        Verb.CANCEL: lambda: services.cancel(booking=booking, by=by, reason=reason, version=version),
        Verb.START: lambda: services.start(booking=booking, by=by, version=version),
        Verb.COMPLETE: lambda: services.complete(booking=booking, by=by, version=version),
        Verb.DISPUTE: lambda: disputes.open_(booking=booking, by=by, reason=reason, version=version),
        Verb.RESOLVE: lambda: disputes.resolve(
            booking=booking, by=by, outcome=target, reason=reason, refund_amount=payload.refund_amount, version=version
        ),
    }
    if booking.is_open_invitation:
        acts[Verb.ACCEPT] = lambda: invitations.accept(booking=booking, by=by, version=version)
    if mine.verb not in acts:
        raise Refused(Refusal.FORBIDDEN)
    return acts[mine.verb]()


def _reschedule(person: User, booking: Booking, start: datetime, payload: ChangeIn) -> Booking:
    sides = sides_of(person, booking)
    step = step_of(booking.state, Verb.RESCHEDULE)
    if step is None:
        raise Refused(Refusal.INVALID_TRANSITION, allowed=reachable(booking, sides, clock.now()))
    side = next((side for side in Side if side in step.sides & sides), None)
    if side is None:
        raise Refused(Refusal.FORBIDDEN)
    by = Actor(side, person)
    reason, version = payload.reason, payload.version
    refresh_calendars_of(booking.builder_id)
    try:
        return services.reschedule(booking=booking, start=start, by=by, reason=reason, version=version)
    except Refused as error:
        if error.refusal in LOST and (session_type := session_type_to_book(pk=booking.session_type_id)):
            terms = replace(terms_of(session_type, offer_to_book(session_type)), early=())  # it keeps its price
            visitor, travels = Visitor(booking.seat.holder), booking.in_person_at == AT_CLIENT
            ask = TimeRequest(session_type, start, booking.minutes, visitor, travels=travels)
            add_alternatives(error, ask, terms)
        raise


def _answer(request: SignedInRequest, booking: Booking) -> BookingAnswer:
    fresh = Booking.objects.whole().get(pk=booking.pk)
    payment = payments_of([fresh]).get(fresh.pk)
    values = booking_values(fresh, sides_of(request.user, fresh), clock.now(), payment=payment)
    return BookingAnswer(booking=BookingOut.model_validate(values))
