"""What can happen to the catalogue of skills."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

from core.errors import Refusal, Refused
from pathways import graph
from pathways.models import Need, Skill

LOCK = 7_741_029  # of the graph: two admins that each add half of a circle wait for each other


@transaction.atomic
def set_needs(*, skill: Skill, needs: Iterable[Skill]) -> None:
    """What has to come before a skill. A circle is refused, and shown."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    needs = list(needs)
    check_needs(skill=skill, needs=needs)
    wanted = {each.pk for each in needs}
    Need.objects.filter(skill=skill).exclude(needed__in=wanted).delete()
    Need.objects.bulk_create([Need(skill=skill, needed_id=each) for each in wanted], ignore_conflicts=True)


def check_needs(*, skill: Skill, needs: Iterable[Skill]) -> None:
    """Raises for a circle."""
    edges: dict[UUID, set[UUID]] = {pk: set() for pk in Skill.objects.values_list("pk", flat=True)}
    for before, after in Need.objects.exclude(skill=skill).values_list("needed", "skill"):
        edges[after].add(before)
    edges[skill.pk] = {each.pk for each in needs}
    circle = graph.cycle(edges)
    if circle:
        names = {**dict(Skill.objects.filter(pk__in=circle).values_list("pk", "name")), skill.pk: skill.name}
        told = " needs ".join(f"“{names[each]}”" for each in circle)
        raise Refused(Refusal.INVALID, f"That would run in a circle: {told}.", fields={"needs": [told]})
