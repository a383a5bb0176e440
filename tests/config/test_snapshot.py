"""Tests that a new database which begins with the snapshot is the same as one in which all migrations were run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from accounts.models import Place
from config.snapshot import is_current, load_snapshot
from core.models import SitePage
from operations.backups import programs
from tests import databases, environment

SCHEMA = ("--schema-only", "--no-owner", "--no-privileges", "--restrict-key=x")
VOLATILE = ("uuid", "timestamp with time zone")  # keys and times of rows, which differ from site to site


# A model that has a column which a migration after the snapshot adds.
LATER_COLUMN = """
from django.db import models
from accounts.models import Place
from config.snapshot import load_snapshot

Place.add_to_class("mayor", models.CharField(default=""))
assert load_snapshot()
assert Place.objects.only("id").count() > 30_000
"""


@pytest.fixture
def empty_database(committed: None) -> Iterator[str]:
    name = f"waymark_empty_{environment.WORKER}"
    databases.clone("template0", name)
    yield name
    databases.drop(name)


@pytest.fixture
def second_database(committed: None) -> Iterator[str]:
    name = f"waymark_second_{environment.WORKER}"
    databases.clone("template0", name)
    yield name
    databases.drop(name)


def test_the_snapshot_has_what_its_migrations_do_now() -> None:
    assert is_current(), "a migration or a text of the snapshot has changed: run manage.py record_snapshot"


@pytest.mark.django_db
def test_a_database_with_tables_is_left_alone() -> None:
    towns, pages = Place.objects.count(), SitePage.objects.count()

    assert not load_snapshot()

    assert (Place.objects.count(), SitePage.objects.count()) == (towns, pages)


@pytest.mark.slow
def test_migrating_to_one_migration_takes_no_snapshot(empty_database: str) -> None:
    assert databases.was_run(["migrate", "contenttypes", "0001"], empty_database)

    assert columns_of_tables(empty_database).keys() == {"django_migrations", "django_content_type"}


@pytest.mark.slow
def test_an_extension_in_another_schema_takes_no_snapshot(empty_database: str) -> None:
    with psycopg.connect(environment.direct_url(empty_database), autocommit=True) as server:
        server.execute("CREATE SCHEMA extensions; CREATE EXTENSION pg_trgm SCHEMA extensions")

    is_refused = "from config.snapshot import load_snapshot; assert not load_snapshot()"
    assert databases.was_run(["shell", "-c", is_refused], empty_database)

    assert columns_of_tables(empty_database) == {}


@pytest.mark.slow
def test_a_column_of_towns_that_is_newer_than_the_snapshot_is_left_to_its_migration(empty_database: str) -> None:
    assert databases.was_run(["shell", "-c", LATER_COLUMN], empty_database)


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_the_snapshot_makes_the_same_database_as_all_migrations(
    empty_database: str, second_database: str, tmp_path: Path
) -> None:
    assert databases.was_run(["migrate"], empty_database)
    assert databases.was_run(["migrate", "--no-snapshot"], second_database)

    assert schema(empty_database, tmp_path) == schema(second_database, tmp_path)
    assert rows(empty_database) == rows(second_database)


def schema(database: str, folder: Path) -> str:
    """Returns the statements that create the tables, as PostgreSQL writes them down after it has read its own once.

    It writes some conditions in another way the second time, such as `state IN ('a', 'b')`.
    """
    copy, file = f"{database}_copy", folder / "schema.sql"
    programs.run("pg_dump", [*SCHEMA, "--file", str(file)], database=database)
    databases.clone("template0", copy)
    try:
        with psycopg.connect(environment.direct_url(copy), autocommit=True) as server:
            server.execute("\n".join(line for line in file.read_text().splitlines() if not line.startswith("\\")))
        programs.run("pg_dump", [*SCHEMA, "--file", str(file)], database=copy)
    finally:
        databases.drop(copy)
    return file.read_text()


def columns_of_tables(database: str) -> dict[str, list[str]]:
    """Returns the columns of each table whose values are the same on each site."""
    with psycopg.connect(environment.direct_url(database)) as server:
        tables = server.execute(
            """
            SELECT table_name, array_agg(column_name::text) FILTER (
                WHERE data_type <> ALL(%s) AND column_name <> 'id' AND column_name NOT LIKE '%%\\_id'
            )
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY table_name
            """,
            [list(VOLATILE)],
        ).fetchall()
    return {table: sorted(columns or []) for table, columns in tables}


def rows(database: str) -> dict[str, list[tuple[object, ...]]]:
    """Returns the rows of each table, in an order of their own."""
    with psycopg.connect(environment.direct_url(database)) as server:
        return {
            table: sorted(
                server.execute(
                    sql.SQL("SELECT {} FROM {}").format(
                        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
                    )
                ).fetchall(),
                key=repr,
            )
            for table, columns in columns_of_tables(database).items()
        }
