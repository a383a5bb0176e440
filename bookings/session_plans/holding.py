"""Holds all times of a plan together, or none of them, and releases them.

The times of all builders are locked in the order of their ids, then the plan's row. Each person has one plan held at
most, since its times do not count against the limit of single holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import User
from bookings.agreement import limits
from bookings.models import PlannedSession, SessionPlan
from bookings.session_plans.access import open_plan
from bookings.session_plans.loading import plan_holder
from bookings.session_plans.refusals import SessionPlanRefusal
from bookings.times import When
from core.errors import Refusal, Refused
from core.locks import lock_until_commit
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.loading import load_hours
from scheduling.locks import with_times_of
from scheduling.models import Seat
from scheduling.outside.services import refresh_calendars_of
from scheduling.strangers import hours_around


def hold(*, plan: SessionPlan, by: User, address: str = "") -> SessionPlan:
    """Holds all times of the plan for ten minutes, or none. Holding it again prolongs that.

    A refusal with the code `plan_time_lost` names the sessions whose times are taken in `details["lost"]`, by their ids.
    """
    sessions = sessions_of(plan)
    if not sessions:
        raise Refused(SessionPlanRefusal.PLAN_EMPTY)
    limits.PLANS_HELD.hit(str(by.pk), "You have reserved the times of plans very often today. Book one of them.")
    visitor = Visitor(plan_holder(plan.pk), by, address, plan_id=plan.pk)
    asks = time_requests(sessions, visitor)

    def work(now: datetime) -> SessionPlan:
        lock_until_commit(f"held session plan of {by.pk}")
        current = open_plan(plan, by)
        if SessionPlan.objects.filter(client=by).held(now).exclude(pk=plan.pk).exists():
            raise Refused(SessionPlanRefusal.ANOTHER_PLAN_HELD)
        if version_of(sessions) != version_of(sessions_of(current)):
            raise Refused(Refusal.STALE)
        seats = _hold_all(sessions, asks, plan.timezone)
        for session, seat in zip(sessions, seats, strict=True):
            session.seat = seat
        PlannedSession.objects.bulk_update(sessions, ["seat"])
        current.held_until = min(seat.expires_at for seat in seats if seat.expires_at)
        current.save(update_fields=["held_until", "changed_at"])
        return current

    return with_times_of([session.session_type.builder_id for session in sessions], work)


def refresh_calendars(plan: SessionPlan) -> None:
    """Reads the calendars that the builders keep elsewhere, before their times are taken. Called outside a transaction."""
    builders = plan.sessions.order_by().values_list("session_type__builder", flat=True).distinct()
    for builder in list(builders):
        refresh_calendars_of(builder)


def release(*, plan: SessionPlan, by: User) -> None:
    """Releases the times that the plan holds. Does nothing for a plan that holds none, or is booked."""
    sessions = [session for session in sessions_of(plan) if session.seat_id is not None]
    if not sessions:
        return

    def work(now: datetime) -> None:
        current = open_plan(plan, by)
        for session in sessions_of(current):
            if session.seat is not None and session.seat.expires_at is not None:
                claims.release(seat=session.seat)
        current.sessions.update(seat=None)
        current.held_until = None
        current.save(update_fields=["held_until", "changed_at"])

    with_times_of([session.session_type.builder_id for session in sessions], work)


def sessions_of(plan: SessionPlan) -> list[PlannedSession]:
    """Returns the sessions in order of time, with what holding them needs. One query."""
    rows = plan.sessions.select_related("session_type__builder", "seat__reservation")
    return list(rows.order_by("starts_at", "id"))


def version_of(sessions: Sequence[PlannedSession]) -> list[tuple[UUID, datetime, UUID, int]]:
    return [(row.pk, row.starts_at, row.session_type_id, row.minutes) for row in sessions]


def time_requests(sessions: Sequence[PlannedSession], visitor: Visitor) -> list[TimeRequest]:
    """Returns a request for each session's time, with the hours of all builders loaded in one query."""
    builders = {session.session_type.builder_id for session in sessions}
    starts = [int(session.starts_at.timestamp()) for session in sessions]
    hours = load_hours(builders, (hours_around(min(starts))[0], hours_around(max(starts))[1]))
    requests = []
    for session in sessions:
        ask = TimeRequest(session.session_type, session.starts_at, session.minutes, visitor)
        vars(ask)["hours"] = hours[session.session_type.builder_id]
        requests.append(ask)
    return requests


def _hold_all(sessions: Sequence[PlannedSession], asks: Sequence[TimeRequest], zone: str) -> list[Seat]:
    seats: list[Seat] = []
    lost: list[str] = []
    sentences: list[str] = []
    for session, ask in zip(sessions, asks, strict=True):
        try:
            seats.append(claims.hold(ask))
        except Refused as error:
            if error.refusal not in claims.LOST:
                raise
            lost.append(str(session.pk))
            sentences.append(f"{When(session.starts_at, session.ends_at, zone).short}: {error.sentence}")
    if lost:
        raise Refused(SessionPlanRefusal.PLAN_TIME_LOST, " ".join(sentences[:3]), lost=lost)
    return seats
