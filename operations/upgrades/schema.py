"""The tables that a release reads and writes, for checking that they still fit once a newer one has changed them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

Columns = dict[str, dict[str, bool]]


def read_schema() -> dict[str, Columns]:
    """Returns each column of each table of a model: whether it can be empty, and whether PostgreSQL fills it by itself. One
    query."""
    known = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        for field in model._meta.local_concrete_fields
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT table_name, column_name, is_nullable = 'YES',
                column_default IS NOT NULL OR is_identity = 'YES' OR is_generated = 'ALWAYS'
            FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name
            """
        )
        rows = cursor.fetchall()
    tables: dict[str, Columns] = {}
    for table, column, is_nullable, has_default in rows:
        if (table, column) in known:
            tables.setdefault(table, {})[column] = {"null": is_nullable, "default": has_default}
    return tables


def describe_release(version: str) -> dict[str, Any]:
    """Returns what `docs/releases/` keeps of a release: its migrations and its tables. Two queries."""
    migrations = sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())
    return {"version": version, "migrations": migrations, "tables": read_schema()}


def conflicts(release: dict[str, Columns], now: dict[str, Columns]) -> list[str]:
    """Returns a sentence for each change with which the code of a release could no longer run."""
    sentences = []
    for table, columns in release.items():
        if table not in now:
            sentences.append(f"{table} is gone")
            continue
        for column, about in columns.items():
            if column not in now[table]:
                sentences.append(f"{table}.{column} is gone")
            elif about["null"] and not now[table][column]["null"]:
                sentences.append(f"{table}.{column} can no longer be empty")
            elif about["default"] and not now[table][column]["default"] and not now[table][column]["null"]:
                sentences.append(f"{table}.{column} has lost its default")
        for column, about in now[table].items():
            if column not in columns and not about["null"] and not about["default"]:
                sentences.append(f"{table}.{column} is new, cannot be empty and has no default")
    return sentences
