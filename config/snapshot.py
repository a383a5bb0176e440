"""The tables and first rows of a new database, loaded at once in place of all migrations.

docs/decisions/0050-snapshot-of-tables.md says why, docs/migrations.md when it is written again.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from config.embedded.paths import PROJECT
from core.locks import lock_until_commit
from operations.backups import programs
from operations.backups.services import scratch_database

SNAPSHOT = Path(__file__).with_name("snapshot.sql")
TOWNS = "accounts_place"  # 30,000 rows, which come from a package
READ_BY_MIGRATIONS = ("core/texts/*.md", "pathways/catalogue/first_skills.py", "pathways/badges/first_badges.py")
DUMP = ("--no-owner", "--no-privileges", "--no-comments", "--inserts", "--rows-per-insert=1000", f"--exclude-table-data={TOWNS}")  # fmt: skip
# What pg_dump sets for its session, which is that of `migrate` here, its commands for psql, and its comments.
LEFT_OUT = re.compile(
    r"^SET \w+ = [^;\n]+;\n+|^SELECT pg_catalog\.set_config\('search_path', '', false\);\n+|^\\(un)?restrict \w+\n+"
    r"|^--\n-- [^\n]+\n--\n+|^-- Dumped (from|by) [^\n]+\n+",
    re.MULTILINE,
)


def load_snapshot() -> bool:
    """Creates the tables and first rows in an empty database.

    Returns False, and does nothing, if it has tables, or is not laid out as the snapshot: everything in the schema `public`.
    """
    statements = _read()
    with transaction.atomic(), connection.cursor() as cursor:
        lock_until_commit("snapshot of tables")
        if _has_another_layout(cursor, statements) or connection.introspection.table_names(cursor):
            return False
        cursor.execute("SET LOCAL check_function_bodies = off")  # a function may read a table that comes after it
        cursor.execute(statements)
        _load_towns()
    return True


def record_snapshot() -> None:
    """Writes the snapshot anew, from an empty database in which all migrations are run."""
    with scratch_database("snapshot") as name, tempfile.NamedTemporaryFile("r", encoding="utf-8") as dump:
        _run_all_migrations(name)
        programs.run("pg_dump", [*DUMP, "--file", dump.name], database=name)
        text = LEFT_OUT.sub("", dump.read()).strip() + "\n"
    heading = f"-- Written by manage.py record_snapshot. Sources: {hash_of_sources(text)}\n"
    SNAPSHOT.write_text(heading + text, encoding="utf-8")


def is_current() -> bool:
    """Whether the migrations of the snapshot, and what they read, are as they were when it was written."""
    snapshot = _read()
    return snapshot.splitlines()[0].endswith(f" {hash_of_sources(snapshot)}")


def hash_of_sources(snapshot: str) -> str:
    """Returns a hash of our migrations that the snapshot has, and of the texts and rows that they read."""
    names = re.findall(r"\t\(\d+, '(\w+)', '(\w+)', ", snapshot)
    files = [PROJECT / app / "migrations" / f"{name}.py" for app, name in names if (PROJECT / app).is_dir()]
    files += [path for pattern in READ_BY_MIGRATIONS for path in PROJECT.glob(pattern)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()


def _read() -> str:
    return SNAPSHOT.read_text(encoding="utf-8")  # in a locale with another encoding, too


def _has_another_layout(cursor: Any, statements: str) -> bool:
    """Whether tables would go to another schema than `public`, or an extension is in another, as some providers have it."""
    extensions = re.findall(r"^CREATE EXTENSION IF NOT EXISTS (\w+) ", statements, re.MULTILINE)
    cursor.execute(
        """
        SELECT current_schema() IS DISTINCT FROM 'public' OR EXISTS (
            SELECT FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
            WHERE extname = ANY(%s) AND nspname <> 'public'
        )
        """,
        [extensions],
    )
    has_another: bool = cursor.fetchone()[0]
    return has_another


def _run_all_migrations(database: str) -> None:
    """Runs them in another database of the same server, by a process of its own, since they write by the default connection."""
    url = urlunsplit(urlsplit(settings.ENV.database_url)._replace(path=f"/{database}"))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-snapshot", "--verbosity=0"],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": url},
        check=True,
    )


def _load_towns() -> None:
    """Writes the towns by the function of their migration, into the columns that the snapshot has: later ones may add some."""
    loader = MigrationLoader(connection)
    state = loader.project_state([key for key in loader.graph.nodes if key in loader.applied_migrations])
    import_module("accounts.migrations.0004_towns_and_trades").load(state.apps, None)
