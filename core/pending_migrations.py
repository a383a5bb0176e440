"""Which migrations are still to run. Once there are none, this process does not ask again."""

from __future__ import annotations

import threading

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

_applied = threading.Event()


def pending_migrations() -> list[str]:
    """Returns the migrations that are not applied, such as `core.0011_given_up`, in their order."""
    if _applied.is_set():
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        _applied.set()
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def forget() -> None:
    """Lets the next call ask the database again; for tests."""
    _applied.clear()
