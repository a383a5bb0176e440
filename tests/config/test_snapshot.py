"""Tests that a new database which begins with the snapshot is the same as one in which all migrations were run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from accounts.models import Place
from config.snapshot import SNAPSHOT, hash_of_sources, load_snapshot, recorded_hash
from core.models import SitePage
from operations.backups import programs
from tests import databases, environment

SCHEMA = ("--schema-only", "--no-owner", "--no-privileges", "--restrict-key=x")
VOLATILE = ("uuid", "timestamp with time zone")  # keys and times of rows, which differ from site to site


@pytest.fixture
def empty_database(committed: None) -> Iterator[str]:
    name = f"waymark_empty_{environment.WORKER}"
    databases.clone("template0", name)
    yield name
    databases.drop(name)


def test_the_snapshot_has_what_its_migrations_do_now() -> None:
    sentence = "a migration or a text of the snapshot has changed: run manage.py record_snapshot"
    assert recorded_hash() == hash_of_sources(SNAPSHOT.read_text()), sentence


@pytest.mark.django_db
def test_a_database_with_tables_is_left_alone() -> None:
    towns, pages = Place.objects.count(), SitePage.objects.count()

    assert not load_snapshot()

    assert (Place.objects.count(), SitePage.objects.count()) == (towns, pages)


@pytest.mark.slow
def test_migrating_to_one_migration_takes_no_snapshot(empty_database: str) -> None:
    assert databases.was_run(["migrate", "contenttypes", "0001"], empty_database)

    assert columns_of_tables(empty_database).keys() == {"django_migrations", "django_content_type"}


@pytest.mark.deep
@pytest.mark.timeout(1800)
def test_the_snapshot_makes_the_same_database_as_all_migrations(empty_database: str, tmp_path: Path) -> None:
    """Compares with the tests' own template, which begins with the snapshot."""
    assert databases.was_run(["migrate", "--no-snapshot"], empty_database)

    assert schema(empty_database, tmp_path) == schema(databases.TEMPLATE, tmp_path)
    assert rows(empty_database) == rows(databases.TEMPLATE)


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
