"""Reads of enrolments and progress for pages and the API, each with the number of queries it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from core import clock
from core.compiled import CompiledQuery
from pathways import states
from pathways.models import Enrolment, Pathway, Progress, ProgressEvent, Skill
from pathways.states import SkillState, percent

NEW_FOR = timedelta(days=7)
_active_enrolments = CompiledQuery(
    lambda client: (
        Enrolment.objects.filter(client=client, status=Enrolment.Status.ACTIVE)
        .select_related("pathway")
        .order_by("created_at")
    )
)
_progress = CompiledQuery(
    lambda client: Progress.objects.filter(client=client).select_related("verified_by", "assigned_by")
)


@dataclass(frozen=True)
class Standing:
    """One skill and its state for one client."""

    skill: Skill
    state: SkillState
    progress: Progress | None
    missing: list[Skill]
    opens: int = 0
    is_new: bool = False  # added to the pathway after the client began, and not completed yet
    is_kept: bool = False  # retired or taken off the pathway after the client completed it

    @property
    def is_asked(self) -> bool:
        """Whether it waits for a builder to verify it."""
        return self.progress is not None and self.progress.asked_at is not None

    @property
    def is_assigned(self) -> bool:
        is_open = self.state in (SkillState.AVAILABLE, SkillState.IN_PROGRESS)
        return is_open and self.progress is not None and self.progress.assigned_by_id is not None

    @property
    def words(self) -> str:
        """Returns the state in words, as the tree and the list show it."""
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
        return sum(standing.state == SkillState.COMPLETED for standing in self.standings)

    @property
    def percent(self) -> int:
        return _percent(self.standings)


@dataclass(frozen=True)
class PathwayProgress:
    """A client's progress on one pathway."""

    pathway: Pathway
    enrolment: Enrolment | None
    standings: list[Standing]
    tiers: list[TierProgress] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(standing.state == SkillState.COMPLETED for standing in self.standings)

    @property
    def percent(self) -> int:
        return _percent(self.standings)

    @property
    def new(self) -> int:
        """How many skills were added after the client began that they have not completed yet."""
        return sum(standing.is_new for standing in self.standings)

    @property
    def next(self) -> Standing | None:
        """Returns the skill to do next: one begun, else suggested, else fundamental, then by tier and what it opens."""
        open_ = (SkillState.IN_PROGRESS, SkillState.AVAILABLE)
        candidates = [standing for standing in self.standings if standing.state in open_ and not standing.is_asked]
        return states.best(candidates, _next_step_rank)

    @property
    def upcoming(self) -> list[Standing]:
        """Returns the skills that are begun or open, also those that wait for a builder, in the order of `next`."""
        open_ = (SkillState.IN_PROGRESS, SkillState.AVAILABLE)
        return sorted((standing for standing in self.standings if standing.state in open_), key=_next_step_rank)

    @property
    def asked(self) -> list[Standing]:
        return [standing for standing in self.standings if standing.is_asked]


def _percent(standings: list[Standing]) -> int:
    done = sum(standing.state == SkillState.COMPLETED for standing in standings)
    return percent(done, sum(not standing.is_new for standing in standings))


def _next_step_rank(standing: Standing) -> tuple[bool, bool, bool, int, int, int]:
    skill = standing.skill
    has_begun = standing.state == SkillState.IN_PROGRESS
    return (not has_begun, not standing.is_assigned, not skill.is_fundamental, skill.tier, -standing.opens, skill.order)


def active_enrolments(client: User) -> list[Enrolment]:
    """Returns the client's active enrolments with their pathways, the oldest first. One query."""
    return _active_enrolments.rows(client.pk)


def pathway_progress(client: User, pathway: Pathway, enrolment: Enrolment | None = None) -> PathwayProgress:
    """Returns the client's progress on a pathway. Four queries for any number of skills."""
    rows = _rows_of(client)
    skills = _skills_of([pathway.pk], rows)
    return progress_from_rows(pathway, enrolment, skills, rows)


def pathways_progress(client: User, enrolments: Iterable[Enrolment]) -> list[PathwayProgress]:
    """Returns the progress of each enrolment, whose `pathway` is loaded. Four queries for any number of enrolments."""
    enrolments = list(enrolments)
    rows = _rows_of(client)
    skills = _skills_of([enrolment.pathway_id for enrolment in enrolments], rows)
    return [progress_from_rows(enrolment.pathway, enrolment, skills, rows) for enrolment in enrolments]


def _rows_of(client: User) -> dict[UUID, Progress]:
    return {row.skill_id: row for row in _progress.rows(client.pk)}


def _skills_of(pathways: list[UUID], rows: dict[UUID, Progress]) -> list[Skill]:
    """Returns the open skills of the pathways, and all that the client has completed."""
    on_pathways = Skill.pathways.through.objects.filter(pathway__in=pathways).values("skill")
    skills = Skill.objects.complete().filter(
        Q(is_active=True, pk__in=on_pathways) | Q(pk__in=completed_in(rows.values()))
    )
    return list(skills)


def completed_in(rows: Iterable[Progress]) -> set[UUID]:
    return {row.skill_id for row in rows if row.status == Progress.Status.COMPLETED}


def counts_for(
    enrolment: Enrolment | None, skill: UUID, *, is_active: bool, is_on_pathway: bool, is_completed: bool
) -> bool:
    """Whether a skill belongs to a client's progress on a pathway. A completed skill still does when it is retired, or
    taken off the pathway, so that what the client has earned does not fall."""
    if is_active and is_on_pathway:
        return True
    at_start = (enrolment.skills_at_start if enrolment else None) or ()
    return is_completed and (is_on_pathway or skill in at_start)


