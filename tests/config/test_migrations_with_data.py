"""Tests that the last migrations of each app can be undone and run again on a site with many bookings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from config.embedded.paths import PROJECT
from tests import databases, environment

pytestmark = pytest.mark.deep
BOOKINGS = 100_000


def our_apps() -> list[str]:
    """Returns the labels of the project's own apps that have migrations."""
    own = [config for config in apps.get_app_configs() if Path(config.path).parent == PROJECT]
    return sorted(config.label for config in own if any(Path(config.path, "migrations").glob("0*.py")))


def last_migrations() -> set[str]:
    """Returns the last migration of each of these apps, and those that depend on one of them."""
    graph = MigrationLoader(None).graph
    last = [max(key for key in graph.nodes if key[0] == app) for app in our_apps()]
    return {".".join(key) for migration in last for key in graph.backwards_plan(migration)}


@pytest.mark.timeout(1800)
def test_the_last_migrations_go_down_and_up_with_data(committed: None) -> None:
    name = f"waymark_migrated_{environment.WORKER}"
    databases.clone(databases.DEMO_TEMPLATE, name)
    try:
        manage(name, "shell", "-c", f"from tests.bench.insights import fill; fill({BOOKINGS})")
        before = rows(name)
        kept = applied(name) - last_migrations()
        manage(name, "shell", "-c", f"from operations.upgrades.undoing import undo; undo({kept!r})")
        remaining = applied(name)
        manage(name, "migrate", "--verbosity=0")
        after = rows(name)
    finally:
        databases.drop(name)

    assert remaining == kept
    # What a migration adds is empty again: tables of the last one, and what it fills in by itself.
    untouched = (
        "accounts_user",
        "bookings_booking",
        "bookings_bookingevent",
        "scheduling_reservation",
        "core_outboxmessage",
    )
    assert before["bookings_booking"] >= BOOKINGS
    assert {table: after[table] for table in untouched} == {table: before[table] for table in untouched}
    assert before.keys() == after.keys()


def manage(database: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=os.environ
        | {"DATABASE_URL": environment.database_url(database), "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def applied(database: str) -> set[str]:
    with psycopg.connect(environment.database_url(database)) as connection:
        return {".".join(key) for key in connection.execute("SELECT app, name FROM django_migrations")}


def rows(database: str) -> dict[str, int]:
    with psycopg.connect(environment.database_url(database)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()[0]  # type: ignore[index]  # count(*) has a row
            for (table,) in tables
        }
