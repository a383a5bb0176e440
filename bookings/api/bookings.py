"""`/api/bookings/…`: one's bookings, one of them, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
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
from bookings.api.create import with_alternatives
from bookings.api.schemas import (
    BookingAnswer,
    BookingOut,
    BookingsAnswer,
    ChangeIn,
    EventOut,
    ListedBooking,
    StatsOut,
    WholeAnswer,
    WholeBooking,
    facts,
)
from bookings.deliverables import services as deliverables
from bookings.disputes import services as disputes
from bookings.models import Booking, BookingQuerySet
from bookings.reviews.schemas import seen_reviews
from bookings.states import Side, State, Verb, step_of, steps_to
from core import clock
from core.api import In, is_in_scope, require_scope, signed_in
from core.cursors import page_of
from core.errors import Refusal, Refused
from core.scopes import Scope, needs
from pathways.models import Pathway
from scheduling.api import edge, zone_of
from scheduling.loading import moment

router = Router(tags=["Bookings"])
ORDER = ("-starts_at", "-id")


class MyBookingsQuery(In):
    model_config = ConfigDict(extra="ignore")
    role: str = "client"
    status: str | None = None
    pathway: str | None = None
    to: str | None = None
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
        person = User.objects.filter(pk=query.user_id).first() or _missing()
    filters = {name: getattr(query, name) for name in ("role", "status", "pathway", "to", "user_id")}
    filters["from"] = request.GET.get("from")
    found = _filtered(request, query, person)
    page = page_of(
        found.whole(), order=ORDER, limit=query.limit, cursor=query.cursor, filters=filters
    )  # fmt: skip
    now = clock.now()
    return BookingsAnswer(
        bookings=[
            ListedBooking.model_validate(_facts(request, each, sides, now) | {"reviews": seen_reviews(each, sides)})
            for each in page.rows
            for sides in [sides_of(request.user, each)]
        ],
        stats=StatsOut.of(queries.stats_of(found)),
        next_cursor=page.next_cursor,
    )


def _facts(request: SignedInRequest, found: Booking, sides: frozenset[Side], now: datetime) -> dict[str, object]:
    """Without a guest's link for a token that may not manage: whoever has the link can do what the guest can."""
    withheld = {} if is_in_scope(request, Scope.MANAGE) else {"manage_url": None}
    return facts(found, sides, now) | withheld


def _missing() -> User:
    raise Http404


def _filtered(request: SignedInRequest, query: MyBookingsQuery, person: User) -> BookingQuerySet:
    sides = {"client": "client", "provider": "builder"}
    if query.role.lower() not in sides:
        raise wrong("role", "One of client and provider.")
    found = Booking.objects.filter(**{sides[query.role.lower()]: person})
    if query.status is not None:
        if query.status.upper() not in State.values:
            raise wrong("status", f"One of {', '.join(State.values)}.")
        found = found.filter(state=query.status.upper())
    if query.pathway is not None:
        if not Pathway.objects.filter(slug=query.pathway.lower()).exists():
            raise wrong("pathway", "There is no such pathway.")
        found = found.filter(pathway__slug=query.pathway.lower())
    zone = zone_of(person.timezone)
    if first := request.GET.get("from"):
        found = found.filter(starts_at__gte=moment(edge("from", first, zone, is_end=False)))
    if query.to:
        found = found.filter(starts_at__lt=moment(edge("to", query.to, zone, is_end=True)))
    return found


@router.get(
    "/bookings/{id}",
    response=WholeAnswer,
    auth=own_booking,
    by_alias=True,
    summary="One booking",
    operation_id="bookings_api_booking",
)
def booking(request: SignedInRequest, id: str) -> WholeAnswer:  # noqa: A002  (its name in the address)
    found = find(request.user, id)
    sides = sides_of(request.user, found)
    more = {
        "reviews": seen_reviews(found, sides),
        "events": [EventOut.of(event) for event in found.events.all()],
        "messages": [],
        "splits": [],
    }
    told = _facts(request, found, sides, clock.now())
    return WholeAnswer(booking=WholeBooking.model_validate(told | more))


