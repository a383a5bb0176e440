"""Whose data a row is: for "download my data" and "erase me". A model with a link to a person that is not
registered here fails a test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import FileField, Model, QuerySet

Rows = Callable[[Any], QuerySet[Any]]


@dataclass(frozen=True)
class Personal:
    """One model's part in both. Without `fields` it is nothing to download, and says so in `why`."""

    model: type[Model]
    rows: Rows  # this person's rows
    fields: tuple[str, ...]  # what the download shows of them
    erase: Callable[[Any], object] | None  # what erasing does; None keeps the rows, for the reason in `why`
    why: str = ""  # what is kept after erasure, or not downloaded, and why

    @property
    def name(self) -> str:
        return str(self.model._meta.verbose_name_plural)


@dataclass(frozen=True)
class Exported:
    """One model's rows, ready to be written down."""

    name: str
    rows: list[dict[str, Any]]
    files: list[tuple[str, Any]] = field(default_factory=list)


_registry: dict[type[Model], Personal] = {}


def register_personal(
    model: type[Model],
    *,
    rows: Rows,
    fields: Iterable[str] = (),
    erase: Callable[[Any], object] | None,
    why: str = "",
) -> None:
    """An app calls this in `ready()` for each of its models, and of the packages it brings, that knows people."""
    if erase is None and not why:
        raise ValueError(f"{model.__name__}: say why it is kept when its person goes")
    _registry[model] = Personal(model, rows, tuple(fields), erase, why)


def registered() -> list[Personal]:
    return sorted(_registry.values(), key=lambda personal: personal.model._meta.label_lower)


def exported(person: Any) -> Iterator[Exported]:
    """Everything downloadable of this person, model by model."""
    for personal in registered():
        if personal.fields:
            yield _export(personal, person)


def export_steps() -> int:
    return sum(1 for personal in registered() if personal.fields)


def erase_everything(person: Any) -> None:
    """Each app forgets the person in its own way, the higher layers first: their rows lean on lower ones."""
    from django.apps import apps  # the registry is filled while apps load

    layers = [config.label for config in apps.get_app_configs()]
    for personal in sorted(registered(), key=lambda found: layers.index(found.model._meta.app_label)):
        if personal.erase is not None:
            personal.erase(person)


def kept() -> list[tuple[str, str]]:
    """What stays after an erasure, and why: the page says so before the click."""
    return [(personal.name, personal.why) for personal in registered() if personal.erase is None]


def left_out() -> list[tuple[str, str]]:
    """What the download does not show, and why."""
    return [(personal.name, personal.why) for personal in registered() if not personal.fields]


def delete_rows(rows: Rows) -> Callable[[Any], object]:
    """For models whose rows simply go."""
    return lambda person: rows(person).delete()


def _export(personal: Personal, person: Any) -> Exported:
    rows, files = [], []
    for row in personal.rows(person):
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
