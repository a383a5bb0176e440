"""Registers the personal data of this app: enrolments, progress, evidence, goals, sessions, awards, and skills taught."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import User
from accounts.personal_data.names import register_acquaintances
from core.personal import register_personal
from core.uploads import register_stored_files
from pathways.models import (
    AnsweredRequest,
    Award,
    BuilderSkill,
    CompletedSession,
    Enrolment,
    EnrolmentEvent,
    Evidence,
    Goal,
    GoalEvent,
    GoalStep,
    Progress,
    ProgressEvent,
)


def register() -> None:
    register_acquaintances(acquaintances)
    register_stored_files(lambda person: Evidence.objects.filter(added_by=person))
    register_personal(
        Enrolment,
        rows=lambda person: Enrolment.objects.filter(client=person),
        fields=("pathway", "builder", "status", "created_at", "ended_at"),
        erase=erase_enrolments,
    )
    register_personal(
        EnrolmentEvent,
        rows=lambda person: EnrolmentEvent.objects.filter(enrolment__client=person),
        fields=("enrolment__pathway", "at", "verb", "builder"),
        erase=lambda person: EnrolmentEvent.objects.filter(enrolment__client=person).delete(),
    )
    register_personal(
        Progress,
        rows=lambda person: Progress.objects.filter(client=person),
        fields=("skill", "status", "asked_at", "completed_at", "verified_by", "assigned_by"),
        erase="delete",
    )
    register_personal(
        ProgressEvent,
        rows=lambda person: ProgressEvent.objects.filter(progress__client=person),
        fields=("progress__skill", "at", "verb", "comment"),
        erase=lambda person: ProgressEvent.objects.filter(progress__client=person).delete(),
    )
    register_personal(
        Evidence,
        rows=lambda person: Evidence.objects.filter(progress__client=person),
        fields=("progress__skill", "text", "url", "name", "size", "created_at"),
        erase=erase_evidence,
    )
    register_personal(
        Award,
        rows=lambda person: Award.objects.filter(client=person),
        fields=("badge", "level", "awarded_at", "revoked_at", "is_public"),
        erase="delete",
    )
    register_personal(
        AnsweredRequest,
        rows=lambda person: AnsweredRequest.objects.filter(builder=person),
        fields=("asked_at", "answered_at"),
        erase="delete",
    )
    register_personal(
        CompletedSession,
        rows=lambda person: CompletedSession.objects.filter(client=person),
        fields=("starts_at", "minutes", "builder", "pathway"),
        erase=erase_sessions,
    )
    _register_goals()
    register_personal(
        BuilderSkill, rows=lambda person: BuilderSkill.objects.filter(builder=person), fields=("skill",), erase="delete"
    )


def _register_goals() -> None:
    register_personal(
        Goal,
        rows=lambda person: Goal.objects.filter(client=person),
        fields=(
            "title", "kind", "target", "starts_on", "deadline", "status", "closed_at", "shared_with", "suggested_by",
            "created_at",
        ),
        erase=erase_goals,
    )  # fmt: skip
    register_personal(
        GoalStep,
        rows=lambda person: GoalStep.objects.filter(goal__client=person),
        fields=("goal", "text", "done_at"),
        erase=lambda person: GoalStep.objects.filter(goal__client=person).delete(),
    )
    register_personal(
        GoalEvent,
        rows=lambda person: GoalEvent.objects.filter(goal__client=person),
        fields=("goal", "at", "verb", "deadline"),
        erase=lambda person: GoalEvent.objects.filter(goal__client=person).delete(),
    )


def erase_goals(person: Any) -> None:
    """Deletes the person's own goals. Those of others that they saw or suggested go on without them."""
    Goal.objects.filter(client=person).delete()
    Goal.objects.filter(suggested_by=person, status=Goal.Status.SUGGESTED).delete()
    Goal.objects.filter(shared_with=person).update(shared_with=None)
    Goal.objects.filter(suggested_by=person).update(suggested_by=None)


def erase_sessions(person: Any) -> None:
    """Deletes what is kept of the person's sessions as a client. Those of their own clients still count for these."""
    CompletedSession.objects.filter(client=person).delete()
    CompletedSession.objects.filter(builder=person).update(builder=None)


def erase_enrolments(person: Any) -> None:
    """Deletes the person's own enrolments; those that they lead as a builder go on without a builder."""
    Enrolment.objects.filter(client=person).delete()
    Enrolment.objects.filter(builder=person).update(builder=None)


def erase_evidence(person: Any) -> None:
    """Deletes the person's evidence together with its files."""
    for row in Evidence.objects.filter(progress__client=person):
        if row.file:
            row.file.delete(save=False)
        row.delete()


def acquaintances(person: User) -> set[UUID]:
    """Returns the ids of the person's builders on pathways, and of the clients that they are the builder of."""
    builders = EnrolmentEvent.objects.filter(enrolment__client=person, builder__isnull=False).values_list(
        "builder", flat=True
    )
    former = EnrolmentEvent.objects.filter(builder=person).values_list("enrolment__client", flat=True)
    current = Enrolment.objects.filter(Q(client=person, builder__isnull=False) | Q(builder=person))
    pairs = current.values_list("client", "builder")
    return {*builders, *former, *(pk for pair in pairs for pk in pair)} - {None}
