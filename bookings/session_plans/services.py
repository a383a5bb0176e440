"""Makes plans of sessions, and changes them as long as they are not booked. Times are only proposed; `holding` takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from bookings.agreement.drafts import MAX_DRAFT_BYTES
from bookings.models import PlannedSession, SessionPlan
from bookings.models.session_plans import MAX_A_WEEK, MAX_BUILDERS, MAX_SESSIONS
from bookings.session_plans import holding
from bookings.session_plans.access import open_plan, plan_to_change
from bookings.session_plans.loading import LoadedPlan, bookable_types, budget_of, load, picked_from, preferences_of
from bookings.session_plans.pricing import within_budget
from bookings.session_plans.proposer import PickedSession, can_follow, others_near, propose_sessions, with_skills
from bookings.session_plans.refusals import SessionPlanRefusal
from coaching.models import SessionType
from core import clock
from core.errors import Refusal, Refused
from core.money import Money
from pathways.models import Pathway
from scheduling.intervals import DAY_MINUTES
from scheduling.loading import moment, zone_named
from scheduling.slots import free_slots

LONGEST = timedelta(weeks=26)
FURTHEST = timedelta(days=5 * 366)  # ahead, so that nobody makes Waymark look through thousands of years
KEPT = timedelta(days=90)  # after the last change, for plans that are not booked
MOST_PLANS = 20  # of one person that are not booked


@dataclass(frozen=True)
class PlanFor:
    """What a client asks a plan for. Without a last day, it ends with the last of so many `sessions`."""

    pathway: Pathway | None
    timezone: str
    weekdays: Sequence[int]
    earliest: int
    latest: int
    per_week: int
    session_types: Sequence[UUID]
    first_day: date | None = None
    last_day: date | None = None
    sessions: int | None = None
    minutes: int | None = None
    budget: Money | None = None


@dataclass(frozen=True)
class MoveSession:
    """Moves a session of the plan to another time, perhaps with another builder."""

    session: UUID
    start: datetime
    session_type: UUID | None = None


@dataclass(frozen=True)
class RemoveSession:
    session: UUID


@dataclass(frozen=True)
class AddSession:
    start: datetime
    session_type: UUID


@dataclass(frozen=True)
class SwapBuilder:
    """Gives a session, or all of them, to another builder: at the same time if it is free, else at the nearest one."""

    session_type: UUID
    session: UUID | None = None


PlanChange = MoveSession | RemoveSession | AddSession | SwapBuilder


@transaction.atomic
def propose(*, client: User, asked: PlanFor) -> SessionPlan:
    """Creates a plan with the sessions that are proposed for it. It has none if no time is free."""
    if SessionPlan.objects.filter(client=client, state=SessionPlan.State.PROPOSED).count() >= MOST_PLANS:
        raise Refused(SessionPlanRefusal.TOO_MANY_PLANS)
    now = clock.now()
    plan = SessionPlan(client=client)
    _apply(plan, asked, now)
    loaded = load(client=client, plan=plan, now=now)
    plan.save(force_insert=True)
    _store(plan, _proposed(loaded, plan))
    return plan


def propose_again(*, plan: SessionPlan, by: User, asked: PlanFor) -> SessionPlan:
    """Changes what the client asked for, and proposes all sessions anew. Times that are held are released first."""
    holding.release(plan=plan, by=by)
    with transaction.atomic():
        now = clock.now()
        current = plan_to_change(plan, by, now)
        _apply(current, asked, now)
        loaded = load(client=by, plan=current, now=now)
        _store(current, _proposed(loaded, current))
        return current


def change(*, plan: SessionPlan, by: User, change: PlanChange) -> SessionPlan:
    """Moves, removes or adds a session, or swaps builders. Times that are held are released first."""
    holding.release(plan=plan, by=by)
    with transaction.atomic():
        current = plan_to_change(plan, by, clock.now())
        rows = list(current.sessions.all())
        if isinstance(change, RemoveSession):
            removed = _row(rows, change.session)
            rows.remove(removed)
            removed.delete()
            _renumber(current, rows)
            return current
        return _change_times(current, by, rows, change)


@transaction.atomic
def save_details(*, plan: SessionPlan, by: User, details: dict[str, Any]) -> SessionPlan:
    """Stores what the client has typed, so that it outlasts a lost hold. Refuses more than 16 kB."""
    current = open_plan(plan, by)
    if len(json.dumps(details, ensure_ascii=False).encode()) > MAX_DRAFT_BYTES:
        raise Refused(
            Refusal.INVALID, "This is too long to be saved. Shorten your answers, or send a link to a longer text."
        )
    current.details = details
    current.save(update_fields=["details", "changed_at"])
    return current


def delete(*, plan: SessionPlan, by: User) -> None:
    """Deletes a plan that is not booked, and releases its times."""
    holding.release(plan=plan, by=by)
    with transaction.atomic():
        plan_to_change(plan, by, clock.now()).delete()


@transaction.atomic
def forget_old(now: datetime) -> None:
    """Deletes proposed plans that nobody has touched for 90 days. Plans that are booked stay with their bookings."""
    old = SessionPlan.objects.filter(state=SessionPlan.State.PROPOSED, changed_at__lt=now - KEPT)
    locked = [plan.pk for plan in old.select_for_update(skip_locked=True)]
    SessionPlan.objects.filter(pk__in=locked).delete()


def _proposed(loaded: LoadedPlan, plan: SessionPlan) -> list[PickedSession]:
    search = loaded.search(preferences_of(plan))
    sessions = propose_sessions(search).sessions
    affordable = within_budget(sessions, loaded.at, budget_of(plan), loaded.credits)
    return with_skills(affordable, search.gaps)


def _store(plan: SessionPlan, sessions: Sequence[PickedSession]) -> None:
    plan.sessions.all().delete()
    PlannedSession.objects.bulk_create(
        [
            PlannedSession(
                plan=plan,
                number=number,
                session_type_id=session.offer.session_type,
                starts_at=moment(session.start),
                minutes=session.offer.wanted.minutes,
                skill_id=session.skill,
            )
            for number, session in enumerate(sessions, 1)
        ]
    )
    plan.version += 1
    plan.save()


def _apply(plan: SessionPlan, asked: PlanFor, now: datetime) -> None:
    """Writes what the client asked for into the plan, or refuses it with all errors by the names of its fields."""
    today = now.astimezone(zone_named(asked.timezone)).date()
    first = max(asked.first_day or today, today)
    if first > today + FURTHEST:
        raise Refused(Refusal.INVALID, fields={"first_day": ["Choose a first day within the next five years."]})
    last = asked.last_day or first + LONGEST - timedelta(days=1)
    if errors := _errors(asked, first, last):
        raise Refused(Refusal.INVALID, fields=errors)
    plan.pathway, plan.timezone = asked.pathway, asked.timezone
    plan.weekdays, plan.per_week = sorted(set(asked.weekdays)), asked.per_week
    plan.earliest, plan.latest = asked.earliest, asked.latest
    plan.first_day, plan.last_day = first, last
    plan.most_sessions = asked.sessions or MAX_SESSIONS
    plan.session_types, plan.minutes = list(dict.fromkeys(asked.session_types)), asked.minutes
    plan.budget = asked.budget.amount if asked.budget else None
    plan.currency = asked.budget.currency if asked.budget else ""


def _errors(asked: PlanFor, first: date, last: date) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not asked.weekdays or not all(0 <= day <= 6 for day in asked.weekdays):
        errors["weekdays"] = ["Choose at least one day of the week."]
    if not 0 <= asked.earliest < asked.latest <= DAY_MINUTES:
        errors["latest"] = ["The hours must end after they begin, on the same day."]
    if not 1 <= asked.per_week <= MAX_A_WEEK:
        errors["per_week"] = [f"Choose 1 to {MAX_A_WEEK} sessions a week."]
    elif asked.weekdays and asked.per_week > len(set(asked.weekdays)):
        errors["per_week"] = ["Choose at least as many days as sessions a week: there is one session a day at most."]
    if asked.last_day is None and asked.sessions is None:
        errors["last_day"] = ["Enter the last day, or how many sessions you want."]
    elif not first <= last < first + LONGEST:
        errors["last_day"] = ["Choose a last day at most 26 weeks after the first one, and not before it."]
    if asked.sessions is not None and not 1 <= asked.sessions <= MAX_SESSIONS:
        errors["sessions"] = [f"Choose 1 to {MAX_SESSIONS} sessions."]
    if asked.budget is not None and asked.budget.amount <= 0:
        errors["budget"] = ["Enter an amount above zero, or leave the budget out."]
    if problem := _types_error(asked):
        errors["session_types"] = [problem]
    return errors


def _types_error(asked: PlanFor) -> str | None:
    wanted = list(dict.fromkeys(asked.session_types))
    if not 1 <= len(wanted) <= MAX_BUILDERS:
        return f"Choose 1 to {MAX_BUILDERS} kinds of sessions."
    rows = bookable_types(wanted)
    if len(rows) < len(wanted):
        return "One of these sessions cannot be booked at the moment. Choose another one."
    for row in rows:
        offered = {pathway.pk for pathway in row.pathways.all()}
        is_on_pathway = row.category == SessionType.Category.PATHWAY
        if is_on_pathway and (asked.pathway is None or (offered and asked.pathway.pk not in offered)):
            return f"“{row.title}” is for another pathway."
    return None


def _row(rows: Sequence[PlannedSession], key: UUID) -> PlannedSession:
    row = next((row for row in rows if row.pk == key), None)
    if row is None:
        raise Refused(Refusal.NOT_FOUND)
    return row


def _change_times(plan: SessionPlan, by: User, rows: list[PlannedSession], change: PlanChange) -> SessionPlan:
    now = clock.now()
    start = getattr(change, "start", None)
    if start is not None and not now < start < now + FURTHEST:
        raise Refused(SessionPlanRefusal.PLAN_TIME_LOST, "This time is not free. Choose another one.")
    new_type = getattr(change, "session_type", None)
    more_types = [row.session_type_id for row in rows] + ([new_type] if new_type else [])
    loaded = load(
        client=by,
        plan=plan,
        now=now,
        more_types=more_types,
        times=[row.starts_at for row in rows] + ([start] if start else []),
    )
    picked = picked_from(rows, loaded)
    if isinstance(change, AddSession):
        if len(rows) >= MAX_SESSIONS:
            raise Refused(Refusal.INVALID, f"A plan has {MAX_SESSIONS} sessions at most.")
        picked.append(_pick_at(loaded, change.session_type, change.start, picked))
    elif isinstance(change, MoveSession):
        row = _row(rows, change.session)
        others = [session for session in picked if session.key != row.pk]
        moved = _pick_at(loaded, change.session_type or row.session_type_id, change.start, others)
        picked = [*others, replace(moved, key=row.pk)]
    elif isinstance(change, SwapBuilder):
        picked = _swap(loaded, plan, rows, picked, change)
    _save_changed(plan, rows, with_skills(picked, [skill.pk for skill in loaded.gaps]))
    return plan


def _pick_at(loaded: LoadedPlan, session_type: UUID, start: datetime, others: Sequence[PickedSession]) -> PickedSession:
    """Returns a session at exactly this time, or refuses it if it could not be booked."""
    offer = loaded.offer_for(session_type)
    if offer is None:
        raise Refused(SessionPlanRefusal.PLAN_TIME_LOST, "This session cannot be booked at the moment.")
    at = int(start.timestamp())
    end = at + offer.seconds
    if any(begins < end and at < finishes for begins, finishes in loaded.own):
        raise Refused(SessionPlanRefusal.PLAN_TIME_LOST, "You have another session at this time.")
    if any(session.start < end and at < session.end for session in others):
        raise Refused(SessionPlanRefusal.PLAN_TIME_LOST, "Your plan has another session at this time.")
    is_free = free_slots(offer.calendar, offer.taken, offer.wanted, (at, at + 1), loaded.at)
    if start.microsecond or not is_free or not can_follow(offer, at, others, loaded.at):
        raise Refused(SessionPlanRefusal.PLAN_TIME_LOST, "This time is not free. Choose another one.")
    return PickedSession(at, end, offer)


def _swap(
    loaded: LoadedPlan,
    plan: SessionPlan,
    rows: Sequence[PlannedSession],
    picked: Sequence[PickedSession],
    change: SwapBuilder,
) -> list[PickedSession]:
    offer = loaded.offer_for(change.session_type)
    if offer is None:
        raise Refused(SessionPlanRefusal.PLAN_TIME_LOST, "This session cannot be booked at the moment.")
    wanted = {_row(rows, change.session).pk} if change.session else {row.pk for row in rows}
    search = loaded.search(preferences_of(plan))
    search.picked = [session for session in picked if session.key not in wanted]
    for session in picked:
        if session.key not in wanted:
            continue
        near = others_near(search, session.start, only=offer.session_type, most=1)
        if not near:
            raise Refused(SessionPlanRefusal.PLAN_TIME_LOST, "This builder has no free time near this session.")
        search.picked.append(replace(near[0], key=session.key))
    return search.picked


def _save_changed(plan: SessionPlan, rows: Sequence[PlannedSession], sessions: Sequence[PickedSession]) -> None:
    """Writes the sessions into their rows, and inserts new ones. Rows of session types that cannot be booked stay."""
    by_key = {row.pk: row for row in rows}
    changed: list[PlannedSession] = []
    for session in sessions:
        row = by_key.get(session.key) if session.key else None
        row = row or PlannedSession(plan=plan, number=1)
        row.session_type_id, row.skill_id = session.offer.session_type, session.skill
        row.starts_at, row.minutes = moment(session.start), session.offer.wanted.minutes
        changed.append(row)
    _renumber(plan, [*changed, *(row for row in rows if row not in changed)])


def _renumber(plan: SessionPlan, rows: Sequence[PlannedSession]) -> None:
    """Numbers the sessions by time, and saves them with the plan. Four queries for any number of sessions."""
    ordered = sorted(rows, key=lambda row: (row.starts_at, row.pk))
    for number, row in enumerate(ordered, 1):
        row.number = number
    new = [row for row in ordered if row._state.adding]
    saved = [row for row in ordered if not row._state.adding]
    PlannedSession.objects.bulk_create(new)
    PlannedSession.objects.bulk_update(saved, ["number", "session_type", "starts_at", "minutes", "skill"])
    plan.version += 1
    plan.save()
