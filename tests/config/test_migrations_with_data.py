"""Tests that the last migrations of each app can be undone and run again on a site with many bookings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from psycopg import sql

from config.embedded.paths import PROJECT
from tests import databases, environment

pytestmark = pytest.mark.deep
BOOKINGS = 100_000


def our_apps() -> list[str]:
    """Returns the labels of the project's own apps that have migrations."""
    own = [config for config in apps.get_app_configs() if Path(config.path).parent == PROJECT]
    return sorted(config.label for config in own if any(Path(config.path, "migrations").glob("0*.py")))


@pytest.mark.timeout(3600)
def test_the_last_migrations_go_down_and_up_with_data(committed: None) -> None:
    name = f"waymark_migrated_{environment.WORKER}"
    databases.clone(databases.DEMO_TEMPLATE, name)
    try:
        manage(name, "seed_demo", f"--bookings={BOOKINGS}", "--verbosity=0")
        before = rows(name)
        for app in our_apps():
            applied = [
                line.split()[-1] for line in manage(name, "showmigrations", app, "--list").splitlines() if "[X]" in line
            ]
            manage(name, "migrate", app, applied[-2] if len(applied) > 1 else "zero", "--verbosity=0")
            manage(name, "migrate", "--verbosity=0")
        after = rows(name)
    finally:
        databases.drop(name)

    # What a migration adds is empty again: tables of the last one, and what it fills in by itself.
    kept = (
        "accounts_user",
        "bookings_booking",
        "bookings_bookingevent",
        "scheduling_reservation",
        "core_outboxmessage",
    )
    assert before["bookings_booking"] >= BOOKINGS
    assert {table: after[table] for table in kept} == {table: before[table] for table in kept}
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


def rows(database: str) -> dict[str, int]:
    with psycopg.connect(environment.database_url(database)) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {
            table: connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()[0]  # type: ignore[index]  # count(*) has a row
            for (table,) in tables
        }
