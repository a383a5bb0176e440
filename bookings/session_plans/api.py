"""`/api/session-plans`: plans of several sessions, proposed on free times and booked all together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest
from ninja import Body, Router, Status

from accounts.access import SignedInRequest
from accounts.models import User
from bookings.agreement import limits
from bookings.agreement.visitors import visitor_of
from bookings.api.access import wrong
from bookings.flags import SESSION_PLANS
from bookings.models import Booking, SessionPlan
from bookings.session_plans import booking, holding, services
from bookings.session_plans.access import plan_for
from bookings.session_plans.booking import ShownPlan
from bookings.session_plans.loading import bookable_types
from bookings.session_plans.queries import plans_of, shown_plan
from bookings.session_plans.schemas import (
    PlanBookIn,
    PlanWantedIn,
    SessionPlanAnswer,
    SessionPlanOut,
    SessionPlanPatch,
    SessionPlansAnswer,
    SessionPlanSummaryOut,
)
from bookings.session_plans.services import (
    AddSession,
    MoveSession,
    PlanChange,
    PlanFor,
    RemoveSession,
    SwapBuilder,
)
from core import flags
from core.api import SuccessBody, renamed_fields, signed_in
from core.ids import parse_uuid
from core.money import BadMoney, Money
from core.scopes import Scope, needs
from pathways.models import Pathway
from scheduling.schemas import minutes_of

router = Router(tags=["Session plans"])


def planner(request: HttpRequest) -> User:
    """Authenticates a person who may plan sessions."""
    person: User = signed_in(request)
    if not flags.is_on(request, SESSION_PLANS):
        raise Http404
    return person


def own_plan(request: HttpRequest) -> User:
    """Authenticates a request for one plan: that of somebody else is a 404, before the body is checked."""
    person = planner(request)
    match = request.resolver_match
    assert match is not None
    _find(person, match.kwargs["id"])
    return person


def _find(person: User, identity: str) -> SessionPlan:
    key = parse_uuid(identity)
    if key is None:
        raise Http404
    return plan_for(person, key)


@router.get("/session-plans", response=SessionPlansAnswer, auth=planner, by_alias=True, summary="My plans")
def session_plans(request: SignedInRequest) -> SessionPlansAnswer:
    return SessionPlansAnswer(
        session_plans=[
            SessionPlanSummaryOut.model_validate(SessionPlanSummaryOut.values_of(plan))
            for plan in plans_of(request.user)
        ]
    )


@router.post("/session-plans", response={201: SessionPlanAnswer}, auth=planner, by_alias=True, summary="Propose a plan")
@needs(Scope.BOOK)
def create_session_plan(request: SignedInRequest, payload: Body[PlanWantedIn]) -> Status[SessionPlanAnswer]:
    """On free times, without taking them. `conflicts` are days on which there is none."""
    asked = _asked(payload)
    with _names():
        plan = services.propose(client=request.user, asked=asked)
    return Status(201, _answer(plan, request.user))


@router.get("/session-plans/{id}", response=SessionPlanAnswer, auth=own_plan, by_alias=True, summary="One plan")
def session_plan(request: SignedInRequest, id: str) -> SessionPlanAnswer:
    """Checked against what is free now, with its price."""
    return _answer(_find(request.user, id), request.user)


@router.patch("/session-plans/{id}", response=SessionPlanAnswer, auth=own_plan, by_alias=True, summary="Change a plan")
@needs(Scope.BOOK)
def change_session_plan(request: SignedInRequest, id: str, payload: Body[SessionPlanPatch]) -> SessionPlanAnswer:
    """Moves, removes or adds a session, swaps builders, or proposes everything anew. A held plan is released first."""
    plan = _find(request.user, id)
    with _names():
        if payload.wanted is not None:
            changed = services.propose_again(plan=plan, by=request.user, asked=_asked(payload.wanted))
        else:
            changed = services.change(plan=plan, by=request.user, change=_change(payload))
    return _answer(changed, request.user)


@router.delete("/session-plans/{id}", response=SuccessBody, auth=own_plan, by_alias=True, summary="Delete a plan")
@needs(Scope.BOOK)
def delete_session_plan(request: SignedInRequest, id: str) -> SuccessBody:
    """Releases its times. A plan that is booked cannot be deleted: cancel its sessions."""
    services.delete(plan=_find(request.user, id), by=request.user)
    return SuccessBody()


@router.post(
    "/session-plans/{id}/hold", response=SessionPlanAnswer, auth=own_plan, by_alias=True, summary="Hold all times"
)
@needs(Scope.BOOK)
def hold_session_plan(request: SignedInRequest, id: str) -> SessionPlanAnswer:
    """For ten minutes, or none of them: then the refusal `plan_time_lost` has the `lost` sessions."""
    plan = _find(request.user, id)
    if plan.state == SessionPlan.State.PROPOSED:
        holding.refresh_calendars(plan)
    reserved = holding.hold(plan=plan, by=request.user, address=visitor_of(request).address)
    return _answer(reserved, request.user)


@router.post(
    "/session-plans/{id}/book", response=SessionPlanAnswer, auth=own_plan, by_alias=True, summary="Book all sessions"
)
@needs(Scope.BOOK)
def book_session_plan(request: SignedInRequest, id: str, payload: Body[PlanBookIn]) -> SessionPlanAnswer:
    """All of them or none. Booking a plan again returns it as it is."""
    plan = _find(request.user, id)
    if plan.state == SessionPlan.State.PROPOSED:
        limits.count_booking(request, None)
        holding.refresh_calendars(plan)
    remote = {row.pk: row.is_remote for row in bookable_types([row.session_type_id for row in payload.details])}
    details = {
        row.session_type_id: row.parsed(usually_remote=remote.get(row.session_type_id, True)) for row in payload.details
    }
    booked = booking.book(
        plan=plan, by=request.user, details=details, shown=_shown(payload), source=Booking.Source.API,
        address=visitor_of(request).address,
    )  # fmt: skip
    return _answer(booked, request.user)


def _answer(plan: SessionPlan, client: User) -> SessionPlanAnswer:
    return SessionPlanAnswer(session_plan=SessionPlanOut.of(shown_plan(plan, client)))


@contextmanager
def _names() -> Iterator[None]:
    with renamed_fields(session_types="session_type_ids", minutes="duration_minutes", pathway="pathway_id"):
        yield


def _asked(payload: PlanWantedIn) -> PlanFor:
    pathway = None
    if payload.pathway_id is not None:
        pathway = Pathway.objects.open().filter(slug=payload.pathway_id.lower()).first()
        if pathway is None:
            raise wrong("pathway_id", "There is no such pathway.")
    return PlanFor(
        pathway=pathway,
        timezone=payload.timezone,
        weekdays=payload.weekdays,
        earliest=minutes_of(payload.earliest),
        latest=minutes_of(payload.latest),
        per_week=payload.per_week,
        session_types=payload.session_type_ids,
        first_day=payload.first_day,
        last_day=payload.last_day,
        sessions=payload.sessions,
        minutes=payload.duration_minutes,
        budget=_budget(payload),
    )


def _budget(payload: PlanWantedIn) -> Money | None:
    if payload.budget is None:
        return None
    if payload.currency is None:
        raise wrong("currency", "Say in which currency the budget is.")
    try:
        return Money(payload.budget, payload.currency.upper())
    except BadMoney as error:
        raise wrong("budget", str(error)) from None


def _shown(payload: PlanBookIn) -> ShownPlan | None:
    if payload.totals is None:
        return None
    try:
        return ShownPlan([Money(row.total, row.currency.upper()) for row in payload.totals], {})
    except BadMoney as error:
        raise wrong("totals", str(error)) from None


def _change(payload: SessionPlanPatch) -> PlanChange:
    if payload.move is not None:
        return MoveSession(payload.move.session_id, payload.move.start_time, payload.move.session_type_id)
    if payload.remove is not None:
        return RemoveSession(payload.remove.session_id)
    if payload.add is not None:
        return AddSession(payload.add.start_time, payload.add.session_type_id)
    assert payload.swap is not None
    return SwapBuilder(payload.swap.session_type_id, payload.swap.session_id)
