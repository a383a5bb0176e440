"""Reads session types for booking."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, DecimalField, Model, OuterRef
from django.db.models.functions import Cast, JSONObject

from coaching.models import CancellationTier, OfferedDuration, Question, SessionDuration, SessionType
from core.prefetched import keep
from pathways.models import Pathway

Row = TypeVar("Row", bound=Model)
PARTS: dict[str, type[Model]] = {"durations": SessionDuration, "questions": Question, "tiers": CancellationTier}
QUESTION = ("id", "label", "kind", "options", "is_required", "position", "is_asked")
COLUMNS: dict[type[Model], tuple[str, ...]] = {
    SessionDuration: ("id", "minutes", "price"),
    OfferedDuration: ("id", "minutes", "price"),
    Question: QUESTION,
    CancellationTier: ("id", "hours", "percent"),
    Pathway: ("id", "slug", "name"),
}


def session_type_to_book(**conditions: Any) -> SessionType | None:
    """Returns the session type that fits the conditions, with builder, profile, town, offer, lengths, questions, tiers
    and pathways (only their names and slugs); None if there is none. One query, where `complete()` takes seven."""
    lists = {f"{name}_": _rows(model, session_type=OuterRef("pk")) for name, model in PARTS.items()}
    lists["pathways_"] = _rows(Pathway, session_types=OuterRef("pk"))
    lists["offered_"] = _rows(OfferedDuration, offer=OuterRef("builder"))
    joined = SessionType.objects.select_related("builder__builder_profile", "builder__place", "builder__offer")
    session_type = joined.filter(**conditions).annotate(**lists).first()
    if session_type is None:
        return None
    values = vars(session_type)
    for name, model in PARTS.items():
        keep(session_type, name, [_row(model, row, session_type=session_type) for row in values.pop(f"{name}_")])
    keep(session_type, "pathways", [_row(Pathway, row) for row in values.pop("pathways_")])
    offered = values.pop("offered_")
    if offer := getattr(session_type.builder, "offer", None):
        keep(offer, "durations", [_row(OfferedDuration, row, offer=offer) for row in offered])
    return session_type


def _rows(model: type[Model], **conditions: Any) -> ArraySubquery:
    """Returns the subquery of the model's rows as JSON, in their usual order."""
    rows = model._default_manager.filter(**conditions)  # noqa: SLF001  (documented by Django)
    return ArraySubquery(rows.values(row=JSONObject(**{name: _column(model, name) for name in COLUMNS[model]})))


def _column(model: type[Model], name: str) -> Any:
    """Returns the column for JSON: an amount as text, since a number would be read as a float."""
    return Cast(name, CharField()) if isinstance(model._meta.get_field(name), DecimalField) else name


def _row(model: type[Row], values: dict[str, Any], **related: Model) -> Row:
    """Returns the row of these values. Columns that were not read are loaded when they are needed."""
    columns = [column for column in model._meta.concrete_fields if column.name in values]
    row = model.from_db(
        "default", [column.name for column in columns], [_parsed(column, values[column.name]) for column in columns]
    )
    for name, other in related.items():
        setattr(row, name, other)
    return row


def _parsed(column: Any, value: Any) -> Any:
    return column.to_python(value) if isinstance(value, str) else value
