"""What can happen to the catalogue of skills."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

from core.errors import Refusal, Refused
from pathways.catalogue import graph
from pathways.models import Progress, Skill, SkillPrerequisite

LOCK = 7_741_029  # of the graph: two admins that each add half of a circle wait for each other


def lock_graph() -> None:
    """Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def set_prerequisites(*, skill: Skill, needs: Iterable[Skill]) -> None:
    """What has to come before a skill. A circle is refused, and shown."""
    lock_graph()
    needs = list(needs)
    check_prerequisites(skill=skill, needs=needs)
    wanted = {each.pk for each in needs}
    SkillPrerequisite.objects.filter(skill=skill).exclude(needed__in=wanted).delete()
    SkillPrerequisite.objects.bulk_create(
        [SkillPrerequisite(skill=skill, needed_id=each) for each in wanted], ignore_conflicts=True
    )


def check_prerequisites(*, skill: Skill, needs: Iterable[Skill]) -> None:
    """Raises for a circle."""
    edges: dict[UUID, set[UUID]] = {pk: set() for pk in Skill.objects.values_list("pk", flat=True)}
    for before, after in SkillPrerequisite.objects.exclude(skill=skill).values_list("needed", "skill"):
        edges[after].add(before)
    edges[skill.pk] = {each.pk for each in needs}
    circle = graph.cycle(edges)
    if circle:
        names = {**dict(Skill.objects.filter(pk__in=circle).values_list("pk", "name")), skill.pk: skill.name}
        told = " needs ".join(f"“{names[each]}”" for each in circle)
        raise Refused(Refusal.INVALID, f"That would run in a circle: {told}.", fields={"needs": [told]})


def people_on(skill: Skill) -> str:
    """How many a change of it concerns: one query."""
    rows = Progress.objects.filter(skill=skill).exclude(status=Progress.Status.UNTOUCHED)
    count, done = rows.count(), rows.filter(status=Progress.Status.COMPLETED).count()
    if not count:
        return "Nobody has progress on this."
    return (
        f"{count} client{'' if count == 1 else 's'} ha{'s' if count == 1 else 've'} progress on this, {done} completed."
    )


def what_hangs_on(skill: Skill) -> list[str]:
    """What taking it out would touch, in sentences."""
    lines = [people_on(skill)]
    after = sorted(str(each) for each in skill.opens.all())
    badges = sorted(str(each) for each in skill.badges.filter(is_active=True))
    teachers = skill.taught_by.count()
    if after:
        lines.append(f"Comes before: {', '.join(after)}.")
    if badges:
        lines.append(f"Gives the badge{'' if len(badges) == 1 else 's'} {', '.join(badges)}.")
    if teachers:
        lines.append(f"{teachers} builder{'' if teachers == 1 else 's'} teach{'es' if teachers == 1 else ''} it.")
    return lines
