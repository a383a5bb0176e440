"""What both sides say of skills after a session. Each report moves the skill on as far as its author may; none takes back
what the other side did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.services import lock_person
from bookings.models import Booking, SkillReport
from bookings.models.agreement import BookingQuerySet
from bookings.states import Side, State
from core.compiled import CompiledQuery
from core.errors import Refusal, Refused
from pathways.models import Enrolment, Progress, Skill
from pathways.progress import services as progress
from pathways.progress.queries import PathwayProgress, Standing

Status = SkillReport.Status
ASKED_FOR = timedelta(days=14)  # after a session, on the home page
MOST_WAITING = 3  # sessions on the home page
MOST_ASKED = 4  # skills on the page of the booking; the page of all skills has the others
_waiting = CompiledQuery(lambda person, since: _waiting_sessions(person, since)[:MOST_WAITING])
RANKS = {Progress.Status.UNTOUCHED: 0, Progress.Status.IN_PROGRESS: 1, Progress.Status.COMPLETED: 2}


@dataclass(frozen=True)
class ReportedSkill:
    """A skill that a session may have moved, and what each side says of it."""

    standing: Standing
    mine: SkillReport | None
    theirs: SkillReport | None
    choices: list[tuple[str, str]] = field(default_factory=lambda: list(Status.choices))

    @property
    def is_disputed(self) -> bool:
        """Whether the two sides say different things."""
        return self.mine is not None and self.theirs is not None and self.mine.status != self.theirs.status


@dataclass(frozen=True)
class SkillPrompt:
    """The question after a session which skills it has moved, for one side."""

    skills: list[ReportedSkill]
    has_more: bool  # skills that only the page of all skills has

    @property
    def is_answered(self) -> bool:
        return any(skill.mine for skill in self.skills)


def enrolments_for(booking: Booking, side: Side, person: User | None) -> list[Enrolment]:
    """Returns the enrolments of which this side may move the skills, that of the booking's pathway first. One query."""
    own = Enrolment.objects.under_way().complete().filter(client=booking.client)
    if side == Side.BUILDER:
        own = own.filter(builder=person)
    return sorted(own, key=lambda enrolment: enrolment.pathway_id != booking.pathway_id)


def is_asked(booking: Booking, side: Side) -> bool:
    """Whether the client is on a pathway of which this side may move the skills: a builder only of those they lead. One
    query."""
    return bool(enrolments_for(booking, side, booking.builder))


def prompt_for(booking: Booking, side: Side, pathways_progress: list[PathwayProgress]) -> SkillPrompt:
    """Returns the skills to ask about: those that somebody has answered for, then those that come next. One query."""
    reports: dict[UUID, dict[str, SkillReport]] = {}
    for row in booking.skill_reports.all():
        reports.setdefault(row.skill_id, {})[row.side] = row
    standings = {standing.skill.pk: standing for progress in pathways_progress for standing in progress.standings}
    answered = [key for key in reports if key in standings]
    upcoming = [standing.skill.pk for progress in pathways_progress for standing in progress.upcoming]
    keys = list(dict.fromkeys([*answered, *upcoming]))
    other = Side.CLIENT if side == Side.BUILDER else Side.BUILDER
    skills = []
    for key in keys[: max(MOST_ASKED, len(answered))]:
        by_side = reports.get(key, {})
        skills.append(ReportedSkill(standings[key], by_side.get(side), by_side.get(other)))
    return SkillPrompt(skills, has_more=len(keys) > len(skills))


@transaction.atomic
def report(*, booking: Booking, skill: Skill, side: Side, by: User, status: str) -> SkillReport:
    """Records what this side says of a skill, and moves the skill on if that is further.

    Somebody who corrects their own report takes back their own steps, and nobody else's: where the sides differ, both
    reports stay, and the pages show them.
    """
    client = booking.client
    if client is None or booking.state != State.COMPLETED or side not in (Side.CLIENT, Side.BUILDER):
        raise Refused(Refusal.NOT_FOUND)
    if status not in Status.values:
        raise Refused(Refusal.INVALID, fields={"status": ["Choose one of the three."]})
    progress.acting_as(by, client, skill)
    lock_person(client.pk)
    by_side = {row.side: row for row in SkillReport.objects.filter(booking=booking, skill=skill)}
    former, wanted = by_side.pop(side, None), SkillReport(status=status).rank
    if former is None:
        mine = SkillReport.objects.create(booking=booking, skill=skill, side=side, person=by, status=status)
    else:
        is_lower = wanted < former.rank
        mine, mine.status, mine.person = former, status, by
        mine.save(update_fields=["status", "person", "changed_at"])
        wanted = max([wanted, *(row.rank for row in by_side.values())])  # what the other side says stays true
        if is_lower:
            _take_back(mine, wanted, client, skill)
    if wanted > _rank(client, skill):
        progress.set_status(client=client, skill=skill, by=by, status=Status.values[wanted])
    return mine


def _rank(client: User, skill: Skill) -> int:
    """Returns how far the skill is, as `SkillReport.rank` counts."""
    row = Progress.objects.filter(client=client, skill=skill).first()
    return RANKS[Progress.Status(row.status)] if row else 0


def _take_back(mine: SkillReport, wanted: int, client: User, skill: Skill) -> None:
    """Undoes the steps since the session by which the author of a report went further than is said now."""
    since = mine.booking.completed_at
    row = Progress.objects.filter(client=client, skill=skill).first()
    while row is not None and (RANKS[Progress.Status(row.status)] > wanted or row.asked_at is not None):
        step = progress.last_step(row)
        if step is None or step.by_id != mine.person_id or (since is not None and step.at < since):
            return
        row = progress.undo(client=client, skill=skill, by=mine.person)


def waiting_for(person: User, now: datetime) -> list[Booking]:
    """Returns the latest sessions of which this person, a client or builder on a pathway, has not said which skills moved.
    One query."""
    return _waiting.rows(person.pk, now - ASKED_FOR)


def _waiting_sessions(person: UUID, since: datetime) -> BookingQuerySet:
    mine = SkillReport.objects.filter(booking=OuterRef("pk"), person=person)
    active = Enrolment.objects.under_way().filter(client=OuterRef("client"))
    side = Q(client=person) & Exists(active) | Q(builder=person) & Exists(active.filter(builder=person))
    recent = Booking.objects.filter(side, state=State.COMPLETED, completed_at__gt=since)
    return recent.exclude(Exists(mine)).listed().order_by("-completed_at", "-id")
