"""Changes of goals: setting, suggesting, accepting, changing, sharing, ticking steps, dropping, and what follows from facts.

Each change locks the client, so that two at once follow each other, and stores an event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.services import lock_person
from core import clock
from core.errors import Refusal, Refused
from core.locks import lock_until_commit
from pathways.goals import notifications, rules
from pathways.goals.queries import builders_of, progress_of
from pathways.models import Goal, GoalEvent, GoalStep, Pathway, Skill
from pathways.refusals import PathwayRefusal

Kind, Status, Verb = Goal.Kind, Goal.Status, GoalEvent.Verb
MOST_OPEN = 50
MOST_SUGGESTED = 10  # by one builder, while the client has not answered
MOST_STEPS = 50
MOST_TARGET = 10_000
LONGEST = timedelta(days=10 * 366)
WITH_PATHWAY = (Kind.TIER, Kind.PATHWAY)
COUNTED = (Kind.SESSIONS, Kind.HOURS)


@dataclass(frozen=True)
class GoalDetails:
    """What a client or a builder says about a goal. An empty title is written from the rest."""

    kind: str
    title: str = ""
    skill: Skill | None = None
    pathway: Pathway | None = None
    tier: int | None = None
    target: int | None = None
    starts_on: date | None = None
    deadline: date | None = None
    remind_days: Sequence[int] = ()
    steps: Sequence[str] = field(default_factory=list)
    shared_with: User | None = None


@transaction.atomic
def create(*, client: User, details: GoalDetails) -> Goal:
    """Sets a goal of the client's own, which is reached at once if the facts are there."""
    lock_person(client.pk)
    now = clock.now()
    goal = Goal(client=client, kind=details.kind)
    _check_room(client)
    _apply(goal, details, now)
    goal.save(force_insert=True)
    _save_steps(goal, details.steps)
    record_event(goal, Verb.CREATE, client, now)
    if goal.shared_with is not None:
        notifications.shared(goal)
    update_goals(client=client, now=now)
    return _fresh(goal)


@transaction.atomic
def suggest(*, client: User, builder: User, details: GoalDetails) -> Goal:
    """Suggests a goal to a client of the builder, who decides about it. The caller has checked that they know each other."""
    if builder == client:
        raise Refused(Refusal.NOT_FOUND)
    lock_person(client.pk)
    now = clock.now()
    goal = Goal(client=client, kind=details.kind, suggested_by=builder, status=Status.SUGGESTED)
    if Goal.objects.filter(client=client, suggested_by=builder, status=Status.SUGGESTED).count() >= MOST_SUGGESTED:
        raise Refused(Refusal.INVALID, f"This client has not answered {MOST_SUGGESTED} of your suggestions yet.")
    _apply(goal, details, now, may_share=False)
    goal.save(force_insert=True)
    _save_steps(goal, details.steps)
    notifications.suggested(record_event(goal, Verb.SUGGEST, builder, now))
    return goal


@transaction.atomic
def accept(*, goal: Goal, by: User) -> Goal:
    """Makes a suggested goal the client's, shared with the builder who suggested it."""
    locked, now = _lock(goal, by), clock.now()
    if locked.status != Status.SUGGESTED:
        return locked
    _check_room(locked.client)
    locked.status, locked.shared_with = Status.ACTIVE, locked.suggested_by
    locked.reminded_days = _too_late(locked, now)
    locked.save(update_fields=["status", "shared_with", "reminded_days", "changed_at"])
    notifications.accepted(record_event(locked, Verb.ACCEPT, by, now))
    update_goals(client=locked.client, now=now)
    return _fresh(locked)


