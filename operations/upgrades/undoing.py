"""Undoing the migrations of a newer version, and what is lost by it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from psycopg import sql

MOST_SENTENCES = 20


@dataclass(frozen=True)
class UndoPlan:
    """The migrations that can be undone, those that cannot, and what each of the two ways back would lose."""

    undo: list[str]
    cannot: list[str]
    lost_by_undoing: list[str]
    lost_by_restoring: list[str]


def plan_undoing(applied: Collection[str], since: datetime | None) -> UndoPlan:
    """Returns how to go back to the applied migrations of an older version, whose backup was made at `since`."""
    newer = _newer(MigrationExecutor(connection), applied)
    cannot = [migration for migration in newer if not _can_be_undone(migration)]
    return UndoPlan(
        undo=[_name(migration) for migration in newer],
        cannot=[_name(migration) for migration in cannot],
        lost_by_undoing=[sentence for migration in newer for sentence in _lost(migration)][:MOST_SENTENCES],
        lost_by_restoring=_rows_since(since)[:MOST_SENTENCES] if since else [],
    )


def undo(applied: Collection[str]) -> list[str]:
    """Undoes the migrations that are not among those applied in an older version, and returns them."""
    executor = MigrationExecutor(connection)
    newer = _newer(executor, applied)
    labels = {migration.app_label for migration in newer}
    executor.migrate([target for label in sorted(labels) for target in _targets(executor, label, applied)])
    return [_name(migration) for migration in newer]


def _targets(executor: MigrationExecutor, label: str, applied: Collection[str]) -> list[tuple[str, str | None]]:
    """Returns the last migrations of an app that the older version has; none of them if it does not have the app."""
    nodes = executor.loader.graph.node_map
    kept = {key for key in nodes if key[0] == label and ".".join(key) in applied}
    last = sorted(key for key in kept if not any(child.key in kept for child in nodes[key].children))
    return [*last] or [(label, None)]


def _newer(executor: MigrationExecutor, applied: Collection[str]) -> list[Migration]:
    """Returns the applied migrations that the older version does not have, the last one first."""
    wanted = {key for key in executor.loader.applied_migrations if ".".join(key) not in applied}
    order = [key for leaf in executor.loader.graph.leaf_nodes() for key in executor.loader.graph.forwards_plan(leaf)]
    newest_first = list(dict.fromkeys(reversed(order)))
    return [executor.loader.graph.nodes[key] for key in newest_first if key in wanted]


def _name(migration: Migration) -> str:
    return f"{migration.app_label}.{migration.name}"


def _operations(migration: Migration) -> Iterator[Operation]:
    for operation in migration.operations:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from operation.database_operations
        else:
            yield operation


def _can_be_undone(migration: Migration) -> bool:
    """Whether the older version finds its data after this migration was undone: what was removed comes back empty."""
    removing = (operations.RemoveField, operations.DeleteModel)
    return all(operation.reversible and not isinstance(operation, removing) for operation in _operations(migration))


def _lost(migration: Migration) -> Iterator[str]:
    """Yields a sentence for each table and column with content that goes when this migration is undone."""
    for operation in _operations(migration):
        if isinstance(operation, operations.CreateModel):
            model = _model(migration.app_label, operation.name)
            if model is not None and (count := models.QuerySet(model).count()):
                yield f"{count:,} {model._meta.verbose_name_plural}"
        elif isinstance(operation, operations.AddField):
            model = _model(migration.app_label, operation.model_name)
            if model is not None and (count := _filled(model, operation.name)):
                yield f"the field {operation.name} of {count:,} {model._meta.verbose_name_plural}"


def _model(label: str, name: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label, name)
    except LookupError:  # a later migration has renamed it
        return None


def _filled(model: type[models.Model], name: str) -> int:
    """Returns how many rows have something else than the default in this column."""
    field = next((field for field in model._meta.local_concrete_fields if field.name == name), None)
    if field is None:
        return 0
    empty = models.Q(**{f"{name}__isnull": True})
    if field.has_default():
        empty |= models.Q(**{name: field.get_default()})
    elif isinstance(field, models.CharField | models.TextField):
        empty |= models.Q(**{name: ""})
    return models.QuerySet(model).exclude(empty).count()


def _rows_since(since: datetime) -> list[str]:
    """Returns how many rows of each table with a time of creation are newer than a backup."""
    counts = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.managed and any(field.name == "created_at" for field in model._meta.local_concrete_fields):
                statement = sql.SQL("SELECT count(*) FROM {} WHERE created_at > %s")
                cursor.execute(statement.format(sql.Identifier(model._meta.db_table)), [since])
                counts.append((cursor.fetchone()[0], str(model._meta.verbose_name_plural)))
    return [f"{count:,} {name} since the backup" for count, name in sorted(counts, reverse=True) if count]