@router.patch(
    "/bookings/{id}",
    response=BookingAnswer,
    auth=own_booking,
    by_alias=True,
    summary="Change a booking",
    operation_id="bookings_api_change",
)
@needs(Scope.BOOK)
def change(request: SignedInRequest, id: str, payload: Body[ChangeIn]) -> BookingAnswer:  # noqa: A002
    """Its state, by the table of states, or its time. One of them at once."""
    found = find(request.user, id)
    links = [link(url) for url in payload.deliverables or []]
    acts = [payload.status is not None, payload.scheduled_time is not None, bool(links)]
    if sum(acts) != 1 and not (acts == [True, False, True] and payload.status == State.COMPLETED):
        raise wrong(
            "status", "Send one of status, scheduledTime and deliverables; deliverables may come with COMPLETED."
        )
    if links:
        return _answer(request, _delivered(request, found, links, payload))
    if payload.status is not None:
        found = _to_state(request, found, payload.status, payload)
    elif payload.scheduled_time is not None:
        found = _to_time(request.user, found, payload.scheduled_time, payload)
    return _answer(request, found)


@router.delete(
    "/bookings/{id}",
    response=BookingAnswer,
    auth=own_booking,
    by_alias=True,
    summary="Cancel a booking",
    operation_id="bookings_api_cancel",
)
@needs(Scope.BOOK)
def cancel(request: SignedInRequest, id: str) -> BookingAnswer:  # noqa: A002
    """The row stays. Cancelling twice answers the same booking."""
    found = find(request.user, id)
    return _answer(request, _to_state(request, found, State.CANCELLED, ChangeIn.model_construct()))


@transaction.atomic
def _delivered(request: SignedInRequest, found: Booking, links: list[str], payload: ChangeIn) -> Booking:
    """The links, and the completion that they may come with: both or neither."""
    require_scope(request, Scope.MANAGE)
    if payload.status is not None:
        found = _to_state(request, found, payload.status, payload)
    for url in links:
        deliverables.add(booking=found, by=as_builder(request.user, found), title="", url=url)
    return found


def _to_state(request: SignedInRequest, found: Booking, target: State, payload: ChangeIn) -> Booking:
    """A token for booking may cancel as client or builder; to answer, run and settle sessions is to manage."""
    if found.state == target:
        return found
    sides = sides_of(request.user, found)
    steps = steps_to(found.state, target)
    if not steps:
        raise Refused(Refusal.INVALID_TRANSITION, allowed=reachable(found, sides, clock.now()))
    mine = next((step for step in steps if step.sides & sides), None)
    if mine is None:
        raise Refused(Refusal.FORBIDDEN)
    by = Actor(next(side for side in Side if side in mine.sides & sides), request.user)
    if mine.verb != Verb.CANCEL or by.side == Side.SUPPORT:
        require_scope(request, Scope.MANAGE)
    reason, version = payload.reason, payload.version
    acts: dict[Verb, Callable[[], Booking]] = {
        Verb.CONFIRM: lambda: services.confirm(booking=found, by=by, version=version),
        Verb.DECLINE: lambda: services.decline(booking=found, by=by, reason=reason, version=version),
        Verb.CANCEL: lambda: services.cancel(booking=found, by=by, reason=reason, version=version),
        Verb.START: lambda: services.start(booking=found, by=by, version=version),
        Verb.COMPLETE: lambda: services.complete(booking=found, by=by, version=version),
        Verb.DISPUTE: lambda: disputes.open_(booking=found, by=by, reason=reason, version=version),
        Verb.RESOLVE: lambda: disputes.resolve(booking=found, by=by, outcome=target, reason=reason, version=version),
    }
    if mine.verb not in acts:
        raise Refused(Refusal.FORBIDDEN)
    return acts[mine.verb]()


def _to_time(person: User, found: Booking, start: datetime, payload: ChangeIn) -> Booking:
    sides = sides_of(person, found)
    step = step_of(found.state, Verb.RESCHEDULE)
    if step is None:
        raise Refused(Refusal.INVALID_TRANSITION, allowed=reachable(found, sides, clock.now()))
    side = next((side for side in Side if side in step.sides & sides), None)
    if side is None:
        raise Refused(Refusal.FORBIDDEN)
    by = Actor(side, person)

    def work() -> Booking:
        return services.reschedule(booking=found, start=start, by=by, reason=payload.reason, version=payload.version)

    moved: Booking = with_alternatives(work, found.session_type, found.minutes, start, found.seat.holder)
    return moved


def _answer(request: SignedInRequest, found: Booking) -> BookingAnswer:
    fresh = Booking.objects.whole().get(pk=found.pk)
    told = _facts(request, fresh, sides_of(request.user, fresh), clock.now())
    return BookingAnswer(booking=BookingOut.model_validate(told))