@transaction.atomic
def change(*, goal: Goal, details: GoalDetails, by: User) -> Goal:
    """Changes a goal of the client. A new deadline, or none, makes a goal whose deadline has passed active again."""
    locked, now = _lock(goal, by), clock.now()
    _check_status(locked, (Status.ACTIVE, Status.MISSED))
    if details.kind != locked.kind:
        raise Refused(Refusal.INVALID, fields={"kind": ["A goal keeps its kind. Set another goal instead."]})
    former_deadline, former_builder = locked.deadline, locked.shared_with
    _apply(locked, details, now)
    is_moved = locked.deadline != former_deadline
    if is_moved and locked.status == Status.MISSED:
        locked.status, locked.closed_at = Status.ACTIVE, None
    locked.save()
    _save_steps(locked, details.steps)
    record_event(locked, Verb.MOVE if is_moved else Verb.CHANGE, by, now)
    if locked.shared_with != former_builder:
        record_event(locked, Verb.SHARE, by, now)
        if locked.shared_with is not None:
            notifications.shared(locked)
    update_goals(client=locked.client, now=now)
    return _fresh(locked)


@transaction.atomic
def drop(*, goal: Goal, by: User) -> Goal:
    """Gives a goal up, or declines a suggested one. It can be taken up again."""
    locked, now = _lock(goal, by), clock.now()
    if locked.status == Status.DROPPED:
        return locked
    _close(locked, Status.DROPPED, now)
    record_event(locked, Verb.DROP, by, now)
    return locked


@transaction.atomic
def resume(*, goal: Goal, by: User) -> Goal:
    """Takes a dropped goal up again. One whose deadline has passed meanwhile goes on without a deadline."""
    locked, now = _lock(goal, by), clock.now()
    _check_status(locked, (Status.DROPPED,))
    _check_room(locked.client)
    if locked.deadline and now >= rules.deadline_ends_at(locked.deadline, ZoneInfo(locked.client.timezone)):
        locked.deadline = None
    locked.status, locked.closed_at, locked.reminded_days = Status.ACTIVE, None, _too_late(locked, now)
    locked.save(update_fields=["status", "closed_at", "deadline", "reminded_days", "changed_at"])
    record_event(locked, Verb.RESUME, by, now)
    update_goals(client=locked.client, now=now)
    return _fresh(locked)


@transaction.atomic
def mark_done(*, goal: Goal, by: User, is_done: bool) -> Goal:
    """Says that a goal without steps is reached, or is not after all. All other goals are counted."""
    locked, now = _lock(goal, by), clock.now()
    if locked.kind != Kind.CUSTOM or locked.steps.all():
        raise Refused(Refusal.INVALID, "This goal is reached when what it counts is done.")
    if is_done and locked.is_open:
        _reach(locked, by, now)
    elif not is_done and locked.status == Status.REACHED:
        _reopen(locked, by, now)
    return locked


@transaction.atomic
def set_step(*, goal: Goal, step: GoalStep, by: User, is_done: bool) -> Goal:
    """Ticks a step, or takes the tick away. The last step reaches the goal."""
    locked, now = _lock(goal, by), clock.now()
    _check_status(locked, (Status.ACTIVE, Status.MISSED, Status.REACHED))
    locked.steps.filter(pk=step.pk, done_at__isnull=is_done).update(done_at=now if is_done else None)
    update_goals(client=locked.client, now=now, lost=() if is_done else (Kind.CUSTOM,))
    return _fresh(locked)


@transaction.atomic
def delete(*, goal: Goal, by: User) -> None:
    """Deletes a goal of the client, or a suggestion that its builder withdraws."""
    if goal.is_suggested and goal.suggested_by == by:
        Goal.objects.filter(pk=goal.pk, status=Status.SUGGESTED).delete()
        return
    _lock(goal, by).delete()


# What follows from facts -----------------------------------------------------------------------------------


