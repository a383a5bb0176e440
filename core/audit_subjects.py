"""What the rows of the audit are about, in words and with a link, instead of a model's label and a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import reverse
from django.utils.text import capfirst

from core.audit import former_labels

# The first of these fields that a model has names its rows.
NAMING = (
    "reference", "subject_reference", "display_name", "full_name", "title", "name", "number", "recipient", "address", "slug",
)  # fmt: skip
Page = Callable[[object, str], str]  # of a key and the name of the row


@dataclass(frozen=True)
class AuditSubject:
    """A subject in words, and the address of its page for staff; empty if there is none."""

    text: str
    url: str = ""


def subjects_of(names: Iterable[str], pages: Mapping[str, Page]) -> dict[str, AuditSubject]:
    """Returns each subject, such as `core.flag:7`, in words. `pages` has the pages of models that staff open elsewhere than in
    the admin. One query for each model among them."""
    former = former_labels()
    keys: dict[str, dict[str, str]] = {}  # by label: the name of each subject, by its key
    for name in names:
        label, _, key = name.partition(":")
        keys.setdefault(former.get(label, label), {})[name] = key
    return {name: subject for label, rows in keys.items() for name, subject in _of_model(label, rows, pages.get(label))}


def _of_model(label: str, rows: Mapping[str, str], page: Page | None) -> Iterable[tuple[str, AuditSubject]]:
    model = _model(label)
    if model is None:
        return [(name, AuditSubject(name)) for name in rows]
    titles = _titles(model, [key for key in rows.values() if key])
    return [(name, _subject(model, key, titles.get(key), page)) for name, key in rows.items()]


def _subject(model: type[Model], key: str, title: str | None, page: Page | None) -> AuditSubject:
    options = model._meta
    if not key:
        return AuditSubject(str(capfirst(options.verbose_name_plural)))
    if page is not None and title:
        return AuditSubject(title, page(key, title))
    words = f"{capfirst(options.verbose_name)} {title or ''}".strip()
    if title is None or not admin.site.is_registered(model):
        return AuditSubject(words)  # its row is gone, or no page shows it
    return AuditSubject(words, reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[key]))


def _model(label: str) -> Any:
    app, _, name = label.partition(".")
    try:
        return apps.get_model(app, name)
    except (LookupError, ValueError):
        return None


def _titles(model: Any, keys: list[str]) -> dict[str, str]:
    """Returns the names of the rows that still exist, by their keys; empty names for a model without such a field. One query."""
    fields = {field.name for field in model._meta.concrete_fields}
    naming = next((name for name in NAMING if name in fields), "pk")
    try:
        rows = model.objects.filter(pk__in=keys).values_list("pk", naming)
        return {str(key): "" if naming == "pk" else str(title) for key, title in rows}
    except (ValidationError, ValueError):  # keys of a former kind
        return {}
