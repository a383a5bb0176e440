"""The skills that builders say they teach."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.services import lock_person
from accounts.signals import shown_changed
from core.errors import Refusal, Refused
from pathways.models import BuilderSkill, Skill

MAX_SKILLS = 20


@transaction.atomic
def set_builder_skills(*, builder: User, skills: Iterable[Skill]) -> None:
    """Replaces the skills that the builder teaches."""
    wanted = {skill.pk for skill in skills}
    if len(wanted) > MAX_SKILLS:
        sentence = f"You have chosen {len(wanted)}. Choose up to {MAX_SKILLS}."
        raise Refused(Refusal.INVALID, sentence, fields={"skills": [sentence]})
    lock_person(builder.pk)  # of two lists saved at the same time, one applies and not a mixture
    BuilderSkill.objects.filter(builder=builder).exclude(skill__in=wanted).delete()
    BuilderSkill.objects.bulk_create(
        [BuilderSkill(builder=builder, skill_id=key) for key in wanted], ignore_conflicts=True
    )
    shown_changed.send(BuilderSkill, builder=builder.pk)


def skills_of_builders(builders: Iterable[UUID]) -> dict[UUID, list[Skill]]:
    """Returns each builder's skills, fundamental ones first. One query for any number of builders."""
    by_builder: dict[UUID, list[Skill]] = {}
    rows = BuilderSkill.objects.filter(builder__in=list(builders), skill__is_active=True).select_related("skill")
    for row in rows.order_by("-skill__is_fundamental", "skill__tier", "skill__order"):
        by_builder.setdefault(row.builder_id, []).append(row.skill)
    return by_builder
