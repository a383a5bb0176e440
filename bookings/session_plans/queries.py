"""Reads plans of sessions for pages and the API, each with the number of queries it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from accounts.models import User
from bookings.billing.checkout.timing import timing_of
from bookings.models import Booking, PlannedSession, SessionPlan
from bookings.session_plans.loading import LoadedPlan, load, picked_from, preferences_of
from bookings.session_plans.pricing import PlanPrice, PricedSession, price_plan
from bookings.session_plans.proposer import PickedSession, PlanSearch, others_near, propose_sessions, reason_against
from coaching.models import SessionType
from core import clock
from pathways.models import Skill
from payments.states import Timing
from scheduling.loading import moment


@dataclass(frozen=True)
class FreeSession:
    """A free time that could be taken instead, or besides."""

    session_type: SessionType
    starts_at: datetime
    minutes: int


@dataclass(frozen=True)
class ShownSession:
    """A session of a plan as a page shows it. `problem` says why it cannot be booked at its time; then `others` are the
    nearest free times."""

    row: PlannedSession
    session_type: SessionType
    skill: Skill | None
    problem: str
    others: list[FreeSession]
    priced: PricedSession | None

    @property
    def is_free(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class ShownShortfall:
    """A day on which the client wanted a session and has none, why, and free times near it."""

    day: date
    rule: str
    sentence: str
    others: list[FreeSession]


@dataclass(frozen=True)
class ShownSessionPlan:
    """A plan with what its page shows."""

    plan: SessionPlan
    now: datetime
    sessions: list[ShownSession]
    shortfalls: list[ShownShortfall]
    additions: list[FreeSession]  # free times in weeks that have fewer sessions than were asked for
    price: PlanPrice
    session_types: list[SessionType]  # of the sessions, each once
    paid_first: list[SessionType] = field(default_factory=list)  # which cannot be booked in a plan without credits
    left_out: list[Skill] = field(default_factory=list)  # gaps for which there is no session

    @property
    def is_held(self) -> bool:
        return self.plan.is_held(self.now)

    @property
    def is_bookable(self) -> bool:
        is_open = self.plan.state == SessionPlan.State.PROPOSED and bool(self.sessions) and not self.paid_first
        return is_open and all(session.is_free for session in self.sessions)


def shown_plan(plan: SessionPlan, client: User) -> ShownSessionPlan:
    """Returns a plan, and one that is not booked yet is checked against what is free now. At most 24 queries, for any
    number of weeks and sessions."""
    now = clock.now()
    rows = list(plan.sessions.select_related("session_type__builder", "skill", "booking").order_by("starts_at", "id"))
    if plan.state == SessionPlan.State.BOOKED:
        booked = [ShownSession(row, row.session_type, row.skill, "", [], None) for row in rows]
        return ShownSessionPlan(plan, now, booked, [], [], PlanPrice(), [])
    types = [row.session_type_id for row in rows]
    loaded = load(client=client, plan=plan, now=now, more_types=types, times=[row.starts_at for row in rows])
    picked = picked_from(rows, loaded)
    search = loaded.search(preferences_of(plan))
    search.kept = search.picked = picked
    proposal = propose_sessions(search) if search.offers else None
    kept = {session.key for session in picked}
    price = price_plan(picked, loaded.at, loaded.credits, loaded.packages)
    priced = {row.session.key: row for row in price.sessions}
    by_key = {session.key: session for session in picked}
    search.picked = picked
    sessions = [_shown_session(row, by_key.get(row.pk), search, loaded, priced.get(row.pk)) for row in rows]
    planned = {row.skill_id for row in rows}
    return ShownSessionPlan(
        plan=plan,
        now=now,
        sessions=sessions,
        shortfalls=[
            ShownShortfall(row.day, row.rule, row.sentence, _free(row.others, loaded))
            for row in (proposal.shortfalls if proposal else [])
        ],
        additions=_free([row for row in proposal.sessions if row.key not in kept] if proposal else [], loaded),
        price=price,
        session_types=list(
            {
                row.session_type_id: loaded.session_types.get(row.session_type_id, row.session_type) for row in rows
            }.values()
        ),
        paid_first=_paid_first(price, loaded, client),
        left_out=[skill for skill in loaded.gaps if skill.pk not in planned],
    )


def plans_of(client: User) -> list[SessionPlan]:
    """Returns the client's plans with their sessions, the newest first. Two queries."""
    rows = SessionPlan.objects.filter(client=client).select_related("pathway")
    return list(rows.prefetch_related("sessions__session_type__builder", "sessions__booking"))


@dataclass(frozen=True)
class PlanPosition:
    """Where a booking stands in the plan that it was booked with."""

    plan: UUID
    number: int
    count: int

    def __str__(self) -> str:
        return f"Part of a plan: session {self.number} of {self.count}"


def position_of(booking: Booking) -> PlanPosition | None:
    """Returns the place of a booking in its plan; None if it is in none. One query."""
    row = PlannedSession.objects.filter(booking=booking).select_related("plan").first()
    return PlanPosition(row.plan_id, row.number, row.plan.booked_sessions) if row else None


def _shown_session(
    row: PlannedSession,
    session: PickedSession | None,
    search: PlanSearch,
    loaded: LoadedPlan,
    priced: PricedSession | None,
) -> ShownSession:
    session_type = loaded.session_types.get(row.session_type_id, row.session_type)
    if session is None:
        return ShownSession(row, session_type, row.skill, "This session cannot be booked at the moment.", [], None)
    problem = reason_against(search, session)
    if not problem and priced is None:
        problem = f"Sessions of {row.minutes} minutes are no longer offered."
    others = _free(others_near(search, session.start, without=session), loaded) if problem else []
    return ShownSession(row, session_type, row.skill, problem, others, priced)


def _free(sessions: Sequence[PickedSession], loaded: LoadedPlan) -> list[FreeSession]:
    return [
        FreeSession(loaded.session_types[row.offer.session_type], moment(row.start), row.offer.wanted.minutes)
        for row in sessions
    ]


def _paid_first(price: PlanPrice, loaded: LoadedPlan, client: User) -> list[SessionType]:
    """Returns the session types that are paid when booking, for which no credit pays."""
    rows = {}
    for priced in price.sessions:
        session_type = loaded.session_types[priced.session.offer.session_type]
        is_new = session_type.pk not in rows and not priced.uses_credit
        if is_new and timing_of(session_type, priced.price.total, client) == Timing.AT_BOOKING:
            rows[session_type.pk] = session_type
    return list(rows.values())
