"""The API schemas of enrolments, progress and badges."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from core.api import In, Out, SuccessBody, upper
from core.openapi import WrittenInstant, enum_of
from pathways.models import Enrolment, Skill
from pathways.progress.queries import EnrolmentSummary, PathwayProgress, Standing
from pathways.states import SkillState

Status = Annotated[Literal["ACTIVE", "PAUSED", "COMPLETED"], BeforeValidator(upper)]
TargetStatus = Annotated[Literal["AVAILABLE", "IN_PROGRESS", "COMPLETED"], BeforeValidator(upper)]
Slug = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class EnrolmentOut(Out):
    id: UUID
    pathway_id: str
    builder_id: UUID | None
    status: Annotated[str, enum_of(Enrolment.Status.values)]
    start_date: WrittenInstant
    ended_at: WrittenInstant | None
    percent: int

    @classmethod
    def of(cls, enrolment: Enrolment, summary: EnrolmentSummary) -> EnrolmentOut:
        return cls(
            id=enrolment.pk,
            pathway_id=enrolment.pathway.slug,
            builder_id=enrolment.builder_id,
            status=enrolment.status,
            start_date=enrolment.created_at,
            ended_at=enrolment.ended_at,
            percent=summary.percent,
        )


class EnrolmentsAnswer(SuccessBody):
    enrolments: list[EnrolmentOut]


class EnrolmentAnswer(SuccessBody):
    enrolment: EnrolmentOut


BuilderName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class EnrolIn(In):
    """`builderId` may be the builder's slug."""

    pathway_id: Slug
    builder_id: BuilderName | None = None


class EnrolmentChange(In):
    """What is named changes; `builderId: null` goes on without one. The rest is taken if it is as it was."""

    status: Status | None = None
    builder_id: BuilderName | None = None
    id: UUID | None = None
    pathway_id: str | None = None
    start_date: datetime | None = None
    ended_at: datetime | None = None
    percent: int | None = None

    def changed(self, current: EnrolmentOut) -> list[str]:
        """Returns the names of read-only members that were sent with another value than the current one."""
        named = self.model_fields_set - {"status", "builder_id"}
        return [
            name
            for name in sorted(named)
            if _to_the_second(getattr(self, name)) != _to_the_second(getattr(current, name))
        ]


def _to_the_second(value: object) -> object:
    """Drops microseconds, which the API does not send, so that times compare equal when they are sent back."""
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


class SkillNamed(Out):
    slug: str
    name: str
    is_fundamental: bool

    @classmethod
    def of(cls, skill: Skill) -> SkillNamed:
        return cls(slug=skill.slug, name=skill.name, is_fundamental=skill.is_fundamental)


class StandingOut(Out):
    skill: SkillNamed
    status: Annotated[str, enum_of(SkillState)]
    completed_at: WrittenInstant | None
    verified_by: UUID | None
    awaits_verification: bool
    missing: list[str]

    @classmethod
    def of(cls, standing: Standing) -> StandingOut:
        skill, row = standing.skill, standing.progress
        return cls(
            skill=SkillNamed.of(skill),
            status=standing.state,
            completed_at=row.completed_at if row else None,
            verified_by=row.verified_by_id if row else None,
            awaits_verification=standing.is_asked,
            missing=[need.slug for need in standing.missing],
        )


class PathwayProgressOut(Out):
    pathway_id: str
    tiers: dict[str, list[StandingOut]]
    percent: int

    @classmethod
    def of(cls, progress: PathwayProgress) -> PathwayProgressOut:
        return cls(
            pathway_id=progress.pathway.slug,
            tiers={
                f"tier{tier.number}": [StandingOut.of(standing) for standing in tier.standings]
                for tier in progress.tiers
            },
            percent=progress.percent,
        )


class BadgeOut(Out):
    slug: str
    name: str
    description: str
    awarded_at: WrittenInstant
    url: str | None


class ProgressAnswer(SuccessBody):
    progress: list[PathwayProgressOut]
    badges: list[BadgeOut]


class EvidenceIn(In):
    """Words, a link, or both."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^(https?://\S+)?$")] = ""


class MoveIn(In):
    """`skillId` is the skill's slug. With `clientId` a builder moves it for a client they lead."""

    skill_id: Slug
    status: TargetStatus
    client_id: UUID | None = None
    evidence: EvidenceIn | Annotated[str, Field(max_length=2000)] | None = None
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""


class MovedAnswer(SuccessBody):
    progress: StandingOut
    badges: list[BadgeOut]


def enrolments_out(enrolments: Iterable[Enrolment], summaries: dict[UUID, EnrolmentSummary]) -> list[EnrolmentOut]:
    return [EnrolmentOut.of(enrolment, summaries[enrolment.pk]) for enrolment in enrolments]
