"""Changes of the catalogue of skills, and descriptions of what a change affects."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func, Value

from core.errors import Refusal, Refused
from core.locks import lock_until_commit
from pathways.catalogue import graph
from pathways.models import Enrolment, Pathway, Progress, Skill, SkillPrerequisite


def lock_graph() -> None:
    """Locks the whole graph of prerequisites until the transaction ends, so that two admins cannot each add half of a
    circle."""
    lock_until_commit("graph of prerequisites")


@transaction.atomic
def set_prerequisites(*, skill: Skill, needs: Iterable[Skill]) -> None:
    """Replaces the prerequisites of a skill. A circle is refused with its skills named."""
    lock_graph()
    needs = list(needs)
    check_prerequisites(skill=skill, needs=needs)
    wanted = {need.pk for need in needs}
    SkillPrerequisite.objects.filter(skill=skill).exclude(needed__in=wanted).delete()
    SkillPrerequisite.objects.bulk_create(
        [SkillPrerequisite(skill=skill, needed_id=key) for key in wanted], ignore_conflicts=True
    )


def check_prerequisites(*, skill: Skill, needs: Iterable[Skill]) -> None:
    """Refuses prerequisites that would make a circle."""
    edges: dict[UUID, set[UUID]] = {pk: set() for pk in Skill.objects.values_list("pk", flat=True)}
    for before, after in SkillPrerequisite.objects.exclude(skill=skill).values_list("needed", "skill"):
        edges[after].add(before)
    edges[skill.pk] = {need.pk for need in needs}
    circle = graph.cycle(edges)
    if circle:
        names = {**dict(Skill.objects.filter(pk__in=circle).values_list("pk", "name")), skill.pk: skill.name}
        sentence = graph.describe_circle(f"“{names[key]}”" for key in circle)
        raise Refused(Refusal.INVALID, sentence, fields={"needs": [sentence]})


@transaction.atomic
def set_pathways(*, skill: Skill, pathways: Iterable[Pathway]) -> None:
    """Sets the pathways of a skill. Where it is taken off a pathway, it goes on counting for the clients who have
    completed it there."""
    pathways = list(pathways)
    for pathway in Pathway.objects.filter(skills=skill).exclude(pk__in=[pathway.pk for pathway in pathways]):
        _keep_completed(skill, pathway)
    skill.pathways.set(pathways)


def _keep_completed(skill: Skill, pathway: Pathway) -> None:
    """Adds the skill to `skills_at_start` of enrolments whose client has completed it (see `counts_for`)."""
    completed = Progress.objects.filter(skill=skill, status=Progress.Status.COMPLETED).values("client")
    enrolments = Enrolment.objects.filter(pathway=pathway, client__in=completed)
    on_it = list(Skill.objects.filter(pathways=pathway).values_list("pk", flat=True))
    enrolments.filter(skills_at_start=None).update(skills_at_start=on_it)
    enrolments.exclude(skills_at_start__contains=[skill.pk]).update(
        skills_at_start=Func(F("skills_at_start"), Value(skill.pk), function="array_append")
    )


def describe_progress(skill: Skill) -> str:
    """Says how many clients have progress on the skill. Two queries."""
    rows = Progress.objects.filter(skill=skill).exclude(status=Progress.Status.UNTOUCHED)
    count, done = rows.count(), rows.filter(status=Progress.Status.COMPLETED).count()
    if not count:
        return "Nobody has progress on this."
    return (
        f"{count} client{'' if count == 1 else 's'} ha{'s' if count == 1 else 've'} progress on this, {done} completed."
    )


def describe_uses(skill: Skill) -> list[str]:
    """Lists in sentences what uses the skill: clients, later skills, badges and builders."""
    lines = [describe_progress(skill)]
    after = sorted(str(later) for later in skill.opens.all())
    badges = sorted(str(badge) for badge in skill.badges.filter(is_active=True))
    teachers = skill.taught_by.count()
    if after:
        lines.append(f"Comes before: {', '.join(after)}.")
    if badges:
        lines.append(f"Gives the badge{'' if len(badges) == 1 else 's'} {', '.join(badges)}.")
    if teachers:
        lines.append(f"{teachers} builder{'' if teachers == 1 else 's'} teach{'es' if teachers == 1 else ''} it.")
    return lines