def progress_from_rows(
    pathway: Pathway, enrolment: Enrolment | None, loaded: list[Skill], rows: dict[UUID, Progress]
) -> PathwayProgress:
    """Returns the progress that these rows, by skill, are on a pathway, with those of the loaded skills that count. No
    query."""
    completed = completed_in(rows.values())
    skills = [
        skill
        for skill in loaded
        if counts_for(
            enrolment, skill.pk, is_active=skill.is_active, is_on_pathway=pathway in skill.pathways.all(),
            is_completed=skill.pk in completed,
        )
    ]  # fmt: skip
    needs = {skill.pk: [need.pk for need in skill.needs.all() if need.is_active] for skill in skills}
    begun = {key for key, row in rows.items() if row.status == Progress.Status.IN_PROGRESS}
    opens = states.opened_by(needs)
    standings = [
        Standing(
            skill=skill,
            state=states.state_of(skill.pk, needs[skill.pk], begun, completed),
            progress=rows.get(skill.pk),
            missing=[need for need in skill.needs.all() if need.is_active and need.pk not in completed],
            opens=opens[skill.pk],
            is_new=enrolment is not None and enrolment.is_new(skill.pk) and skill.pk not in completed,
            is_kept=not (skill.is_active and pathway in skill.pathways.all()),
        )
        for skill in skills
    ]
    tiers = [
        TierProgress(number, name, [standing for standing in standings if standing.skill.tier == number])
        for number, name in enumerate(pathway.tiers, 1)
    ]
    return PathwayProgress(pathway, enrolment, standings, tiers)


def standing_of(client: User, skill: Skill) -> Standing:
    """Returns the state of one skill, whose `needs` are loaded, for a client. Two queries."""
    row = Progress.objects.filter(client=client, skill=skill).select_related("verified_by", "assigned_by").first()
    needs = [need for need in skill.needs.all() if need.is_active]
    done = set(
        Progress.objects.filter(client=client, skill__in=needs, status=Progress.Status.COMPLETED).values_list(
            "skill", flat=True
        )
    )
    begun = {skill.pk} if row and row.status == Progress.Status.IN_PROGRESS else set()
    completed = done | ({skill.pk} if row and row.status == Progress.Status.COMPLETED else set())
    state = states.state_of(skill.pk, [need.pk for need in needs], begun, completed)
    return Standing(skill, state, row, [need for need in needs if need.pk not in done])


@dataclass(frozen=True)
class EnrolmentSummary:
    """The progress of one enrolment in numbers, for lists."""

    done: int
    total: int
    asked: int
    moved_at: datetime
    new: int = 0

    @property
    def percent(self) -> int:
        return percent(self.done, self.total - self.new)


def enrolment_summaries(enrolments: Iterable[Enrolment]) -> dict[UUID, EnrolmentSummary]:
    """Returns the summary of each enrolment by its id. Two queries for any number of enrolments."""
    enrolments = list(enrolments)
    of_pathway: dict[UUID, dict[UUID, bool]] = {}
    through = Skill.pathways.through.objects.filter(pathway__in={enrolment.pathway_id for enrolment in enrolments})
    for pathway, skill, is_active in through.values_list("pathway", "skill", "skill__is_active"):
        of_pathway.setdefault(pathway, {})[skill] = is_active
    rows: dict[UUID, list[Progress]] = {}
    for row in Progress.objects.filter(client__in={enrolment.client_id for enrolment in enrolments}):
        rows.setdefault(row.client_id, []).append(row)
    summaries = {}
    for enrolment in enrolments:
        linked = of_pathway.get(enrolment.pathway_id, {})
        completed = completed_in(rows.get(enrolment.client_id, []))
        skills = {
            skill
            for skill in completed | linked.keys()
            if counts_for(
                enrolment, skill, is_active=linked.get(skill, False), is_on_pathway=skill in linked,
                is_completed=skill in completed,
            )
        }  # fmt: skip
        own = [row for row in rows.get(enrolment.client_id, []) if row.skill_id in skills]
        done = completed & skills
        summaries[enrolment.pk] = EnrolmentSummary(
            done=len(done),
            total=len(skills),
            new=sum(enrolment.is_new(skill) for skill in skills - done),
            asked=sum(row.asked_at is not None for row in own),
            moved_at=max([row.changed_at for row in own], default=enrolment.created_at),
        )
    return summaries


def history_of(client: User, pathway: Pathway | None = None, most: int = 60) -> list[ProgressEvent]:
    """Returns the client's latest events, on one pathway or on all, newest first. One query."""
    events = ProgressEvent.objects.filter(progress__client=client).select_related("progress__skill", "by")
    if pathway is not None:
        events = events.filter(progress__skill__pathways=pathway)
    return list(events.order_by("-at", "-id")[:most])


def completions(progress: PathwayProgress) -> list[datetime]:
    """Returns when each skill was completed, oldest first. No query."""
    return sorted(
        standing.progress.completed_at
        for standing in progress.standings
        if standing.state == SkillState.COMPLETED and standing.progress and standing.progress.completed_at
    )


def first_page(request: HttpRequest) -> str | None:
    """Returns the address of the welcome questions for people who are new and have no enrolment, else None."""
    person = request.user
    if (
        not isinstance(person, User)
        or person.created_at < clock.now() - NEW_FOR
        or Enrolment.objects.filter(client=person).exists()
    ):
        return None
    return reverse("pathways:welcome")
