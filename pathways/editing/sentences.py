"""Says in words what a change of a pathway or a skill is, for the history and for the preview of an import."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.catalogue.interchange import Difference
from pathways.models import Pathway, Skill

MOST_LETTERS = 90
TIERS = {"tier1": "first tier", "tier2": "second tier", "tier3": "third tier"}
WORDS = {"tagline": "line below the name", "for_whom": "list of whom it is for"}
LOOKS = dict(Pathway.Look.choices)


@dataclass(frozen=True)
class CatalogueNames:
    """The names of pathways and skills by their slugs."""

    pathways: Mapping[str, str]
    skills: Mapping[str, str]

    def of(self, slugs: Collection[str], kind: str) -> str:
        """Returns the names as a list in a sentence; a slug without a row stands for itself."""
        if kind == "pathways":
            names = [self.pathways.get(slug, slug) for slug in sorted(slugs)]
        else:
            names = [f"“{self.skills.get(slug, slug)}”" for slug in sorted(slugs)]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def load_names(document: Mapping[str, Mapping[str, Any]] | None = None) -> CatalogueNames:
    """Returns the names of all pathways and skills, with those that only a document has. Two queries."""
    new = {
        kind: {slug: str(entry.get("name", slug)) for slug, entry in entries.items()}
        for kind, entries in (document or {}).items()
    }
    return CatalogueNames(
        {**new.get("pathways", {}), **dict(Pathway.objects.values_list("slug", "name"))},
        {**new.get("skills", {}), **dict(Skill.objects.values_list("slug", "name"))},
    )


def describe_difference(difference: Difference, names: CatalogueNames) -> list[str]:
    """Returns the sentences that say what an import would do with one pathway or skill."""
    is_skill = difference.kind == "skill"
    name = (
        f"“{names.skills.get(difference.slug)}”" if is_skill else names.pathways.get(difference.slug, difference.slug)
    )
    if difference.what == "missing":
        return [f"{name} is not in the document. It stays as it is."]
    if difference.what == "new":
        return [_describe_new(name, {field: pair[1] for field, pair in difference.fields.items()}, names)]
    before = {field: pair[0] for field, pair in difference.fields.items()}
    after = {field: pair[1] for field, pair in difference.fields.items()}
    return describe_change(name, before, after, names)


def _describe_new(name: str, values: Mapping[str, Any], names: CatalogueNames) -> str:
    parts = [f"{name} is new"]
    if "tier" in values:
        parts.append(f", in tier {values['tier']}")
    if values.get("pathways"):
        parts.append(f" of {names.of(values['pathways'], 'pathways')}")
    if values.get("needs"):
        parts.append(f", after {names.of(values['needs'], 'skills')}")
    return "".join([*parts, "."])


def describe_change(name: str, before: Mapping[str, Any], after: Mapping[str, Any], names: CatalogueNames) -> list[str]:
    """Returns a sentence or more for each changed field."""
    sentences: list[str] = []
    for field, value in after.items():
        describe = SENTENCES.get(field, _describe_text(field))
        sentences += describe(name, before.get(field), value, names)
    return sentences


Describe = Callable[[str, Any, Any, CatalogueNames], list[str]]


def _describe_text(field: str) -> Describe:
    words = WORDS.get(field, field)
    return lambda name, before, after, names: [
        f"The {words} of {name} changes from {_quoted(before)} to {_quoted(after)}."
    ]


def _quoted(text: Any) -> str:
    line = " ".join(str(text or "").split())
    return f"“{line[: MOST_LETTERS - 1]}…”" if len(line) > MOST_LETTERS else f"“{line}”"


def _describe_links(kind: str, more: str, less: str) -> Describe:
    def describe(name: str, before: Any, after: Any, names: CatalogueNames) -> list[str]:
        added, removed = set(after or ()) - set(before or ()), set(before or ()) - set(after or ())
        lines = [f"{name} {more} {names.of(added, kind)}."] if added else []
        return [*lines, *([f"{name} {less} {names.of(removed, kind)}."] if removed else [])]

    return describe


def _describe_resources(name: str, before: Any, after: Any, names: CatalogueNames) -> list[str]:
    def titles(resources: Any) -> str:
        return ", ".join(f"“{resource['title']}”" for resource in resources or ()) or "nothing"

    return [f"The resources of {name} change from {titles(before)} to {titles(after)}."]


def _describe_switch(on: str, off: str) -> Describe:
    return lambda name, before, after, names: [f"{name} {on if after else off}."]


def _describe_tier_name(words: str) -> Describe:
    return lambda name, before, after, names: [
        f"The {words} of {name} is renamed from {_quoted(before)} to {_quoted(after)}."
    ]


SENTENCES: dict[str, Describe] = {
    "name": lambda name, before, after, names: [f"{_quoted(before)} is renamed to {_quoted(after)}."],
    "tier": lambda name, before, after, names: [f"{name} moves from tier {before} to tier {after}."],
    "order": lambda name, before, after, names: [f"{name} moves from place {before} to place {after}."],
    "look": lambda name, before, after, names: [
        f"The look of {name} changes from {LOOKS.get(before, before)} to {LOOKS.get(after, after)}."
    ],
    "is_fundamental": _describe_switch("becomes fundamental", "is no longer fundamental"),
    "needs_builder": _describe_switch("has to be verified by a builder", "need not be verified by a builder any more"),
    "is_active": _describe_switch("is shown to clients again", "is retired"),
    "needs": _describe_links("skills", "comes after", "no longer comes after"),
    "pathways": _describe_links("pathways", "is put on", "is taken off"),
    "resources": _describe_resources,
    **{field: _describe_tier_name(words) for field, words in TIERS.items()},
}
