"""Changes of a client's progress on skills: starting, completing, verifying, suggesting, undoing, and evidence.

Each change locks the client, so that two at once follow each other, and stores an event with the values before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.notifications import NewNotification, notify
from core import clock
from core.errors import Refusal, Refused
from core.uploads import check_space
from pathways.badges import services as badges
from pathways.catalogue import graph
from pathways.goals import services as goals
from pathways.models import Enrolment, Evidence, Progress, ProgressEvent, Skill
from pathways.progress import enrolments
from pathways.progress.queries import Standing, standing_of
from pathways.refusals import PathwayRefusal
from pathways.states import SkillState

Status, Verb = Progress.Status, ProgressEvent.Verb
KEPT = ("status", "asked_at", "completed_at", "verified_by_id", "assigned_by_id")
MAX_EVIDENCE = 20


class ActingAs(Enum):
    """In which role somebody changes the progress of a client."""

    CLIENT = "client"
    BUILDER = "builder"


def acting_as(by: User, client: User, skill: Skill) -> ActingAs:
    """Returns the role of `by`: the client, or the builder of their enrolment on a pathway with that skill.

    Everybody else gets "not found", so that they learn nothing about the client.
    """
    if by == client:
        return ActingAs.CLIENT
    if Enrolment.objects.led_by(by).filter(client=client, pathway__skills=skill).exists():
        return ActingAs.BUILDER
    raise Refused(Refusal.NOT_FOUND)


@transaction.atomic
def start(*, client: User, skill: Skill, by: User) -> Progress:
    """Starts a skill. One that is in progress or completed stays as it is."""
    acting_as(by, client, skill)
    progress, now = _lock_progress(client, skill), clock.now()
    if progress.status == Status.UNTOUCHED:
        _check_open(client, skill)
        _record_step(progress, Verb.START, by, now, status=Status.IN_PROGRESS)
    return progress


@transaction.atomic
def complete(*, client: User, skill: Skill, by: User, comment: str = "") -> Progress:
    """Completes a skill. If it needs a builder, a client only asks their builders to verify it."""
    side = acting_as(by, client, skill)
    progress, now = _lock_progress(client, skill), clock.now()
    if progress.status == Status.COMPLETED:
        return progress
    _check_open(client, skill)
    if side == ActingAs.CLIENT and skill.needs_builder:
        if progress.asked_at is None:
            event = _record_step(progress, Verb.ASK, by, now, comment, status=Status.IN_PROGRESS, asked_at=now)
            _notify_builders(progress, event)
        return progress
    verified_by = by.pk if side == ActingAs.BUILDER else None
    event = _record_step(
        progress, Verb.COMPLETE, by, now, comment,
        status=Status.COMPLETED, completed_at=now, asked_at=None, verified_by_id=verified_by,
    )  # fmt: skip
    if side == ActingAs.BUILDER:
        _notify_client(event, f"{by.display_name} has seen it: {skill} is yours")
    enrolments.complete_or_reopen(client=client, skill=skill, now=now)
    badges.update_awards(client=client, now=now)
    goals.update_goals(client=client, now=now)
    return progress


@transaction.atomic
def send_back(*, client: User, skill: Skill, by: User, comment: str) -> Progress:
    """Returns a skill to the client whose builder was asked to verify it, with a comment on what is missing."""
    if acting_as(by, client, skill) != ActingAs.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    if not comment.strip():
        raise Refused(Refusal.INVALID, fields={"comment": ["Say what is missing: your client will see it."]})
    progress, now = _lock_progress(client, skill), clock.now()
    if progress.asked_at is None:
        raise Refused(Refusal.INVALID_TRANSITION, "It no longer needs your answer.", allowed=[])
    event = _record_step(progress, Verb.RETURN, by, now, comment, asked_at=None)
    _notify_client(event, f"{by.display_name} has commented on {skill}")
    return progress


@transaction.atomic
def assign(*, client: User, skill: Skill, by: User, comment: str = "") -> Progress:
    """Suggests a skill to the builder's client, which then comes first among those not begun."""
    if acting_as(by, client, skill) != ActingAs.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    progress, now = _lock_progress(client, skill), clock.now()
    if progress.status == Status.COMPLETED:
        raise Refused(Refusal.INVALID_TRANSITION, f"{skill} is completed.", allowed=[])
    _check_open(client, skill)
    if progress.assigned_by_id != by.pk:
        event = _record_step(progress, Verb.ASSIGN, by, now, comment, assigned_by_id=by.pk)
        _notify_client(event, f"{by.display_name} suggests {skill}")
    return progress