@transaction.atomic
def update_goals(
    *, client: User, now: datetime, lost: Collection[Goal.Kind] = (), taken_back: Skill | None = None
) -> None:
    """Marks the goals that the facts reach. It also reopens reached ones that they no longer reach: of the kinds whose facts
    were taken back (`lost`), and those that the skill counted for which was undone (`taken_back`). A pathway that grows
    reopens none. Locks the client's goals, since of two facts at once neither transaction would count the other's. At most
    six queries while nothing changes."""
    lock_until_commit(f"goals of {client.pk}")
    may_reopen = Q(kind__in=lost)
    if taken_back is not None:
        pathways = Pathway.objects.filter(skills=taken_back)
        may_reopen |= Q(kind=Kind.SKILL, skill=taken_back) | Q(kind=Kind.PATHWAY, pathway__in=pathways)
        may_reopen |= Q(kind=Kind.TIER, tier=taken_back.tier, pathway__in=pathways)
    is_open = Q(status__in=[Status.ACTIVE, Status.MISSED])
    goals = Goal.objects.complete().filter(is_open | Q(may_reopen, status=Status.REACHED), client=client)
    for progress in progress_of(goals, now):
        is_reached = progress.goal.status == Status.REACHED
        if progress.is_met and not is_reached:
            _reach(progress.goal, None, now)
        elif is_reached and not progress.is_met:
            _reopen(progress.goal, None, now)


# Helpers ---------------------------------------------------------------------------------------------------


def _lock(goal: Goal, by: User) -> Goal:
    """Locks the client and returns the goal as it is now. For others than its client it does not exist."""
    if goal.client_id != by.pk:
        raise Refused(Refusal.NOT_FOUND)
    lock_person(goal.client_id)
    return _fresh(goal)


def _fresh(goal: Goal) -> Goal:
    current = Goal.objects.complete().filter(pk=goal.pk).first()
    if current is None:
        raise Refused(Refusal.NOT_FOUND)
    return current


def _check_status(goal: Goal, allowed: Sequence[Goal.Status]) -> None:
    if goal.status not in allowed:
        raise Refused(PathwayRefusal.GOAL_CLOSED)


def _check_room(client: User) -> None:
    open_goals = Goal.objects.filter(client=client, status__in=[Status.ACTIVE, Status.MISSED])
    if open_goals.count() >= MOST_OPEN:
        raise Refused(Refusal.INVALID, f"You can have up to {MOST_OPEN} goals at once.")


def _apply(goal: Goal, details: GoalDetails, now: datetime, *, may_share: bool = True) -> None:
    """Checks the details and puts them into the goal, without saving it."""
    zone = ZoneInfo(goal.client.timezone)
    today = now.astimezone(zone).date()
    _check_details(goal, details, today, may_share=may_share)
    is_skill, is_counted = details.kind == Kind.SKILL, details.kind in COUNTED
    goal.skill = details.skill if is_skill else None
    goal.pathway = details.pathway if is_counted or details.kind in WITH_PATHWAY else None
    goal.tier = details.tier if details.kind == Kind.TIER else None
    goal.target = details.target if is_counted else None
    goal.title = details.title.strip() or title_of(details)
    goal.starts_on = details.starts_on or (today if goal._state.adding else goal.starts_on)
    added = set(details.remind_days) - set(goal.remind_days)
    goal.remind_days = sorted(set(details.remind_days), reverse=True)
    goal.reminded_days = sorted({*goal.reminded_days, *added.intersection(_too_late(goal, now))})
    if goal.deadline != details.deadline:
        goal.deadline = details.deadline
        goal.reminded_days = _too_late(goal, now)
    if may_share:
        goal.shared_with = details.shared_with


