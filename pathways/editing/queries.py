"""Reads for the pages on which admins edit the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q, QuerySet

from core import audit
from core.models import AuditEntry
from pathways.catalogue.skill_tree import SkillTree, draw_tree
from pathways.editing.sentences import CatalogueNames, describe_change, load_names
from pathways.editing.services import ACTIONS, PATHWAY_ADDED, SKILL_ADDED, is_undoable
from pathways.models import Enrolment, Pathway, Progress, Skill
from pathways.progress.queries import PathwayProgress, progress_from_rows

MOST_CHANGES = 12


@dataclass(frozen=True)
class CatalogueChange:
    """A row of the audit of the catalogue in words, and whether it can be undone."""

    entry: AuditEntry
    sentences: list[str]
    can_be_undone: bool


def pathways_with_counts() -> QuerySet[Pathway]:
    """Returns all pathways with the number of their open skills and of the clients on them. One query."""
    under_way = ~Q(enrolments__status=Enrolment.Status.COMPLETED)
    return Pathway.objects.annotate(
        skill_count=Count("skills", filter=Q(skills__is_active=True), distinct=True),
        client_count=Count("enrolments", filter=under_way, distinct=True),
    ).order_by("-is_active", "order", "name")


def latest_changes(pathway: Pathway, skills: list[Skill]) -> list[CatalogueChange]:
    """Returns the latest changes of a pathway and its skills, which are loaded, newest first. Three queries."""
    rows: dict[str, Skill | Pathway] = {audit.name_of(pathway): pathway}
    rows |= {audit.name_of(skill): skill for skill in skills}
    entries = AuditEntry.objects.filter(subject__in=rows, action__in=ACTIONS).select_related("actor")[:MOST_CHANGES]
    names = load_names()
    return [_change(entry, rows[entry.subject], names) for entry in entries]


def change_of(entry: AuditEntry, row: Skill | Pathway) -> CatalogueChange:
    """Returns one change in words. Two queries."""
    return _change(entry, row, load_names())


def _change(entry: AuditEntry, row: Skill | Pathway, names: CatalogueNames) -> CatalogueChange:
    name = f"“{row}”" if isinstance(row, Skill) else str(row)
    if entry.action in (SKILL_ADDED, PATHWAY_ADDED):
        sentences = [f"{name} is new."]
    else:
        sentences = describe_change(name, entry.before or {}, entry.after or {}, names)
    return CatalogueChange(entry, sentences, is_undoable(entry, row))


def skills_of(pathway: Pathway) -> list[Skill]:
    """Returns all skills of the pathway, also retired ones, with prerequisites and pathways. Three queries."""
    return list(Skill.objects.complete().filter(pathways=pathway))


def edited_tree(skills: list[Skill]) -> SkillTree:
    """Returns the drawing of the open skills, with a place for each of the three tiers. No query."""
    return draw_tree([skill for skill in skills if skill.is_active], has_all_tiers=True)


class PreviewStage(StrEnum):
    """How far the client is through whose eyes a pathway is previewed."""

    NEW = "new"
    HALF = "half"
    DONE = "done"


STAGE_LABELS = {PreviewStage.NEW: "Just begun", PreviewStage.HALF: "Half way", PreviewStage.DONE: "Completed"}


def preview(pathway: Pathway, stage: PreviewStage) -> PathwayProgress:
    """Returns the progress of an imagined client. Three queries."""
    skills = list(Skill.objects.open().complete().filter(pathways=pathway))
    count = {PreviewStage.NEW: 0, PreviewStage.HALF: len(skills) // 2, PreviewStage.DONE: len(skills)}[stage]
    rows: dict[Any, Progress] = {}
    while len(rows) < count:
        open_skills = [
            skill
            for skill in skills
            if skill.pk not in rows and all(need.pk in rows for need in skill.needs.all() if need in skills)
        ]
        for skill in open_skills[: count - len(rows)]:
            rows[skill.pk] = Progress(skill=skill, status=Progress.Status.COMPLETED)
        if not open_skills:
            break
    return progress_from_rows(pathway, None, skills, rows)
