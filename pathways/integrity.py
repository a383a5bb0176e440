"""Integrity checks of the skill graph, and of completed skills, badges and enrolments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pathways.catalogue import graph
from pathways.models import Award, Enrolment, Progress, Skill, SkillPrerequisite


def check_graph(now: datetime) -> Iterator[str]:
    """Reports a circle of prerequisites, whose skills nobody could ever begin."""
    needs: dict[str, list[str]] = {slug: [] for slug in Skill.objects.values_list("slug", flat=True)}
    for skill, needed in SkillPrerequisite.objects.values_list("skill__slug", "needed__slug"):
        needs[skill].append(needed)
    circle = graph.cycle(needs)
    if circle:
        yield " needs ".join(circle)


def check_completed(now: datetime) -> Iterator[str]:
    """Reports builder-verified skills and enrolments completed without an event, and badges without their skill."""
    asked = Progress.objects.filter(skill__needs_builder=True, status=Progress.Status.COMPLETED)
    for row in asked.filter(events__isnull=True).select_related("skill"):
        yield f"{row.skill.slug} of {row.client_id} is completed, and nothing says how"
    for award in Award.objects.standing().filter(badge__rule="skill").select_related("badge"):
        rows = Progress.objects.filter(client=award.client_id, skill=award.badge.skill_id)
        if not rows.filter(status=Progress.Status.COMPLETED).exists():
            yield f"{award.client_id} has the badge {award.badge.slug}, and not its skill"
    for award in Award.objects.standing().filter(badge__count=None, level__gt=1):
        yield f"award {award.pk} has a level, and its badge has none"
    for enrolment in Enrolment.objects.filter(status=Enrolment.Status.COMPLETED, events__isnull=True):
        yield f"enrolment {enrolment.pk} is completed, and nothing says how"
