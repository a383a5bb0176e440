"""Reads of goals and of how far they are, each with the number of queries it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.roles import Role
from core.ids import parse_uuid
from pathways.goals import rules
from pathways.goals.rules import Amount
from pathways.models import CompletedSession, Enrolment, Goal, GoalQuerySet, Pathway, Progress, Skill

Kind = Goal.Kind
COUNTED = (Kind.SESSIONS, Kind.HOURS)
UNITS = {Kind.SESSIONS: "session", Kind.HOURS: "hour", Kind.CUSTOM: "step"}
MINUTES = Decimal(60)


@dataclass(frozen=True)
class GoalProgress:
    """A goal, what counts towards it, and what follows from that."""

    goal: Goal
    amounts: Sequence[Amount]
    target: Decimal
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.goal.client.timezone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def done(self) -> Decimal:
        return sum((amount for _, amount in self.amounts), Decimal(0))

    @property
    def is_met(self) -> bool:
        return self.target > 0 and self.done >= self.target

    @property
    def percent(self) -> int:
        return rules.percent(self.done, self.target)

    @property
    def unit(self) -> str:
        return UNITS.get(Kind(self.goal.kind), "skill")

    @property
    def words(self) -> str:
        """Returns the progress in words, such as `3 of 5 sessions`."""
        return f"{number(self.done)} of {number(self.target)} {self.unit}{'' if self.target == 1 else 's'}"

    @property
    def forecast(self) -> date | None:
        """Returns the day on which the goal is reached at the pace so far, for goals that can still be reached."""
        if not self.goal.is_open:
            return None
        started = rules.day_begins_at(self.goal.starts_on, self.zone)
        return rules.forecast(self.amounts, target=self.target, started_at=started, now=self.now, zone=self.zone)

    @property
    def days_late(self) -> int:
        """Returns how many days after the deadline the forecast is; 0 if it is in time, or where there is none."""
        forecast, deadline = self.forecast, self.goal.deadline
        return max((forecast - deadline).days, 0) if forecast and deadline else 0

    @property
    def days_left(self) -> str:
        return rules.days_left(self.goal.deadline, self.today) if self.goal.deadline else ""


def number(amount: Decimal) -> str:
    """Returns an amount without superfluous zeros: `3`, `2.5`."""
    return f"{amount.quantize(Decimal('0.1')).normalize():f}" if amount % 1 else str(int(amount))


def progress_of(goals: Iterable[Goal], now: datetime) -> list[GoalProgress]:
    """Returns the progress of each goal, loaded by `complete`. At most three queries for any number of goals.

    Nothing counts for a suggested goal, because the builder who suggested it sees it before the client has agreed.
    """
    goals = list(goals)
    sessions = _sessions([goal for goal in goals if goal.kind in COUNTED])
    by_skill = [goal for goal in goals if goal.kind in (Kind.SKILL, Kind.TIER, Kind.PATHWAY)]
    skills = _skills_by_pathway({goal.pathway_id for goal in by_skill if goal.pathway_id})
    completed = _completed(by_skill)
    progress = []
    for goal in goals:
        if goal.kind in COUNTED:
            amounts, target = _counted(goal, sessions[goal.client_id]), Decimal(goal.target or 0)
        elif goal.kind == Kind.CUSTOM:
            amounts, target = _ticked(goal)
        else:
            wanted = _wanted_skills(goal, skills)
            times = completed[goal.client_id]
            amounts = sorted((times[skill], Decimal(1)) for skill in wanted if skill in times)
            target = Decimal(len(wanted))
        progress.append(GoalProgress(goal, [] if goal.is_suggested else amounts, target, now))
    return progress


def _sessions(goals: Sequence[Goal]) -> dict[UUID, list[CompletedSession]]:
    by_client: dict[UUID, list[CompletedSession]] = defaultdict(list)
    if goals:
        for session in CompletedSession.objects.filter(client__in={goal.client_id for goal in goals}):
            by_client[session.client_id].append(session)
    return by_client


def _counted(goal: Goal, sessions: Iterable[CompletedSession]) -> list[Amount]:
    start = rules.day_begins_at(goal.starts_on, ZoneInfo(goal.client.timezone))
    return [
        (session.starts_at, Decimal(1) if goal.kind == Kind.SESSIONS else session.minutes / MINUTES)
        for session in sessions
        if session.starts_at >= start and goal.pathway_id in (None, session.pathway_id)
    ]


def _ticked(goal: Goal) -> tuple[list[Amount], Decimal]:
    """Returns the steps that are ticked, and how many there are. A goal without steps is one step, done when it is closed
    as reached."""
    steps = list(goal.steps.all())
    if steps:
        return sorted((step.done_at, Decimal(1)) for step in steps if step.done_at), Decimal(len(steps))
    is_reached = goal.status == Goal.Status.REACHED and goal.closed_at is not None
    return [(goal.closed_at, Decimal(1))] if is_reached and goal.closed_at else [], Decimal(1)


def _skills_by_pathway(pathways: set[UUID]) -> dict[UUID, list[tuple[UUID, int]]]:
    by_pathway: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    if pathways:
        rows = Skill.objects.open().filter(pathways__in=pathways).order_by()
        for pathway, skill, tier in rows.values_list("pathways", "pk", "tier"):
            by_pathway[pathway].append((skill, tier))
    return by_pathway


def _wanted_skills(goal: Goal, skills: dict[UUID, list[tuple[UUID, int]]]) -> list[UUID]:
    if goal.skill_id:
        return [goal.skill_id]
    of_pathway = skills[goal.pathway_id] if goal.pathway_id else []
    return [skill for skill, tier in of_pathway if goal.tier in (None, tier)]


def _completed(goals: Sequence[Goal]) -> dict[UUID, dict[UUID, datetime]]:
    """Returns by client when each skill was completed."""
    times: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    if goals:
        rows = Progress.objects.filter(client__in={goal.client_id for goal in goals}, completed_at__isnull=False)
        for client, skill, at in rows.values_list("client", "skill", "completed_at"):
            assert at is not None
            times[client][skill] = at
    return times


def open_rows(goal: Goal | None = None) -> tuple[QuerySet[Skill], QuerySet[Pathway]]:
    """Returns the skills and pathways that can be chosen; for a goal also its own, which may have been retired since."""
    skill, pathway = (goal.skill_id, goal.pathway_id) if goal else (None, None)
    return (
        Skill.objects.filter(Q(is_active=True) | Q(pk=skill)),
        Pathway.objects.filter(Q(is_active=True) | Q(pk=pathway)),
    )


def goal_for(person: User, identifier: UUID | str) -> Goal:
    """Returns a goal that the person may see: their own, one shared with them, or one they have suggested. Two queries.

    Raises Http404 for any other, so that a stranger learns nothing about it.
    """
    key = identifier if isinstance(identifier, UUID) else parse_uuid(identifier)
    goal = Goal.objects.visible_to(person).complete().filter(pk=key).first() if key else None
    if goal is None:
        raise Http404
    return goal


def goals_of(client: User) -> GoalQuerySet:
    """Returns all goals of a client, those with the nearest deadline first."""
    return Goal.objects.complete().filter(client=client).order_by("deadline", "-id")


def goals_shared(client: User, builder: User, now: datetime) -> list[GoalProgress]:
    """Returns the open goals of a client that they share with the builder. One query if there are none, else at most
    five."""
    shared = Goal.objects.open().complete().filter(client=client, shared_with=builder).order_by("deadline", "-id")
    return progress_of(shared, now)


def goals_with(builder: User, client: User, now: datetime) -> list[GoalProgress]:
    """Returns what a builder sees of a client's goals: shared ones, and those they have suggested. At most five queries."""
    visible = Goal.objects.visible_to(builder).complete().filter(client=client).order_by("deadline", "-id")
    return progress_of(visible.exclude(status=Goal.Status.DROPPED), now)


def due_goals(client: User, first: date, last: date) -> list[Goal]:
    """Returns the goals of a client with a deadline on one of the days, for calendars. One query."""
    goals = Goal.objects.filter(client=client, deadline__range=(first, last))
    shown = [Goal.Status.ACTIVE, Goal.Status.MISSED, Goal.Status.REACHED]
    return list(goals.filter(status__in=shown).order_by("deadline", "id"))


def builders_of(client: User) -> list[User]:
    """Returns the builders with whom a client can share a goal: of their pathways, and of sessions they had. Two
    queries."""
    led = Enrolment.objects.filter(client=client, builder__isnull=False).values("builder")
    met = CompletedSession.objects.filter(client=client, builder__isnull=False).values("builder")
    people = User.objects.with_roles().filter(pk__in=led.union(met).values_list("builder", flat=True), is_active=True)
    return [person for person in people.order_by("display_name", "pk") if Role.BUILDER in person.roles]