def _check_details(goal: Goal, details: GoalDetails, today: date, *, may_share: bool) -> None:
    kind = details.kind
    checks = (
        ("skill", kind == Kind.SKILL and details.skill is None, "Choose a skill."),
        ("pathway", kind in WITH_PATHWAY and details.pathway is None, "Choose a pathway."),
        ("tier", kind == Kind.TIER and details.tier not in Skill.Tier.values, "Choose a tier."),
        ("target", kind in COUNTED and not 1 <= (details.target or 0) <= MOST_TARGET, "Enter a number from 1 on."),
        ("title", kind == Kind.CUSTOM and not details.title.strip(), "Say what you want to reach."),
        ("steps", len(details.steps) > MOST_STEPS, f"A goal can have up to {MOST_STEPS} steps."),
        ("steps", any(len(text) > 200 for text in details.steps), "A step can have up to 200 characters."),
        ("remind_days", not set(details.remind_days) <= set(rules.REMIND_DAYS), "Choose from the list."),
        ("starts_on", bool(details.starts_on and details.starts_on > today), "This day is in the future."),
        ("starts_on", bool(details.starts_on and details.starts_on < today - LONGEST), "This is too long ago."),
        ("shared_with", may_share and not _may_share(goal, details.shared_with), "Choose one of your builders."),
        *_deadline_checks(goal, details.deadline, today),
    )
    wrong: dict[str, list[str]] = {}
    for name, is_wrong, sentence in checks:
        if is_wrong:
            wrong.setdefault(name, []).append(sentence)
    if wrong:
        raise Refused(Refusal.INVALID, fields=wrong)


def _deadline_checks(goal: Goal, deadline: date | None, today: date) -> list[tuple[str, bool, str]]:
    if deadline is None or deadline == goal.deadline:
        return []
    return [
        ("deadline", deadline < today, "This day is over. Choose today or a later day."),
        ("deadline", deadline > today + LONGEST, "This is too far away."),
    ]


def _may_share(goal: Goal, builder: User | None) -> bool:
    return builder is None or builder in (goal.shared_with, goal.suggested_by) or builder in builders_of(goal.client)


def title_of(details: GoalDetails) -> str:
    """Returns a title for a goal that nobody has given one."""
    if details.kind == Kind.SKILL:
        return f"Complete “{details.skill}”"
    if details.kind == Kind.TIER:
        return f"Complete tier {details.tier} of {details.pathway}"
    if details.kind == Kind.PATHWAY:
        return f"Complete {details.pathway}"
    on = f" on {details.pathway}" if details.pathway else ""
    plural = "" if details.target == 1 else "s"
    unit = "session" if details.kind == Kind.SESSIONS else "hour"
    return f"{details.target} {unit}{plural}{on}" + (" of sessions" if unit == "hour" and not on else "")


def _save_steps(goal: Goal, texts: Sequence[str]) -> None:
    """Writes the steps of a goal in order. A step whose text stays keeps its tick."""
    texts = [text.strip() for text in texts if text.strip()] if goal.kind == Kind.CUSTOM else []
    steps = list(goal.steps.all())
    if texts == [step.text for step in steps]:
        return
    former: dict[str, list[datetime | None]] = defaultdict(list)
    for step in steps:
        former[step.text].append(step.done_at)
    goal.steps.all().delete()
    GoalStep.objects.bulk_create(
        GoalStep(goal=goal, text=text, place=place, done_at=former[text].pop(0) if former[text] else None)
        for place, text in enumerate(texts)
    )


def _too_late(goal: Goal, now: datetime) -> list[int]:
    return rules.reminders_missed(goal.deadline, ZoneInfo(goal.client.timezone), now)


def _close(goal: Goal, status: Goal.Status, now: datetime) -> None:
    goal.status, goal.closed_at = status, now
    goal.save(update_fields=["status", "closed_at", "changed_at"])


def _reach(goal: Goal, by: User | None, now: datetime) -> None:
    _close(goal, Status.REACHED, now)
    notifications.reached(record_event(goal, Verb.REACH, by, now))


def _reopen(goal: Goal, by: User | None, now: datetime) -> None:
    """Makes a goal open again. If its deadline has passed, the next run of `deadlines.close_overdue` says so."""
    goal.status, goal.closed_at = Status.ACTIVE, None
    goal.save(update_fields=["status", "closed_at", "changed_at"])
    record_event(goal, Verb.REOPEN, by, now)


def record_event(goal: Goal, verb: GoalEvent.Verb, by: User | None, now: datetime) -> GoalEvent:
    """Stores what happened to a goal, with the deadline that it has then."""
    return GoalEvent.objects.create(goal=goal, at=now, verb=verb, by=by, deadline=goal.deadline)