@transaction.atomic
def undo(*, client: User, skill: Skill, by: User) -> Progress:
    """Undoes the last event and restores the values from before it. Clients undo only what they did themselves."""
    side = acting_as(by, client, skill)
    progress, now = _lock_progress(client, skill), clock.now()
    event = last_step(progress)
    if event is None:
        raise Refused(Refusal.INVALID_TRANSITION, "There is nothing to withdraw.", allowed=[])
    if side == ActingAs.CLIENT and event.by_id != client.pk:
        raise Refused(Refusal.FORBIDDEN, "Only your builder can undo this. Ask them.")
    if event.verb == Verb.COMPLETE:
        _check_no_skill_depends_on(progress)
    _record_step(progress, Verb.UNDO, by, now, undoes=event, **_deserialise(event.before))
    if event.verb == Verb.COMPLETE:
        enrolments.complete_or_reopen(client=client, skill=skill, now=now, is_taken_back=True)
        badges.update_awards(client=client, now=now, taken_back=skill)
        goals.update_goals(client=client, now=now, taken_back=skill)
    return progress


def last_step(progress: Progress) -> ProgressEvent | None:
    """Returns the event that `undo` would undo. One query."""
    steps = progress.events.exclude(verb=Verb.UNDO).filter(undone_by__isnull=True)
    return steps.select_related("by").order_by("-at", "-id").first()


@transaction.atomic
def set_status(
    *, client: User, skill: Skill, by: User, status: str, comment: str = "", text: str = "", url: str = ""
) -> Progress:
    """Moves a skill to the named status, with evidence if there is any: starts, completes or undoes as needed."""
    if text or url:
        add_evidence(client=client, skill=skill, by=by, text=text, url=url)
    if status == SkillState.COMPLETED:
        return complete(client=client, skill=skill, by=by, comment=comment)
    progress = Progress.objects.filter(client=client, skill=skill).first()
    current = progress.status if progress else Status.UNTOUCHED
    if status == SkillState.IN_PROGRESS and current == Status.UNTOUCHED:
        return start(client=client, skill=skill, by=by)
    if progress is not None and status == (
        SkillState.AVAILABLE if current == Status.IN_PROGRESS else SkillState.IN_PROGRESS
    ):
        return undo(client=client, skill=skill, by=by)
    acting_as(by, client, skill)
    return progress or _lock_progress(client, skill)


@dataclass(frozen=True)
class SkillMove:
    """One of several skills to move together, and the status to move it to."""

    skill: Skill
    status: str


@transaction.atomic
def move_skills(*, client: User, moves: Iterable[SkillMove], by: User, comment: str = "") -> list[Progress]:
    """Moves all of the skills or none, prerequisites before the skills that need them."""
    moves = list(moves)
    needs = {move.skill.pk: [need.pk for need in move.skill.needs.all()] for move in moves}
    depth = graph.depths(needs)
    return [
        set_status(client=client, skill=move.skill, by=by, status=move.status, comment=comment)
        for move in sorted(moves, key=lambda move: depth[move.skill.pk])
    ]


# Evidence ------------------------------------------------------------------------------------------------


