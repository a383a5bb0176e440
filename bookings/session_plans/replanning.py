"""Checks the rest of a booked plan when one of its sessions was moved or cancelled, and moves what has to follow.

Nothing is stored about it: what has changed is seen from the bookings, whoever has changed them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.rules import cost_of, is_allowed
from bookings.agreement.transitions import Actor
from bookings.models import Booking, PlannedSession, SessionPlan
from bookings.session_plans.loading import LoadedPlan, load, preferences_of
from bookings.session_plans.proposer import PickedSession, PlanSearch, can_follow, others_near
from bookings.session_plans.queries import FreeSession
from bookings.session_plans.refusals import SessionPlanRefusal
from bookings.states import AHEAD, Side, State, Verb
from bookings.times import When
from core import clock
from core.errors import Refusal, Refused
from core.money import Money
from scheduling.loading import moment
from scheduling.locks import with_times_of


@dataclass(frozen=True)
class ProposedMove:
    """A session that should be moved, when to, why, and what moving it costs by its terms."""

    row: PlannedSession
    booking: Booking
    starts_at: datetime
    reason: str
    fee: Money


@dataclass(frozen=True)
class RestOfPlan:
    """What became of a booked plan: what is wrong with the rest, what would mend it, and why the remaining cannot be."""

    problems: list[str] = field(default_factory=list)
    moves: list[ProposedMove] = field(default_factory=list)
    skills: dict[UUID, UUID | None] = field(default_factory=dict)  # of the planned sessions, where they change
    why_not: list[str] = field(default_factory=list)
    additions: list[FreeSession] = field(default_factory=list)  # instead of sessions that were cancelled

    @property
    def can_be_applied(self) -> bool:
        return bool(self.moves or self.skills)


@dataclass(frozen=True)
class _AheadSession:
    """A session of the plan that is still ahead, at the time that its booking has now."""

    row: PlannedSession
    booking: Booking
    picked: PickedSession

    def may_begin(self, start: int) -> bool:
        """Whether the credit that pays for the session, if any, is still good at this time. A query for each credit."""
        grant = self.booking.credit_grant
        is_later = start > self.picked.start
        return not (is_later and grant and grant.expires_at and start >= grant.expires_at.timestamp())

    @property
    def was_moved(self) -> bool:
        return self.booking.starts_at != self.row.starts_at


def check_rest(plan: SessionPlan, client: User) -> RestOfPlan:
    """Returns what is to be done about the rest of a booked plan. At most 22 queries, for any number of sessions, and
    one for the credit of a session that has to move."""
    if plan.state != SessionPlan.State.BOOKED:
        return RestOfPlan()
    now = clock.now()
    rows = list(plan.sessions.select_related("session_type__builder", "skill").order_by("number"))
    bookings = {row.pk: row for row in Booking.objects.complete().filter(planned_session__plan=plan)}
    live = [row for row in rows if row.booking_id and bookings[row.booking_id].state in AHEAD]
    live = [row for row in live if bookings[row.booking_id].starts_at > now]  # type: ignore[index]  # filtered above
    cancelled = [row for row in rows if row.booking_id and bookings[row.booking_id].state == State.CANCELLED]
    loaded = load(
        client=client,
        plan=plan,
        now=now,
        more_types=[row.session_type_id for row in rows],
        times=[row.starts_at for row in bookings.values()],
    )
    sessions = _ahead(live, bookings, loaded)
    moves, problems, why_not = _moves(plan, sessions, loaded)
    skills = _skills_in_order(sessions, moves)
    if skills:
        problems.append("The sessions are no longer in the order of the skills.")
    search = loaded.search(preferences_of(plan))
    search.picked = [session.picked for session in sessions]
    for row in cancelled:
        if row.starts_at > now:
            problems.append(f"{_short(row.starts_at, plan)} was cancelled.")
    additions = _additions(search, [row for row in cancelled if row.starts_at > now], loaded)
    if not additions and any(row.starts_at > now for row in cancelled):
        why_not.append("There is no free time left for the session that was cancelled.")
    return RestOfPlan(problems, moves, skills, why_not, additions)


def apply_rest(*, plan: SessionPlan, by: User) -> SessionPlan:
    """Moves all sessions as `check_rest` proposes, or none, and puts the skills in order."""
    rest = check_rest(plan, by)
    if not rest.can_be_applied:
        raise Refused(SessionPlanRefusal.NOTHING_TO_REPLAN)
    builders = {move.booking.builder_id for move in rest.moves} or {
        row.session_type.builder_id for row in plan.sessions.select_related("session_type")
    }

    def work(now: datetime) -> SessionPlan:
        current = SessionPlan.objects.select_for_update().filter(pk=plan.pk, client=by).first()
        if current is None:
            raise Refused(Refusal.NOT_FOUND)
        actor = Actor(Side.CLIENT, by)
        for move in rest.moves:
            version = move.booking.version
            services.reschedule(booking=move.booking, start=move.starts_at, by=actor, version=version)
        rows = list(current.sessions.select_related("booking"))
        for row in rows:
            if row.booking is not None and row.booking.state in AHEAD:
                row.starts_at = row.booking.starts_at
            row.skill_id = rest.skills.get(row.pk, row.skill_id)
        PlannedSession.objects.bulk_update(rows, ["starts_at", "skill"])
        current.version += 1
        current.save(update_fields=["version", "changed_at"])
        return current

    return with_times_of(builders, work)


def _ahead(rows: Sequence[PlannedSession], bookings: dict[UUID, Booking], loaded: LoadedPlan) -> list[_AheadSession]:
    sessions = []
    for row in rows:
        offer = loaded.offer_for(row.session_type_id)
        if offer is None or row.booking_id is None:
            continue
        booking = bookings[row.booking_id]
        sized = replace(offer, wanted=replace(offer.wanted, minutes=booking.minutes))
        start, end = int(booking.starts_at.timestamp()), int(booking.ends_at.timestamp())
        sessions.append(_AheadSession(row, booking, PickedSession(start, end, sized, row.skill_id, row.pk)))
    return sorted(sessions, key=lambda session: session.picked.start)


def _moves(
    plan: SessionPlan, sessions: Sequence[_AheadSession], loaded: LoadedPlan
) -> tuple[list[ProposedMove], list[str], list[str]]:
    """Returns what has to move, the problems that this solves, and why others cannot be solved."""
    moves: list[ProposedMove] = []
    problems: list[str] = []
    why_not: list[str] = []
    search = loaded.search(preferences_of(plan))
    search.picked = [session.picked for session in sessions]
    for session in sorted(sessions, key=lambda planned: (planned.was_moved, planned.picked.start)):
        problem = _problem_of(plan, session, search)
        if not problem:
            continue
        problems.append(problem)
        if not is_allowed(session.booking, Verb.RESCHEDULE, Side.CLIENT, loaded.now):
            why_not.append(f"{_short(session.booking.starts_at, plan)} can no longer be moved.")
            continue
        better = _better_time(search, session)
        if better is None:
            why_not.append(
                f"There is no free time near {_short(session.booking.starts_at, plan)} in the hours that you chose."
            )
            continue
        fee = cost_of(session.booking, Verb.RESCHEDULE, Side.CLIENT, loaded.now).fee
        moves.append(ProposedMove(session.row, session.booking, moment(better.start), problem, fee))
        search.picked = [better if other.key == better.key else other for other in search.picked]
    return moves, problems, why_not


def _problem_of(plan: SessionPlan, session: _AheadSession, search: PlanSearch) -> str:
    """Returns what is wrong with the time of a session, or an empty string.

    Of two sessions on one day, the one that was not moved has to follow, because the client has chosen the other.
    """
    picked, name = session.picked, _short(session.booking.starts_at, plan)
    if any(start < picked.end and picked.start < end for start, end in search.own):
        return f"{name} is at the same time as another session of yours."
    day = search.day_of(picked.start)
    if any(other.key != picked.key and search.day_of(other.start) == day for other in search.picked):
        return f"{name} is on the same day as another session of your plan."
    if day > plan.last_day:
        return f"{name} is after {plan.last_day:%-d %B %Y}, the last day of your plan."
    return ""


def _better_time(search: PlanSearch, session: _AheadSession) -> PickedSession | None:
    """Returns the nearest free time in the wanted hours, on a day of its own, before the last day."""
    preferences = search.preferences
    own = PlanSearch(preferences, [session.picked.offer], search.now, own=search.own)
    others = [picked for picked in search.picked if picked.key != session.picked.key]
    taken_days: set[date] = {search.day_of(picked.start) for picked in others}
    starts = [
        start
        for day, day_starts in own.wanted_starts.items()
        if day not in taken_days and day <= preferences.last_day
        for start, _ in day_starts
    ]
    for start in sorted(starts, key=lambda at: abs(at - session.picked.start)):
        if session.may_begin(start) and can_follow(session.picked.offer, start, others, search.now):
            length = session.picked.end - session.picked.start
            return replace(session.picked, start=start, end=start + length)
    return None


def _skills_in_order(sessions: Sequence[_AheadSession], moves: Sequence[ProposedMove]) -> dict[UUID, UUID | None]:
    """Returns the skills of the sessions that change so that they are in their order again, as it was when planned."""
    new_start = {move.row.pk: int(move.starts_at.timestamp()) for move in moves}
    planned = [session.row.skill_id for session in sorted(sessions, key=lambda session: session.row.number)]
    ordered = sorted(sessions, key=lambda session: new_start.get(session.row.pk, session.picked.start))
    return {
        session.row.pk: skill for session, skill in zip(ordered, planned, strict=True) if skill != session.row.skill_id
    }


def _additions(search: PlanSearch, cancelled: Sequence[PlannedSession], loaded: LoadedPlan) -> list[FreeSession]:
    """Returns a free time near each session that was cancelled."""
    additions = []
    for row in cancelled:
        near = others_near(search, int(row.starts_at.timestamp()), only=row.session_type_id, most=1)
        for session in near:
            search.picked.append(session)
            session_type = loaded.session_types[session.offer.session_type]
            additions.append(FreeSession(session_type, moment(session.start), session.offer.wanted.minutes))
    return additions


def _short(starts_at: datetime, plan: SessionPlan) -> str:
    return When(starts_at, starts_at, plan.timezone).short
