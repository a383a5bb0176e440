"""The catalogue as one document, to be kept beside code, edited by hand, and read in again: YAML or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction

from pathways.catalogue import graph
from pathways.catalogue.services import lock_graph
from pathways.models import Pathway, Progress, Skill, SkillPrerequisite

PATHWAY = ("name", "tagline", "description", "for_whom", "tier1", "tier2", "tier3", "look", "order", "is_active")
SKILL = (
    "name", "tier", "summary", "description", "resources", "is_fundamental", "needs_builder", "order", "is_active",
)  # fmt: skip
LINKED = ("pathways", "needs")
Entry = dict[str, Any]
Entries = dict[str, Entry]
LARGEST = 2_000_000


class BadCatalogue(ValueError):
    """Cannot be read in; each line says what and where."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))


class _Plain(yaml.SafeLoader):
    """Without aliases: a few lines of them can stand for more than fits into any memory."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not taken")
        return super().compose_node(parent, index)


@dataclass(frozen=True)
class Difference:
    """One thing that reading it in would change."""

    kind: str  # "pathway" or "skill"
    slug: str
    what: str  # "new", "changed" or "missing"
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    people: int = 0  # who has progress on it


def exported() -> dict[str, list[Entry]]:
    """All of it, by slug, in the order that admins gave it: four queries."""
    pathways = [{"slug": each.slug} | {name: getattr(each, name) for name in PATHWAY} for each in Pathway.objects.all()]
    skills = [
        {"slug": each.slug}
        | {name: getattr(each, name) for name in SKILL}
        | {"pathways": sorted(found.slug for found in each.pathways.all())}
        | {"needs": sorted(found.slug for found in each.needs.all())}
        for each in Skill.objects.complete()
    ]
    return {"pathways": pathways, "skills": skills}


def serialise(how: str) -> str:
    """`yaml` or `json`."""
    if how == "json":
        return json.dumps(exported(), indent=2, ensure_ascii=False) + "\n"
    return yaml.safe_dump(exported(), sort_keys=False, allow_unicode=True, width=110)


def parse(text: str) -> dict[str, Entries]:
    """The document, checked as far as it can be without looking at the database."""
    if len(text) > LARGEST:
        raise BadCatalogue(["This is too large for a catalogue."])
    try:
        told = yaml.load(text, Loader=_Plain)  # noqa: S506  (a safe one; JSON is YAML, too)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadCatalogue([f"This is neither YAML nor JSON: {error}"]) from None
    if not isinstance(told, dict) or not set(told) <= {"pathways", "skills"} or not told:
        raise BadCatalogue(["A catalogue has two lists, `pathways` and `skills`, and nothing else."])
    problems: list[str] = []
    found = {
        kind: _entries(kind, told.get(kind) or [], allowed, problems)
        for kind, allowed in (("pathways", set(PATHWAY)), ("skills", {*SKILL, *LINKED}))
    }
    if problems:
        raise BadCatalogue(problems)
    return found


def _entries(kind: str, told: Any, allowed: set[str], problems: list[str]) -> Entries:
    found: Entries = {}
    if not isinstance(told, list):
        problems.append(f"{kind}: this has to be a list.")
        return found
    for number, each in enumerate(told, 1):
        where = f"{kind}, entry {number}"
        if not isinstance(each, dict) or not isinstance(each.get("slug"), str):
            problems.append(f"{where}: it needs a slug.")
            continue
        entry = dict(each)
        slug = entry.pop("slug")
        where = f"{kind}, {slug}"
        if slug in found:
            problems.append(f"{where}: it stands here twice.")
        if unknown := set(entry) - allowed:
            problems.append(f"{where}: nobody knows what {', '.join(sorted(map(str, unknown)))} is.")
        for name in LINKED:
            value = entry.get(name, [])
            if not isinstance(value, list) or not all(isinstance(slug_, str) for slug_ in value):
                problems.append(f"{where}: {name} has to be a list of slugs.")
                entry.pop(name, None)
        if not are_resources(entry.get("resources", [])):
            problems.append(f"{where}: resources are a list of title and url, the url with http or https.")
        found[slug] = entry
    return found


def are_resources(told: Any) -> bool:
    """A list of things to read: each a title and an address that a browser opens."""
    return isinstance(told, list) and all(
        isinstance(each, dict)
        and set(each) == {"title", "url"}
        and urlsplit(str(each["url"])).scheme in ("http", "https")
        for each in told
    )


def differences(told: dict[str, Entries]) -> list[Difference]:
    """What reading it in would change. What the document does not name stays, and is only mentioned."""
    stands = {kind: {each["slug"]: each for each in rows} for kind, rows in exported().items()}
    people: dict[str, set[Any]] = {}
    for slug, client in Progress.objects.exclude(status=Progress.Status.UNTOUCHED).values_list("skill__slug", "client"):
        people.setdefault(slug, set()).add(client)
    found = []
    for kind, entries in told.items():
        for slug, entry in entries.items():
            here = stands[kind].get(slug)
            count = len(people.get(slug, ())) if kind == "skills" else 0
            if here is None:
                found.append(Difference(kind[:-1], slug, "new", {name: (None, value) for name, value in entry.items()}))
                continue
            changed = {
                name: (here[name], value) for name, value in entry.items() if _plain(here[name]) != _plain(value)
            }
            if changed:
                found.append(Difference(kind[:-1], slug, "changed", changed, count))
        found += [
            Difference(kind[:-1], slug, "missing", people=len(people.get(slug, ())))
            for slug in stands[kind]
            if entries and slug not in entries
        ]
    return found


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value


@transaction.atomic
def import_catalogue(told: dict[str, Entries]) -> list[Difference]:
    """All of it or nothing; answers what has changed."""
    lock_graph()
    found = differences(told)
    problems: list[str] = []
    for slug, entry in told["pathways"].items():
        _saved(Pathway, slug, {name: entry[name] for name in PATHWAY if name in entry}, problems)
    skills = {
        slug: _saved(Skill, slug, {name: entry[name] for name in SKILL if name in entry}, problems)
        for slug, entry in told["skills"].items()
    }
    if not problems:
        for slug, entry in told["skills"].items():
            _link(skills[slug], slug, entry, problems)
        needs: dict[str, list[str]] = {slug: [] for slug in Skill.objects.values_list("slug", flat=True)}
        for skill, needed in SkillPrerequisite.objects.values_list("skill__slug", "needed__slug"):
            needs[skill].append(needed)
        if circle := graph.cycle(needs):
            problems.append(f"That would run in a circle: {' needs '.join(circle)}.")
    if problems:
        raise BadCatalogue(problems)
    return [each for each in found if each.what != "missing"]


def _saved(model: Any, slug: str, values: Entry, problems: list[str]) -> Any:
    row = model.objects.filter(slug=slug).first() or model(slug=slug)
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.full_clean()
    except ValidationError as error:
        lines = [f"{name}: {' '.join(said)}" for name, said in error.message_dict.items()]
        problems += [f"{model._meta.verbose_name}, {slug}: {line}" for line in lines]
    else:
        row.save()
    return row


def _link(skill: Skill, slug: str, entry: Entry, problems: list[str]) -> None:
    if "pathways" in entry:
        pathways = list(Pathway.objects.filter(slug__in=entry["pathways"]))
        if missing := set(entry["pathways"]) - {each.slug for each in pathways}:
            problems.append(f"skill, {slug}: there is no pathway {', '.join(sorted(missing))}.")
        skill.pathways.set(pathways)
    if "needs" in entry:
        needed = list(Skill.objects.filter(slug__in=entry["needs"]))
        if missing := set(entry["needs"]) - {each.slug for each in needed}:
            problems.append(f"skill, {slug}: there is no skill {', '.join(sorted(missing))}.")
        if slug in entry["needs"]:
            problems.append(f"skill, {slug}: it cannot need itself.")
            return
        SkillPrerequisite.objects.filter(skill=skill).exclude(needed__in=needed).delete()
        SkillPrerequisite.objects.bulk_create(
            [SkillPrerequisite(skill=skill, needed=each) for each in needed], ignore_conflicts=True
        )
