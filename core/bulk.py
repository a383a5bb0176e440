"""Inserts many rows with COPY, for demo data and imports, where single inserts would take hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import DatabaseDefault

# Fields whose values the driver writes unchanged; preparing them by Django's field would take longer than all the rest.
PLAIN = (
    models.UUIDField, models.BooleanField, models.IntegerField, models.DecimalField, models.ForeignKey, models.TextField,
    models.CharField, models.DateTimeField,
)  # fmt: skip


def copy_rows(model: type[models.Model], objects: Iterable[Any]) -> None:
    """Inserts rows of one table. Their primary keys are set already or are numbered by the database.

    Sends no signals. Columns that the first row leaves to a database default are left to it in all rows.
    """
    rows = list(objects)
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    fields: list[Any] = [field for field in model._meta.local_concrete_fields if _is_written(field, rows[0])]
    readers = [_reader(field, connection) for field in fields]
    _copy(model, fields, ([read(row) for read in readers] for row in rows))


def copy_values(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows of one table from values by the names of attributes, which are those of the first row in all of them.
    Other columns get their default.

    Faster than `copy_rows`, which needs an object for each row.
    """
    if not rows:
        return
    connection, named, blank = connections[DEFAULT_DB_ALIAS], rows[0], model()
    fields: list[Any] = [
        field for field in model._meta.local_concrete_fields if field.attname in named or _is_written(field, blank)
    ]
    usual = [None if field.attname in named else _reader(field, connection)(blank) for field in fields]
    readers = [_value_reader(field, connection) if field.attname in named else None for field in fields]
    own = [(at, read) for at, read in enumerate(readers) if read is not None]
    makers = [(at, field.get_default) for at, field in enumerate(fields) if field.unique and field.attname not in named]

    def values_of(row: Mapping[str, Any]) -> list[Any]:
        values = usual.copy()
        for at, read in own:
            values[at] = read(row)
        for at, make in makers:
            values[at] = make()
        return values

    _copy(model, fields, map(values_of, rows))


def _copy(model: type[models.Model], fields: Iterable[Any], rows: Iterable[list[Any]]) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _is_written(field: Any, row: Any) -> bool:
    value = getattr(row, field.attname)
    return not (field.generated or isinstance(value, DatabaseDefault) or (field.primary_key and value is None))


def _value_reader(field: Any, connection: Any) -> Callable[[Any], Any]:
    if isinstance(field, PLAIN):
        return itemgetter(field.attname)
    return lambda row: field.get_db_prep_save(row[field.attname], connection)


def _is_automatic(field: Any) -> bool:
    """Whether the field writes the time of saving, whatever the row says."""
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def _reader(field: Any, connection: Any) -> Callable[[Any], Any]:
    if isinstance(field, PLAIN) and not _is_automatic(field):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)
