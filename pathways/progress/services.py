"""What happens to a skill on somebody's way: begun, shown, completed, seen by a builder, taken back.

Each step locks the client, so two at once follow each other, and leaves an event with what stood there before.
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
from pathways.badges import services as badges
from pathways.catalogue import graph
from pathways.models import Enrolment, Evidence, Progress, ProgressEvent, Skill
from pathways.progress import enrolments
from pathways.progress.queries import Standing, standing_of
from pathways.states import SkillState

Status, Verb = Progress.Status, ProgressEvent.Verb
KEPT = ("status", "asked_at", "completed_at", "verified_by_id", "assigned_by_id")
MOST_EVIDENCE = 20


class ActingAs(Enum):
    """On whose behalf somebody moves a skill."""

    CLIENT = "client"
    BUILDER = "builder"


def acting_as(by: User, client: User, skill: Skill) -> ActingAs:
    """One's own; or a client's whose enrolment names one, on a pathway with that skill. Else there is nothing here."""
    if by == client:
        return ActingAs.CLIENT
    if Enrolment.objects.led_by(by).filter(client=client, pathway__skills=skill).exists():
        return ActingAs.BUILDER
    raise Refused(Refusal.NOT_FOUND)


@transaction.atomic
def start(*, client: User, skill: Skill, by: User) -> Progress:
    """Begins it. What is begun or done already stays as it is."""
    acting_as(by, client, skill)
    found, now = _locked(client, skill), clock.now()
    if found.status == Status.UNTOUCHED:
        _check_open(client, skill)
        _step(found, Verb.START, by, now, status=Status.IN_PROGRESS)
    return found


@transaction.atomic
def complete(*, client: User, skill: Skill, by: User, comment: str = "") -> Progress:
    """It is there. Where a builder's word is needed, the client's own asks for it."""
    side = acting_as(by, client, skill)
    found, now = _locked(client, skill), clock.now()
    if found.status == Status.COMPLETED:
        return found
    _check_open(client, skill)
    if side == ActingAs.CLIENT and skill.needs_builder:
        if found.asked_at is None:
            event = _step(found, Verb.ASK, by, now, comment, status=Status.IN_PROGRESS, asked_at=now)
            _tell_builders(found, event)
        return found
    verified_by = by.pk if side == ActingAs.BUILDER else None
    event = _step(
        found, Verb.COMPLETE, by, now, comment,
        status=Status.COMPLETED, completed_at=now, asked_at=None, verified_by_id=verified_by,
    )  # fmt: skip
    if side == ActingAs.BUILDER:
        _tell_client(event, f"{by.display_name} has seen it: {skill} is yours")
    enrolments.complete_or_reopen(client=client, skill=skill, now=now)
    badges.update_awards(client=client, now=now)
    return found


@transaction.atomic
def send_back(*, client: User, skill: Skill, by: User, comment: str) -> Progress:
    """Not there yet, says the builder who was asked, and what is missing."""
    if acting_as(by, client, skill) != ActingAs.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    if not comment.strip():
        raise Refused(Refusal.INVALID, fields={"comment": ["Say what is missing: your client reads it."]})
    found, now = _locked(client, skill), clock.now()
    if found.asked_at is None:
        raise Refused(Refusal.INVALID_TRANSITION, "Nobody waits for your word on it any more.", allowed=[])
    event = _step(found, Verb.RETURN, by, now, comment, asked_at=None)
    _tell_client(event, f"{by.display_name} has a word on {skill}")
    return found


@transaction.atomic
def assign(*, client: User, skill: Skill, by: User, comment: str = "") -> Progress:
    """A builder suggests what comes next; it is the client's next step then."""
    if acting_as(by, client, skill) != ActingAs.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    found, now = _locked(client, skill), clock.now()
    if found.status == Status.COMPLETED:
        raise Refused(Refusal.INVALID_TRANSITION, f"{skill} is completed.", allowed=[])
    _check_open(client, skill)
    if found.assigned_by_id != by.pk:
        event = _step(found, Verb.ASSIGN, by, now, comment, assigned_by_id=by.pk)
        _tell_client(event, f"{by.display_name} suggests {skill}")
    return found


@transaction.atomic
def undo(*, client: User, skill: Skill, by: User) -> Progress:
    """Takes the last step back: everything stands as it did before it."""
    side = acting_as(by, client, skill)
    found, now = _locked(client, skill), clock.now()
    event = last_step(found)
    if event is None:
        raise Refused(Refusal.INVALID_TRANSITION, "There is nothing to take back.", allowed=[])
    if side == ActingAs.CLIENT and event.by_id != client.pk:
        raise Refused(Refusal.FORBIDDEN, "Your builder has said that. Ask them to take it back.")
    if event.verb == Verb.COMPLETE:
        _check_nothing_rests_on(found)
    _step(found, Verb.UNDO, by, now, undoes=event, **_restored(event.before))
    if event.verb == Verb.COMPLETE:
        enrolments.complete_or_reopen(client=client, skill=skill, now=now)
        badges.update_awards(client=client, now=now, taken_back=skill)
    return found


def last_step(found: Progress) -> ProgressEvent | None:
    """The one that can be taken back: one query."""
    steps = found.events.exclude(verb=Verb.UNDO).filter(undone_by__isnull=True)
    return steps.select_related("by").order_by("-at", "-id").first()


