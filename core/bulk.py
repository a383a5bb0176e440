"""Many new rows at once, by COPY: for demo data and imports, where inserts would take hours."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import DatabaseDefault

# What the driver writes down as it is; asking the field first would cost more than all the rest.
PLAIN = (
    models.UUIDField, models.BooleanField, models.IntegerField, models.DecimalField, models.ForeignKey, models.TextField,
    models.CharField,
)  # fmt: skip


def copy_rows(model: type[models.Model], objects: Iterable[Any]) -> None:
    """Writes rows of one table that have their keys already, or get numbers from the database. Sends no signals; what
    the first row leaves to the database, all of them do."""
    rows = list(objects)
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    fields: list[Any] = [field for field in model._meta.local_concrete_fields if _is_ours(field, rows[0])]
    readers = [_reader(field, connection) for field in fields]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quoted(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([read(row) for read in readers])


def _is_ours(field: Any, row: Any) -> bool:
    value = getattr(row, field.attname)
    return not (field.generated or isinstance(value, DatabaseDefault) or (field.primary_key and value is None))


def _reader(field: Any, connection: Any) -> Callable[[Any], Any]:
    if isinstance(field, PLAIN):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)
