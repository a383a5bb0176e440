"""Exports the catalogue as a YAML or JSON document, which can be edited by hand, and imports it again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, F, Q

from core.characters import REFUSAL, is_allowed
from pathways.catalogue import graph
from pathways.catalogue.services import lock_graph, set_pathways
from pathways.models import Pathway, Progress, Skill, SkillPrerequisite

PATHWAY_FIELDS = ("name", "tagline", "description", "for_whom", "tier1", "tier2", "tier3", "look", "order", "is_active")
SKILL_FIELDS = (
    "name", "tier", "summary", "description", "resources", "is_fundamental", "needs_builder", "order", "is_active",
)  # fmt: skip
LINK_FIELDS = ("pathways", "needs")
Entry = dict[str, Any]
Entries = dict[str, Entry]
MAX_LENGTH = 2_000_000


class InvalidCatalogue(ValueError):
    """The document cannot be imported; each line names a problem and where it is."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))


class _LoaderWithoutAliases(yaml.SafeLoader):
    """A YAML loader that refuses aliases: a few lines of them can expand to more than fits into memory."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not taken")
        return super().compose_node(parent, index)


@dataclass(frozen=True)
class Difference:
    """A pathway or skill that the import would change, or that the document does not name."""

    kind: str  # "pathway" or "skill"
    slug: str
    what: str  # "new", "changed" or "missing"
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    people: int = 0  # who has progress on it


def entry_of(skill: Skill) -> Entry:
    """Returns the entry of a skill, whose `needs` and `pathways` are loaded, without its slug. No query."""
    return (
        {name: getattr(skill, name) for name in SKILL_FIELDS}
        | {"pathways": sorted(pathway.slug for pathway in skill.pathways.all())}
        | {"needs": sorted(need.slug for need in skill.needs.all())}
    )


def export_catalogue(only: Pathway | None = None) -> dict[str, list[Entry]]:
    """Returns all pathways and skills in their order, or one pathway with its skills. Four queries."""
    pathways = Pathway.objects.filter(pk=only.pk) if only else Pathway.objects.all()
    skills = Skill.objects.complete().filter(pathways=only) if only else Skill.objects.complete()
    return {
        "pathways": [
            {"slug": pathway.slug} | {name: getattr(pathway, name) for name in PATHWAY_FIELDS} for pathway in pathways
        ],
        "skills": [{"slug": skill.slug} | entry_of(skill) for skill in skills],
    }


def serialise(how: str, only: Pathway | None = None) -> str:
    """Returns the catalogue, or one pathway with its skills, as text in the format `yaml` or `json`."""
    if how == "json":
        return json.dumps(export_catalogue(only), indent=2, ensure_ascii=False) + "\n"
    return yaml.safe_dump(export_catalogue(only), sort_keys=False, allow_unicode=True, width=110)


def parse(text: str) -> dict[str, Entries]:
    """Reads a document into entries by kind and slug, with all checks that need no database."""
    if len(text) > MAX_LENGTH:
        raise InvalidCatalogue(["This is too large for a catalogue."])
    try:
        document = yaml.load(text, Loader=_LoaderWithoutAliases)  # noqa: S506  (a SafeLoader; JSON is YAML, too)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidCatalogue([f"This is neither YAML nor JSON: {error}"]) from None
    if not isinstance(document, dict) or not set(document) <= {"pathways", "skills"} or not document:
        raise InvalidCatalogue(["A catalogue has two lists, `pathways` and `skills`, and nothing else."])
    problems: list[str] = []
    entries = {
        kind: _parse_entries(kind, document.get(kind) or [], allowed, problems)
        for kind, allowed in (("pathways", set(PATHWAY_FIELDS)), ("skills", {*SKILL_FIELDS, *LINK_FIELDS}))
    }
    if problems:
        raise InvalidCatalogue(problems)
    return entries


def _parse_entries(kind: str, rows: Any, allowed: set[str], problems: list[str]) -> Entries:
    entries: Entries = {}
    if not isinstance(rows, list):
        problems.append(f"{kind}: this has to be a list.")
        return entries
    for number, row in enumerate(rows, 1):
        where = f"{kind}, entry {number}"
        if not isinstance(row, dict) or not isinstance(row.get("slug"), str):
            problems.append(f"{where}: it needs a slug.")
            continue
        if problem := _value_problem(row):
            problems.append(f"{where}: {problem}")
            continue
        entry = dict(row)
        slug = entry.pop("slug")
        where = f"{kind}, {slug}"
        if slug in entries:
            problems.append(f"{where}: it is listed twice.")
        if unknown := set(entry) - allowed:
            problems.append(f"{where}: there is no field called {', '.join(sorted(map(str, unknown)))} is.")
        for name in LINK_FIELDS:
            value = entry.get(name, [])
            if not isinstance(value, list) or not all(isinstance(slug_, str) for slug_ in value):
                problems.append(f"{where}: {name} has to be a list of slugs.")
                entry.pop(name, None)
        if not is_resource_list(entry.get("resources", [])):
            problems.append(f"{where}: resources are a list of title and url, the url with http or https.")
        entries[slug] = entry
    return entries


def _value_problem(value: Any) -> str:
    """Returns why a value cannot be saved: YAML also has dates, sets, bytes and infinite numbers, and texts can have
    characters that the database refuses. Empty for the values that JSON has, whole numbers only."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item, *item.values()]
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str) and not is_allowed(item):
            return REFUSAL
        elif not isinstance(item, str | int | None):
            return f"{str(item)[:60]} is no text, whole number, yes or no. Write text in quotation marks."
    return ""