@transaction.atomic
def set_status(
    *, client: User, skill: Skill, by: User, status: str, comment: str = "", text: str = "", url: str = ""
) -> Progress:
    """For those who name where it should stand, and may show something for it."""
    if text or url:
        add_evidence(client=client, skill=skill, by=by, text=text, url=url)
    if status == SkillState.COMPLETED:
        return complete(client=client, skill=skill, by=by, comment=comment)
    found = Progress.objects.filter(client=client, skill=skill).first()
    stands = found.status if found else Status.UNTOUCHED
    if status == SkillState.IN_PROGRESS and stands == Status.UNTOUCHED:
        return start(client=client, skill=skill, by=by)
    if found is not None and status == (
        SkillState.AVAILABLE if stands == Status.IN_PROGRESS else SkillState.IN_PROGRESS
    ):
        return undo(client=client, skill=skill, by=by)
    acting_as(by, client, skill)
    return found or _locked(client, skill)


@dataclass(frozen=True)
class SkillMove:
    """One skill among several that are moved together."""

    skill: Skill
    status: str


@transaction.atomic
def move_skills(*, client: User, moves: Iterable[SkillMove], by: User, comment: str = "") -> list[Progress]:
    """All of them or none; what others rest on goes first."""
    found = list(moves)
    needs = {each.skill.pk: [need.pk for need in each.skill.needs.all()] for each in found}
    depth = graph.depths(needs)
    return [
        set_status(client=client, skill=each.skill, by=by, status=each.status, comment=comment)
        for each in sorted(found, key=lambda each: depth[each.skill.pk])
    ]


# Evidence ------------------------------------------------------------------------------------------------


@transaction.atomic
def add_evidence(
    *, client: User, skill: Skill, by: User, text: str = "", url: str = "", file: File[bytes] | None = None
) -> Evidence:
    """What shows that it is there. Whoever shows something has begun."""
    found = start(client=client, skill=skill, by=by)
    if found.evidence.count() >= MOST_EVIDENCE:
        raise Refused(Refusal.INVALID_TRANSITION, f"{MOST_EVIDENCE} are as many as one skill takes.", allowed=[])
    made = Evidence(progress=found, added_by=by, text=text.strip(), url=url)
    if file is not None:
        made.file, made.name, made.size = file, str(file.name), file.size
    made.save(force_insert=True)
    return made


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User) -> None:
    """By whoever added it."""
    if evidence.added_by != by:
        raise Refused(Refusal.NOT_FOUND)
    name, storage = str(evidence.file.name or ""), evidence.file.storage
    evidence.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)


# Parts ---------------------------------------------------------------------------------------------------


def _locked(client: User, skill: Skill) -> Progress:
    enrolments.lock(client)
    if not skill.is_active:
        raise Refused(Refusal.NOT_FOUND)
    found, _ = Progress.objects.select_related("skill", "client").get_or_create(client=client, skill=skill)
    return found


def _check_open(client: User, skill: Skill) -> Standing:
    """Locked is locked, for builders too."""
    standing = standing_of(client, Skill.objects.complete().get(pk=skill.pk))
    if standing.state == SkillState.LOCKED:
        names = " and ".join(f"“{each}”" for each in standing.missing)
        raise Refused(
            Refusal.LOCKED, f"{names} comes first.", missing=[each.slug for each in standing.missing], skill=skill.slug
        )
    return standing


def _check_nothing_rests_on(found: Progress) -> None:
    resting = Progress.objects.filter(client=found.client, skill__needs=found.skill).exclude(status=Status.UNTOUCHED)
    names = [str(row.skill) for row in resting.select_related("skill")]
    if names:
        told = " and ".join(f"“{name}”" for name in names)
        raise Refused(
            Refusal.INVALID_TRANSITION,
            f"{told} rest{'s' if len(names) == 1 else ''} on it. Take that back first.",
            allowed=[],
        )


def _step(
    found: Progress,
    verb: ProgressEvent.Verb,
    by: User,
    now: datetime,
    comment: str = "",
    *,
    undoes: ProgressEvent | None = None,
    **changes: Any,
) -> ProgressEvent:
    before = {name: _told(getattr(found, name)) for name in KEPT}
    for name, value in changes.items():
        setattr(found, name, value)
    found.save(update_fields=[*KEPT, "changed_at"])
    return ProgressEvent.objects.create(
        progress=found, at=now, verb=verb, by=by, comment=comment.strip()[:1000], before=before, undoes=undoes
    )


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value


def _restored(before: dict[str, Any]) -> dict[str, Any]:
    times = {name: parse_datetime(before[name]) if before[name] else None for name in ("asked_at", "completed_at")}
    people = {name: UUID(before[name]) if before[name] else None for name in ("verified_by_id", "assigned_by_id")}
    return {"status": before["status"], **times, **people}


def _tell_builders(found: Progress, event: ProgressEvent) -> None:
    leading = Enrolment.objects.under_way().filter(client=found.client, pathway__skills=found.skill)
    builders = User.objects.filter(pk__in=leading.exclude(builder=None).values("builder")).order_by(F("pk"))
    for builder in builders:
        notify(
            builder,
            NewNotification(
                kind="pathway",
                event=f"skill:{event.pk}",
                title=f"{found.client.display_name} asks you to look at {found.skill}",
                text=event.comment or "Say whether it is there, or what is missing.",
                path=reverse("bookings:client", args=[found.client_id]),
                call="Have a look",
            ),
        )


def _tell_client(event: ProgressEvent, title: str) -> None:
    found = event.progress
    notify(
        found.client,
        NewNotification(
            kind="pathway",
            event=f"skill:{event.pk}",
            title=title,
            text=event.comment,
            path=reverse("pathways:skill", args=[found.skill.slug]),
            call="See it",
        ),
    )
