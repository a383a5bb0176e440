"""Databases for the tests: migrated templates, and clones of them, which take 50 ms each."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import psycopg
from psycopg import sql

from config.embedded.paths import PROJECT
from tests.environment import DEMO_MEDIA, direct_url

TEMPLATE = "waymark_template"
DEMO_TEMPLATE = "waymark_template_demo"


def server() -> str:
    """Returns the connection string of the server's maintenance database."""
    return os.environ["TEST_SERVER"]


def clone(template: str, name: str) -> None:
    """Creates the database `name` from a template; drops an old one of that name with its connections."""
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def clone_demo(name: str) -> None:
    """Creates the database `name` with the demo data, and copies the files that belong to it."""
    clone(DEMO_TEMPLATE, name)
    copytree(DEMO_MEDIA, os.environ["MEDIA_ROOT"], dirs_exist_ok=True)
    if os.environ.get("MEDIA_BUCKET"):  # of `--files=s3`
        assert was_run(["move_media", "--to", "s3"], name)


def drop(name: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


READ_BY_MIGRATIONS = ("*/texts/*.md", "config/settings.py", "requirements/production.txt")


def hash_of(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(paths))).hexdigest()[:12]


def matching(*patterns: str) -> list[Path]:
    return [path for pattern in patterns for path in PROJECT.glob(pattern)]


def fingerprint() -> str:
    """Returns a hash that changes with the files that the templates are made from."""
    code = ("*/migrations/*.py", "*/demo*.py", "*/demo/*.py", "*/models.py", "*/models/*.py")
    return hash_of(matching(*code, *READ_BY_MIGRATIONS))


@contextmanager
def template_lock() -> Iterator[psycopg.Connection]:
    """Yields a connection that has the lock on creating templates."""
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7243)")
        yield connection


def state_of(template: str) -> str:
    """Returns what the template has to be made from: the present files, and the present day for the demo's bookings."""
    return f"{fingerprint()} {datetime.now(UTC):%Y-%m-%d}" if template == DEMO_TEMPLATE else fingerprint()


def is_current(connection: psycopg.Connection, template: str) -> bool:
    """Whether the template was created from the present files, and today if it has bookings."""
    if template == DEMO_TEMPLATE and not DEMO_MEDIA.is_dir():
        return False
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [template]
    ).fetchone()
    return row is not None and (row[0] or "").startswith(state_of(template))


def save_state(connection: psycopg.Connection, template: str) -> None:
    state = sql.Literal(state_of(template))
    connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), state))


def was_run(command: list[str], template: str) -> bool:
    """Runs a command of manage.py on the template, and returns whether it succeeded."""
    variables = {
        "DATABASE_URL": direct_url(template),
        "DATABASE_POOLER": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    variables["MEDIA_ROOT"] = str(DEMO_MEDIA)
    whole = [sys.executable, "manage.py", *command, "--verbosity=0"]
    return subprocess.run(whole, cwd=PROJECT, env=os.environ | variables, check=False).returncode == 0


def make_templates() -> None:
    """Creates both templates, unless they exist and are current."""
    with template_lock() as lock:
        for template, source, command in ((TEMPLATE, "template1", "migrate"), (DEMO_TEMPLATE, TEMPLATE, "seed_demo")):
            if not is_current(lock, template):
                clone(source, template)
                assert was_run([command], template)
                save_state(lock, template)
