"""The statements that replace what people have written, and who they are, in a database."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from psycopg import sql

from operations.anonymised.rules import COORDINATES, replaced_fields, replaced_models

FUNCTIONS = Path(__file__).with_name("functions.sql")
SEALED = frozenset({
    "secret", "refresh_secret", "sealed_password", "sealed_address", "sealed_secret", "sealed_former_secret", "webhook_secret",
})  # fmt: skip
NO_PASSWORD = "!"  # noqa: S105  (what Django stores for a password that nobody has)


def anonymise(connection: psycopg.Connection[Any], sealed: str) -> None:
    """Replaces every column that `rules` names, in one transaction. `sealed` takes the place of encrypted secrets."""
    with connection.transaction():
        connection.execute("SELECT set_config('waymark.key', %s, false)", [secrets.token_hex(32)])
        connection.execute(FUNCTIONS.read_bytes())
        for model in replaced_models():
            _replace(connection, model, sealed)


def _replace(connection: psycopg.Connection[Any], model: type[models.Model], sealed: str) -> None:
    changes = [
        sql.SQL("{} = {}").format(sql.Identifier(str(field.column)), expression)
        for field in replaced_fields(model)
        for expression in _expressions(field, sealed)
    ]
    if not changes:
        return
    table = sql.Identifier(model._meta.db_table)
    # Rows that nobody may change, and counts that follow from rows, are kept by triggers.
    connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
    connection.execute(sql.SQL("UPDATE {} SET {}").format(table, sql.SQL(", ").join(changes)))
    connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))


def _expressions(field: models.Field[Any, Any], sealed: str) -> Iterator[sql.Composable]:
    """Yields the new value of a column, in terms of its old one."""
    column = sql.Identifier(str(field.column))
    most = sql.Literal(field.max_length)
    if field.name in COORDINATES:
        yield sql.SQL("round({}::numeric)").format(column)
    elif isinstance(field, models.GenericIPAddressField):
        yield sql.SQL("CASE WHEN {} IS NULL THEN NULL ELSE '192.0.2.1'::inet END").format(column)
    elif isinstance(field, SearchVectorField):
        yield sql.SQL("''::tsvector")
    elif isinstance(field, models.BinaryField):
        yield sql.SQL("NULL") if field.null else sql.SQL("''::bytea")
    elif isinstance(field, models.JSONField):
        yield sql.SQL("pg_temp.replaced_json({}, '')").format(column)
    elif isinstance(field, ArrayField):
        most = sql.Literal(field.base_field.max_length)
        yield sql.SQL(
            "CASE WHEN {0} IS NULL THEN NULL ELSE "
            "ARRAY(SELECT pg_temp.replaced(item, {1}, false) FROM unnest({0}) WITH ORDINALITY AS items (item, place) ORDER BY place) END"
        ).format(column, most)
    elif isinstance(field, models.FileField):
        yield sql.SQL(
            "CASE WHEN {0} IS NULL OR {0} = '' THEN {0} "
            "ELSE 'anonymised/' || pg_temp.letters({0}, 16) || coalesce(substring({0} from '\\.[A-Za-z0-9]{{1,5}}$'), '') END"
        ).format(column)
    elif field.name == "password":
        yield sql.SQL("{} || pg_temp.letters({}, 40)").format(sql.Literal(NO_PASSWORD), column)
    elif field.name in SEALED:
        yield sql.SQL("CASE WHEN {0} = '' THEN {0} ELSE {1} END").format(column, sql.Literal(sealed))
    else:
        yield sql.SQL("pg_temp.replaced({}, {}, {})").format(column, most, sql.Literal(_is_unique(field)))


def _is_unique(field: models.Field[Any, Any]) -> bool:
    """Whether two rows may not have the same, alone or together with other columns."""
    constraints = field.model._meta.constraints
    together = {name for rule in constraints if isinstance(rule, models.UniqueConstraint) for name in rule.fields}
    return field.unique or field.name in together
