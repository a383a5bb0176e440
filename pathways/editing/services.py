"""Changes of pathways and skills on the tree. Each writes a row of the audit with the values before and after, from which
it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from core import audit, clock
from core.errors import Refusal, Refused
from core.models import AuditEntry
from pathways.catalogue import interchange
from pathways.catalogue.interchange import PATHWAY_FIELDS, SKILL_FIELDS, Difference, Entries, comparable, entry_of
from pathways.catalogue.services import lock_graph, set_pathways, set_prerequisites
from pathways.models import Pathway, Skill
from pathways.progress.enrolments import complete_finished

SKILL_ADDED, SKILL_CHANGED = "skill added", "skill changed"
PATHWAY_ADDED, PATHWAY_CHANGED = "pathway added", "pathway changed"
ACTIONS = (SKILL_ADDED, SKILL_CHANGED, PATHWAY_ADDED, PATHWAY_CHANGED)
STEP = 10  # between the places of two skills


@transaction.atomic
def add_skill(*, pathway: Pathway, values: Mapping[str, Any], by: User) -> Skill:
    """Adds a skill to the pathway, last in its tier. `needs` in the values are slugs."""
    lock_graph()
    last = Skill.objects.filter(tier=values["tier"]).aggregate(last=Max("order"))["last"] or 0
    skill = Skill(slug=_free_slug(Skill.objects.values_list("slug", flat=True), values["name"]), order=last + STEP)
    _set_fields(skill, {name: values[name] for name in SKILL_FIELDS if name in values})
    skill.save(force_insert=True)
    skill.pathways.add(pathway)
    set_prerequisites(skill=skill, needs=Skill.objects.filter(slug__in=values.get("needs", ())))
    _check_tiers(skill)
    after = entry_of(Skill.objects.complete().get(pk=skill.pk))
    audit.record(actor=by, action=SKILL_ADDED, subject=skill, before={"is_active": False}, after=after)
    return skill


@transaction.atomic
def change_skill(*, skill: Skill, changes: Mapping[str, Any], by: User) -> AuditEntry | None:
    """Changes fields, prerequisites and pathways of a skill, the last two by slugs. Returns None if nothing is new.

    A circle is refused, and so is a skill that needs one of a later tier. What clients have completed goes on counting.
    """
    lock_graph()
    skill = Skill.objects.complete().get(pk=skill.pk)
    before, after = _differing(entry_of(skill), changes)
    if not after:
        return None
    left = set(skill.pathways.all())
    _set_fields(skill, {name: value for name, value in after.items() if name in SKILL_FIELDS})
    skill.save()
    if "pathways" in after:
        set_pathways(skill=skill, pathways=Pathway.objects.filter(slug__in=after["pathways"]))
    if "needs" in after:
        set_prerequisites(skill=skill, needs=Skill.objects.filter(slug__in=after["needs"]))
    if {"needs", "tier", "is_active"} & set(after):
        _check_tiers(Skill.objects.get(pk=skill.pk))
    entry = audit.record(actor=by, action=SKILL_CHANGED, subject=skill, before=before, after=after)
    if {"is_active", "pathways"} & set(after):
        for pathway in left:
            complete_finished(pathway=pathway, now=clock.now())
    return entry


@transaction.atomic
def connect(*, skill: Skill, needed: Skill, by: User) -> AuditEntry | None:
    """Makes `needed` a prerequisite of the skill. Of two at once, the second reads what the first has written."""
    lock_graph()
    return change_skill(skill=skill, changes={"needs": [*_needs_of(skill), needed.slug]}, by=by)


@transaction.atomic
def disconnect(*, skill: Skill, needed: Skill, by: User) -> AuditEntry | None:
    """Removes `needed` from the prerequisites of the skill."""
    lock_graph()
    return change_skill(
        skill=skill, changes={"needs": [slug for slug in _needs_of(skill) if slug != needed.slug]}, by=by
    )


@transaction.atomic
def put_on(*, skill: Skill, pathway: Pathway, by: User) -> AuditEntry | None:
    """Puts the skill on the pathway as well."""
    lock_graph()
    return change_skill(skill=skill, changes={"pathways": sorted({*_pathways_of(skill), pathway.slug})}, by=by)


@transaction.atomic
def take_off(*, skill: Skill, pathway: Pathway, by: User) -> AuditEntry | None:
    """Takes the skill off the pathway."""
    lock_graph()
    return change_skill(skill=skill, changes={"pathways": sorted(_pathways_of(skill) - {pathway.slug})}, by=by)


def _pathways_of(skill: Skill) -> set[str]:
    return set(Pathway.objects.filter(skills=skill).values_list("slug", flat=True))


def _needs_of(skill: Skill) -> list[str]:
    return list(skill.needs.values_list("slug", flat=True))


@transaction.atomic
def add_pathway(*, values: Mapping[str, Any], by: User) -> Pathway:
    """Adds a pathway without skills, after the others."""
    last = Pathway.objects.aggregate(last=Max("order"))["last"] or 0
    pathway = Pathway(
        slug=_free_slug(Pathway.objects.values_list("slug", flat=True), values["name"]), order=last + STEP
    )
    _set_fields(pathway, values)
    pathway.save(force_insert=True)
    after = _pathway_entry(pathway)
    audit.record(actor=by, action=PATHWAY_ADDED, subject=pathway, before={"is_active": False}, after=after)
    return pathway


@transaction.atomic
def change_pathway(*, pathway: Pathway, changes: Mapping[str, Any], by: User) -> AuditEntry | None:
    """Changes the texts and the look of a pathway, or retires it: nobody can begin it then, and who is on it stays."""
    pathway = Pathway.objects.select_for_update().get(pk=pathway.pk)
    before, after = _differing(_pathway_entry(pathway), changes)
    if not after:
        return None
    _set_fields(pathway, after)
    pathway.save()
    return audit.record(actor=by, action=PATHWAY_CHANGED, subject=pathway, before=before, after=after)


@transaction.atomic
def undo(*, entry: AuditEntry, by: User) -> AuditEntry | None:
    """Restores the values from before a change, unless they have been changed again since. Undoing an added skill or
    pathway retires it."""
    row = row_of(entry)
    if row is None or not is_undoable(entry, row):
        raise Refused(Refusal.STALE, "This was changed again since, so it cannot be undone by itself.")
    if isinstance(row, Skill):
        return change_skill(skill=row, changes=entry.before or {}, by=by)
    return change_pathway(pathway=row, changes=entry.before or {}, by=by)


def row_of(entry: AuditEntry) -> Skill | Pathway | None:
    """Returns the skill or pathway that the audit row is about. At most three queries."""
    label, _, key = entry.subject.partition(":")
    if entry.action not in ACTIONS:
        return None
    if label == "pathways.skill":
        return Skill.objects.complete().filter(pk=key).first()
    return Pathway.objects.filter(pk=key).first()


def is_undoable(entry: AuditEntry, row: Skill | Pathway) -> bool:
    """Whether the row still has the values that the change gave it. No query if `needs` and `pathways` are loaded."""
    current = entry_of(row) if isinstance(row, Skill) else _pathway_entry(row)
    before, after = entry.before or {}, entry.after or {}
    return bool(before) and all(comparable(current.get(name)) == comparable(after.get(name)) for name in before)


@transaction.atomic
def import_document(*, document: dict[str, Entries], by: User) -> list[Difference]:
    """Imports a document, with a row of the audit for each pathway and skill that changes, so that each can be undone."""
    changes = interchange.import_catalogue(document)
    for change in changes:
        row = (Skill if change.kind == "skill" else Pathway).objects.get(slug=change.slug)
        is_new = change.what == "new"
        actions = (SKILL_ADDED, SKILL_CHANGED) if change.kind == "skill" else (PATHWAY_ADDED, PATHWAY_CHANGED)
        before = {"is_active": False} if is_new else {name: pair[0] for name, pair in change.fields.items()}
        after = {"is_active": True} if is_new else {}
        after |= {name: pair[1] for name, pair in change.fields.items()}
        audit.record(actor=by, action=actions[not is_new], subject=row, before=before, after=after)
    for pathway in Pathway.objects.all():
        complete_finished(pathway=pathway, now=clock.now())
    return changes


def _pathway_entry(pathway: Pathway) -> dict[str, Any]:
    return {name: getattr(pathway, name) for name in PATHWAY_FIELDS}


def _differing(current: Mapping[str, Any], changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the values before and after of the fields that change."""
    names = [name for name, value in changes.items() if comparable(current[name]) != comparable(value)]
    return {name: current[name] for name in names}, {name: changes[name] for name in names}


def _set_fields(row: Skill | Pathway, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(Refusal.INVALID, fields=error.message_dict) from None


def _free_slug(taken: Iterable[str], name: str) -> str:
    """Returns a slug for the name that no row has yet; for a name without Latin letters one with a number."""
    start, slugs = slugify(name)[:36].strip("-"), set(taken)
    numbered = (f"{start or 'new'}-{number}" for number in count(2))
    return next(slug for slug in chain([start], numbered) if slug and slug not in slugs)


def _check_tiers(skill: Skill) -> None:
    """Refuses a skill that needs one of a later tier: nobody could finish the earlier tier first."""
    sentences = [
        f"“{skill}” is in tier {skill.tier} and would come after “{need}”, which is in tier {need.tier}."
        for need in skill.needs.filter(is_active=True, tier__gt=skill.tier)
    ] + [
        f"“{later}” is in tier {later.tier} and comes after “{skill}”, which would be in tier {skill.tier}."
        for later in skill.opens.filter(is_active=True, tier__lt=skill.tier)
    ]
    if skill.is_active and sentences:
        sentence = f"{' '.join(sentences)} Remove the connection first, or move the other skill."
        raise Refused(Refusal.INVALID, sentence, fields={"tier": [sentence]})