@transaction.atomic
def add_evidence(
    *, client: User, skill: Skill, by: User, text: str = "", url: str = "", file: File[bytes] | None = None
) -> Evidence:
    """Adds evidence for a skill, and starts the skill if it was not."""
    progress = start(client=client, skill=skill, by=by)
    if progress.evidence.count() >= MAX_EVIDENCE:
        raise Refused(Refusal.INVALID_TRANSITION, f"A skill can have {MAX_EVIDENCE} at most.", allowed=[])
    evidence = Evidence(progress=progress, added_by=by, text=text.strip(), url=url)
    if file is not None:
        check_space(by, file)
        evidence.file, evidence.name, evidence.size = file, str(file.name), file.size
    evidence.save(force_insert=True)
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User) -> None:
    """Deletes evidence and its file, for the person who added it."""
    if evidence.added_by != by:
        raise Refused(Refusal.NOT_FOUND)
    name, storage = str(evidence.file.name or ""), evidence.file.storage
    evidence.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)


# Helpers -------------------------------------------------------------------------------------------------


def _lock_progress(client: User, skill: Skill) -> Progress:
    enrolments.lock(client)
    if not skill.is_active:
        raise Refused(Refusal.NOT_FOUND)
    progress, _ = Progress.objects.select_related("skill", "client").get_or_create(client=client, skill=skill)
    return progress


def _check_open(client: User, skill: Skill) -> Standing:
    """Refuses a skill whose prerequisites are not completed, for builders too."""
    standing = standing_of(client, Skill.objects.complete().get(pk=skill.pk))
    if standing.state == SkillState.LOCKED:
        names = " and ".join(f"“{need}”" for need in standing.missing)
        raise Refused(
            PathwayRefusal.LOCKED,
            f"{names} comes first.",
            missing=[need.slug for need in standing.missing],
            skill=skill.slug,
        )
    return standing


def _check_no_skill_depends_on(progress: Progress) -> None:
    resting = Progress.objects.filter(client=progress.client, skill__needs=progress.skill).exclude(
        status=Status.UNTOUCHED
    )
    names = [str(row.skill) for row in resting.select_related("skill")]
    if names:
        quoted = " and ".join(f"“{name}”" for name in names)
        raise Refused(
            Refusal.INVALID_TRANSITION,
            f"{quoted} rest{'s' if len(names) == 1 else ''} on it. Take that back first.",
            allowed=[],
        )


def _record_step(
    progress: Progress,
    verb: ProgressEvent.Verb,
    by: User,
    now: datetime,
    comment: str = "",
    *,
    undoes: ProgressEvent | None = None,
    **changes: Any,
) -> ProgressEvent:
    before = {name: _serialise(getattr(progress, name)) for name in KEPT}
    for name, value in changes.items():
        setattr(progress, name, value)
    progress.save(update_fields=[*KEPT, "changed_at"])
    return ProgressEvent.objects.create(
        progress=progress, at=now, verb=verb, by=by, comment=comment.strip()[:1000], before=before, undoes=undoes
    )


def _serialise(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value


def _deserialise(before: dict[str, Any]) -> dict[str, Any]:
    times = {name: parse_datetime(before[name]) if before[name] else None for name in ("asked_at", "completed_at")}
    people = {name: UUID(before[name]) if before[name] else None for name in ("verified_by_id", "assigned_by_id")}
    return {"status": before["status"], **times, **people}


def _notify_builders(progress: Progress, event: ProgressEvent) -> None:
    leading = Enrolment.objects.under_way().filter(client=progress.client, pathway__skills=progress.skill)
    builders = User.objects.filter(pk__in=leading.exclude(builder=None).values("builder")).order_by(F("pk"))
    for builder in builders:
        notify(
            builder,
            NewNotification(
                kind="pathway",
                event=f"skill:{event.pk}",
                title=f"{progress.client.display_name} asks you to look at {progress.skill}",
                text=event.comment or "Say whether it is complete, or what is missing.",
                path=reverse("bookings:client", args=[progress.client_id]),
                call="Have a look",
            ),
        )


def _notify_client(event: ProgressEvent, title: str) -> None:
    progress = event.progress
    notify(
        progress.client,
        NewNotification(
            kind="pathway",
            event=f"skill:{event.pk}",
            title=title,
            text=event.comment,
            path=reverse("pathways:skill", args=[progress.skill.slug]),
            call="See it",
        ),
    )
