"""Databases for the tests: migrated templates, and clones of them, which take 50 ms each."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import psycopg
from psycopg import sql

from config.embedded.paths import PROJECT
from tests.environment import DEMO_MEDIA, database_url

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


def drop(name: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def fingerprint() -> str:
    """Returns a hash that changes with the files that the templates are made from."""
    paths = sorted(
        path
        for pattern in (
            "*/migrations/*.py",
            "*/texts/*.md",
            "*/demo*.py",
            "*/demo/*.py",
            "*/models.py",
            "*/models/*.py",
            "config/settings.py",
            "requirements/production.txt",
        )
        for path in PROJECT.glob(pattern)
    )
    return hashlib.sha256(b"".join(Path(path).read_bytes() for path in paths)).hexdigest()[:12]


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
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [template]
    ).fetchone()
    return row is not None and row[0] == state_of(template)


def save_state(connection: psycopg.Connection, template: str) -> None:
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), sql.Literal(state_of(template)))
    )


def make_templates() -> None:
    """Creates both templates, unless they exist and are current."""
    with template_lock() as lock:
        for template, source, command in (
            (TEMPLATE, "template1", ["migrate", "--verbosity=0"]),
            (DEMO_TEMPLATE, TEMPLATE, ["seed_demo", "--verbosity=0"]),
        ):
            if is_current(lock, template) and DEMO_MEDIA.is_dir():
                continue
            clone(source, template)
            target = os.environ | {"DATABASE_URL": database_url(template), "DJANGO_SETTINGS_MODULE": "config.settings"}
            target["MEDIA_ROOT"] = str(DEMO_MEDIA)
            subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=target, check=True)
            save_state(lock, template)
