"""Inserts many rows with COPY, for demo data and imports, where single inserts would take hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import DatabaseDefault

# Fields whose values the driver writes unchanged; preparing them by Django's field would take longer than all the rest.
PLAIN = (
    models.UUIDField, models.BooleanField, models.IntegerField, models.DecimalField, models.ForeignKey, models.TextField,
    models.CharField,
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
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([read(row) for read in readers])


def _is_written(field: Any, row: Any) -> bool:
    value = getattr(row, field.attname)
    return not (field.generated or isinstance(value, DatabaseDefault) or (field.primary_key and value is None))


def _reader(field: Any, connection: Any) -> Callable[[Any], Any]:
    if isinstance(field, PLAIN):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)
