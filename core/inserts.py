"""Inserts rows of several models in one statement, for the paths on which each statement counts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def insert_together(*rows: Model) -> None:
    """Inserts new rows, each of its own model, in one statement. Foreign keys are checked at the commit, so one row may
    refer to another.

    Each field has a value, also the key and what the database has a default for. No signals are sent, and the SQL of the
    same models is written once.
    """
    models = tuple(type(row) for row in rows)
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for row, model in zip(rows, models, strict=True)
        for field in _fields(model)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(models), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache
def _statement(models: tuple[type[Model], ...]) -> str:
    *first, last = [_insert(model) for model in models]
    inserts = ", ".join(f"row_{number} AS ({insert})" for number, insert in enumerate(first))
    return f"WITH {inserts} {last}" if first else last


def _insert(model: type[Model]) -> str:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in _fields(model))
    places = ", ".join(_place(field) for field in _fields(model))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608  (names of tables and columns)


def _place(field: Field[Any, Any]) -> str:
    """Returns the place of a value, with its type where Django names it too, as for arrays. A text that was converted to
    a type of a certain length would be cut off without an error."""
    return f"%s::{field.db_type(connection)}" if hasattr(field, "get_placeholder") else "%s"


@lru_cache
def _fields(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    return tuple(field for field in model._meta.local_concrete_fields if not field.generated)
