"""The registry of personal data, for downloading and erasing it.

A test fails for a model that has a link to a person and is not registered here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import FileField, Model, QuerySet

Rows = Callable[[Any], QuerySet[Any]]


@dataclass(frozen=True)
class Personal:
    """How the rows of one model are downloaded and erased. Without `fields` they are not downloaded; `why` says why."""

    model: type[Model]
    rows: Rows  # returns the rows of a person
    fields: tuple[str, ...]  # the fields in the download
    erase: Callable[[Any], object] | None  # erases them; None keeps the rows, for the reason in `why`
    why: str = ""  # why the rows are kept after erasure, or not downloaded
    hide: Callable[[Any, Any], None] | None = None  # empties what this person must not read, in a row for the download

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name_plural)


@dataclass(frozen=True)
class Exported:
    """The rows and files of one model for the download."""

    name: str
    rows: list[dict[str, Any]]
    files: list[tuple[str, Any]] = field(default_factory=list)


_registry: dict[type[Model], Personal] = {}


def register_personal(
    model: type[Model],
    *,
    rows: Rows,
    fields: Iterable[str] = (),
    erase: Callable[[Any], object] | Literal["delete"] | None,
    why: str = "",
    hide: Callable[[Any, Any], None] | None = None,
) -> None:
    """Registers a model with a link to a person; each app does so in `ready()`, for its own models and its packages'.

    `erase` is called with the person; "delete" deletes the rows, None keeps them. `hide` is called with each row and the
    person before the row is downloaded, for rows that two people share.
    """
    if erase is None and not why:
        raise ValueError(f"{model.__name__}: say why it is kept when its person goes")
    if erase == "delete":
        erase = _delete(rows)
    _registry[model] = Personal(model, rows, tuple(fields), erase, why, hide)


def registered() -> list[Personal]:
    return sorted(_registry.values(), key=lambda personal: personal.model._meta.label_lower)


def exported(person: Any) -> Iterator[Exported]:
    """Yields the data of this person for the download, model by model."""
    for personal in registered():
        if personal.fields:
            yield _export(personal, person)


def export_steps() -> int:
    return sum(1 for personal in registered() if personal.fields)


def erase_everything(person: Any) -> None:
    """Runs the erasure of every model for this person, higher layers first, because their rows refer to lower ones."""
    from django.apps import apps  # the registry is filled while apps load

    layers = [config.label for config in apps.get_app_configs()]
    for personal in sorted(registered(), key=lambda entry: layers.index(entry.model._meta.app_label)):
        if personal.erase is not None:
            personal.erase(person)


def kept() -> list[tuple[str, str]]:
    """Returns which records are kept after an erasure, and why; the page shows it before the person confirms."""
    return [(personal.name, personal.why) for personal in registered() if personal.erase is None]


def left_out() -> list[tuple[str, str]]:
    """Returns which records the download leaves out, and why."""
    return [(personal.name, personal.why) for personal in registered() if not personal.fields]


def _delete(rows: Rows) -> Callable[[Any], object]:
    return lambda person: rows(person).delete()


def _export(personal: Personal, person: Any) -> Exported:
    rows, files = [], []
    for row in personal.rows(person):
        if personal.hide is not None:
            personal.hide(row, person)
        rows.append({name: _value(row, name) for name in personal.fields})
        for model_field in row._meta.get_fields():
            stored = getattr(row, model_field.name, None) if isinstance(model_field, FileField) else None
            if stored:
                files.append((f"{personal.model._meta.model_name}/{stored.name.rsplit('/', 1)[-1]}", stored))
    return Exported(personal.name, rows, files)


def _value(row: Any, name: str) -> Any:
    value = row
    for part in name.split("__"):
        value = getattr(value, part, None)
    if isinstance(value, Model):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)