def is_web_link(url: str) -> bool:
    """Whether it is an address with http or https."""
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:  # such as of half an IPv6 address
        return False


def is_resource_list(value: Any) -> bool:
    """Whether the value is a list of resources, each with a title and an http or https address."""
    return isinstance(value, list) and all(
        isinstance(resource, dict) and set(resource) == {"title", "url"} and is_web_link(str(resource["url"]))
        for resource in value
    )


def differences(document: dict[str, Entries]) -> list[Difference]:
    """Lists what importing the document would change. What it does not name is listed as missing and not changed."""
    existing = {kind: {row["slug"]: row for row in rows} for kind, rows in export_catalogue().items()}
    begun = Progress.objects.exclude(status=Progress.Status.UNTOUCHED).order_by().values("skill__slug")
    people = dict(begun.annotate(people=Count("pk")).values_list("skill__slug", "people"))
    changes = []
    for kind, entries in document.items():
        for slug, entry in entries.items():
            current = existing[kind].get(slug)
            count = people.get(slug, 0) if kind == "skills" else 0
            if current is None:
                changes.append(
                    Difference(kind[:-1], slug, "new", {name: (None, value) for name, value in entry.items()})
                )
                continue
            changed = {
                name: (current[name], value)
                for name, value in entry.items()
                if comparable(current[name]) != comparable(value)
            }
            if changed:
                changes.append(Difference(kind[:-1], slug, "changed", changed, count))
        changes += [
            Difference(kind[:-1], slug, "missing", people=people.get(slug, 0))
            for slug in existing[kind]
            if entries and slug not in entries
        ]
    return changes


def comparable(value: Any) -> Any:
    """Returns lists of slugs sorted, since their order means nothing."""
    return sorted(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value


@transaction.atomic
def import_catalogue(document: dict[str, Entries]) -> list[Difference]:
    """Imports the whole document or, on any problem, nothing. Returns what has changed."""
    lock_graph()
    changes = differences(document)
    problems: list[str] = []
    for slug, entry in document["pathways"].items():
        _save_row(Pathway, slug, {name: entry[name] for name in PATHWAY_FIELDS if name in entry}, problems)
    skills = {
        slug: _save_row(Skill, slug, {name: entry[name] for name in SKILL_FIELDS if name in entry}, problems)
        for slug, entry in document["skills"].items()
    }
    if not problems:
        for slug, entry in document["skills"].items():
            _save_links(skills[slug], slug, entry, problems)
        needs: dict[str, list[str]] = {slug: [] for slug in Skill.objects.values_list("slug", flat=True)}
        for skill, needed in SkillPrerequisite.objects.values_list("skill__slug", "needed__slug"):
            needs[skill].append(needed)
        if circle := graph.cycle(needs):
            problems.append(graph.describe_circle(circle))
        problems += _tier_problems({change.slug for change in changes if change.what != "missing"})
    if problems:
        raise InvalidCatalogue(problems)
    return [change for change in changes if change.what != "missing"]


def _tier_problems(slugs: set[str]) -> list[str]:
    """Returns a sentence for each of these skills that comes after one of a later tier, or before one of an earlier tier:
    nobody could finish the earlier tier first. One query."""
    pairs = SkillPrerequisite.objects.filter(
        Q(skill__slug__in=slugs) | Q(needed__slug__in=slugs),
        skill__is_active=True, needed__is_active=True, needed__tier__gt=F("skill__tier"),
    )  # fmt: skip
    return [
        f"skill, {pair.skill.slug}: it is in tier {pair.skill.tier} and needs {pair.needed.slug}, "
        f"which is in tier {pair.needed.tier}."
        for pair in pairs.select_related("skill", "needed").order_by("skill__slug", "needed__slug")
    ]


def check_import(document: dict[str, Entries]) -> list[Difference]:
    """Imports the document and takes it back, so that every problem of an import shows. Returns what would change."""
    with transaction.atomic():
        changes = differences(document)
        import_catalogue(document)
        transaction.set_rollback(True)
    return changes


def _save_row(model: Any, slug: str, values: Entry, problems: list[str]) -> Any:
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


def _save_links(skill: Skill, slug: str, entry: Entry, problems: list[str]) -> None:
    """Sets the pathways and prerequisites that the entry names, and adds a problem for each unknown slug."""
    if "pathways" in entry:
        pathways = list(Pathway.objects.filter(slug__in=entry["pathways"]))
        if missing := set(entry["pathways"]) - {pathway.slug for pathway in pathways}:
            problems.append(f"skill, {slug}: there is no pathway {', '.join(sorted(missing))}.")
        set_pathways(skill=skill, pathways=pathways)
    if "needs" in entry:
        needed = list(Skill.objects.filter(slug__in=entry["needs"]))
        if missing := set(entry["needs"]) - {need.slug for need in needed}:
            problems.append(f"skill, {slug}: there is no skill {', '.join(sorted(missing))}.")
        if slug in entry["needs"]:
            problems.append(f"skill, {slug}: it cannot need itself.")
            return
        SkillPrerequisite.objects.filter(skill=skill).exclude(needed__in=needed).delete()
        SkillPrerequisite.objects.bulk_create(
            [SkillPrerequisite(skill=skill, needed=need) for need in needed], ignore_conflicts=True
        )
