"""What the rows of the audit are about, in words and with a link, instead of a model's label and a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, TextField, Value
from django.db.models.functions import Cast, Coalesce
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
    the admin. One query for any number of models."""
    former = former_labels()
    keys: dict[str, dict[str, str]] = {}  # by label: the name of each subject, by its key
    for name in names:
        label, _, key = name.partition(":")
        keys.setdefault(former.get(label, label), {})[name] = key
    models = {label: model for label in keys if (model := _model(label)) is not None}
    titles = _titles({label: (model, set(keys[label].values()) - {""}) for label, model in models.items()})
    return {
        name: _subject(models[label], key, titles.get((label, key)), pages.get(label))
        if label in models
        else AuditSubject(name)
        for label, rows in keys.items()
        for name, key in rows.items()
    }


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


def _titles(keys: Mapping[str, tuple[Any, set[str]]]) -> dict[tuple[str, str], str]:
    """Returns the names of the rows that still exist, by label and key; empty names for a model without such a field. One
    query."""
    parts = [part for label, (model, wanted) in keys.items() if (part := _part(label, model, wanted)) is not None]
    if not parts:
        return {}
    rows = parts[0].union(*parts[1:], all=True)
    return {(label, key): title for label, key, title in rows}


def _part(label: str, model: Any, keys: set[str]) -> Any:
    """Returns the query of one model for `_titles`; None without keys that its rows can have."""
    fields = {field.name for field in model._meta.concrete_fields}
    naming = next((name for name in NAMING if name in fields), None)
    empty = Value("", TextField())
    title = Coalesce(Cast(naming, TextField()), empty) if naming else empty
    valid = [key for key in keys if _is_key_of(model, key)]
    rows = model.objects.filter(pk__in=valid).order_by()
    named = rows.annotate(of_label=Value(label, TextField()), of_key=Cast("pk", TextField()), of_title=title)
    return named.values_list("of_label", "of_key", "of_title") if valid else None


def _is_key_of(model: Any, key: str) -> bool:
    """Whether a row of the model can have this key, which may be of a former kind."""
    try:
        model._meta.pk.to_python(key)
    except (ValidationError, ValueError):
        return False
    return True
