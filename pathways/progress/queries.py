"""What pages and the API read of who walks where, each with the number of queries it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from core import clock
from pathways import states
from pathways.models import Enrolment, Pathway, Progress, ProgressEvent, Skill
from pathways.states import SkillState, percent

NEW_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Standing:
    """One skill, as it stands for one client."""

    skill: Skill
    state: SkillState
    progress: Progress | None
    missing: list[Skill]
    opens: int = 0

    @property
    def is_asked(self) -> bool:
        """Whether a builder is to look at it."""
        return self.progress is not None and self.progress.asked_at is not None

    @property
    def is_assigned(self) -> bool:
        is_open = self.state in (SkillState.AVAILABLE, SkillState.IN_PROGRESS)
        return is_open and self.progress is not None and self.progress.assigned_by_id is not None

    @property
    def words(self) -> str:
        """The state, as the tree and the list write it beside the shape."""
        if self.is_asked:
            return "With your builder"
        if self.state == SkillState.AVAILABLE and self.is_assigned:
            return "Suggested to you"
        return str(self.state.label)


@dataclass(frozen=True)
class TierProgress:
    number: int
    name: str
    standings: list[Standing]

    @property
    def done(self) -> int:
        return sum(each.state == SkillState.COMPLETED for each in self.standings)

    @property
    def percent(self) -> int:
        return percent(self.done, len(self.standings))


@dataclass(frozen=True)
class PathwayProgress:
    """How far somebody is on a pathway."""

    pathway: Pathway
    enrolment: Enrolment | None
    standings: list[Standing]
    tiers: list[TierProgress] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(each.state == SkillState.COMPLETED for each in self.standings)

    @property
    def percent(self) -> int:
        return percent(self.done, len(self.standings))

    @property
    def next(self) -> Standing | None:
        """The next best step: what has begun or was suggested, then what is fundamental and opens most."""
        open_ = (SkillState.IN_PROGRESS, SkillState.AVAILABLE)
        found = [each for each in self.standings if each.state in open_ and not each.is_asked]
        return states.best(found, _rank)

    @property
    def asked(self) -> list[Standing]:
        return [each for each in self.standings if each.is_asked]


def _rank(found: Standing) -> tuple[bool, bool, bool, int, int, int]:
    skill = found.skill
    has_begun = found.state == SkillState.IN_PROGRESS
    return (not has_begun, not found.is_assigned, not skill.is_fundamental, skill.tier, -found.opens, skill.order)


def pathway_progress(client: User, pathway: Pathway, enrolment: Enrolment | None = None) -> PathwayProgress:
    """Four queries, however many skills."""
    skills = list(Skill.objects.open().complete().filter(pathways=pathway))
    rows = {
        row.skill_id: row for row in Progress.objects.filter(client=client).select_related("verified_by", "assigned_by")
    }
    return _pathway_progress(pathway, enrolment, skills, rows)


def pathways_progress(client: User, enrolments: Iterable[Enrolment]) -> list[PathwayProgress]:
    """One walk an enrolment, its pathway being loaded: four queries, however many."""
    found = list(enrolments)
    skills = list(Skill.objects.open().complete().filter(pathways__in=[each.pathway_id for each in found]).distinct())
    rows = {
        row.skill_id: row for row in Progress.objects.filter(client=client).select_related("verified_by", "assigned_by")
    }
    return [
        _pathway_progress(each.pathway, each, [skill for skill in skills if each.pathway in skill.pathways.all()], rows)
        for each in found
    ]


def _pathway_progress(
    pathway: Pathway, enrolment: Enrolment | None, skills: list[Skill], rows: dict[UUID, Progress]
) -> PathwayProgress:
    needs = {skill.pk: [each.pk for each in skill.needs.all() if each.is_active] for skill in skills}
    begun = {key for key, row in rows.items() if row.status == Progress.Status.IN_PROGRESS}
    completed = {key for key, row in rows.items() if row.status == Progress.Status.COMPLETED}
    opens = states.opened_by(needs)
    standings = [
        Standing(
            skill=skill,
            state=states.state_of(skill.pk, needs[skill.pk], begun, completed),
            progress=rows.get(skill.pk),
            missing=[each for each in skill.needs.all() if each.is_active and each.pk not in completed],
            opens=opens[skill.pk],
        )
        for skill in skills
    ]
    tiers = [
        TierProgress(number, name, [each for each in standings if each.skill.tier == number])
        for number, name in enumerate(pathway.tiers, 1)
    ]
    return PathwayProgress(pathway, enrolment, standings, tiers)


def standing_of(client: User, skill: Skill) -> Standing:
    """One skill with what it needs loaded: two queries."""
    row = Progress.objects.filter(client=client, skill=skill).select_related("verified_by", "assigned_by").first()
    needs = [each for each in skill.needs.all() if each.is_active]
    done = set(
        Progress.objects.filter(client=client, skill__in=needs, status=Progress.Status.COMPLETED).values_list(
            "skill", flat=True
        )
    )
    begun = {skill.pk} if row and row.status == Progress.Status.IN_PROGRESS else set()
    completed = done | ({skill.pk} if row and row.status == Progress.Status.COMPLETED else set())
    state = states.state_of(skill.pk, [each.pk for each in needs], begun, completed)
    return Standing(skill, state, row, [each for each in needs if each.pk not in done])


@dataclass(frozen=True)
class EnrolmentSummary:
    """How far one enrolment is, for lists of many."""

    done: int
    total: int
    asked: int
    moved_at: datetime

    @property
    def percent(self) -> int:
        return percent(self.done, self.total)


def enrolment_summaries(enrolments: Iterable[Enrolment]) -> dict[UUID, EnrolmentSummary]:
    """By enrolment: two queries, however many people."""
    found = list(enrolments)
    of_pathway: dict[UUID, set[UUID]] = {}
    through = Skill.pathways.through.objects.filter(
        skill__is_active=True, pathway__in={each.pathway_id for each in found}
    )
    for pathway, skill in through.values_list("pathway", "skill"):
        of_pathway.setdefault(pathway, set()).add(skill)
    rows: dict[UUID, list[Progress]] = {}
    for row in Progress.objects.filter(client__in={each.client_id for each in found}):
        rows.setdefault(row.client_id, []).append(row)
    far = {}
    for each in found:
        skills = of_pathway.get(each.pathway_id, set())
        own = [row for row in rows.get(each.client_id, []) if row.skill_id in skills]
        far[each.pk] = EnrolmentSummary(
            done=sum(row.status == Progress.Status.COMPLETED for row in own),
            total=len(skills),
            asked=sum(row.asked_at is not None for row in own),
            moved_at=max([row.changed_at for row in own], default=each.created_at),
        )
    return far


def history_of(client: User, pathway: Pathway | None = None, most: int = 60) -> list[ProgressEvent]:
    """What has happened, newest first: one query."""
    found = ProgressEvent.objects.filter(progress__client=client).select_related("progress__skill", "by")
    if pathway is not None:
        found = found.filter(progress__skill__pathways=pathway)
    return list(found.order_by("-at", "-id")[:most])


def completions(walk: PathwayProgress) -> list[datetime]:
    """When each completed skill was, oldest first: no query."""
    return sorted(
        each.progress.completed_at
        for each in walk.standings
        if each.state == SkillState.COMPLETED and each.progress and each.progress.completed_at
    )


def first_page(request: HttpRequest) -> str | None:
    """Who is new here and walks no pathway is asked three questions first."""
    person = request.user
    if (
        not isinstance(person, User)
        or person.created_at < clock.now() - NEW_FOR
        or Enrolment.objects.filter(client=person).exists()
    ):
        return None
    return reverse("pathways:welcome")
