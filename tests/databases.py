"""Databases for the tests: a migrated template, and clones of it that cost 50 ms each."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import psycopg
from psycopg import sql

from config.embedded.paths import PROJECT
from tests.environment import DEMO_MEDIA, database_url

TEMPLATE = "waymark_template"
DEMO_TEMPLATE = "waymark_template_demo"


def server() -> str:
    """A connection string for the server's maintenance database."""
    return os.environ["TEST_SERVER"]


def clone(template: str, name: str) -> None:
    """Makes the database `name` anew from a template; whoever was connected to the old one is cut off."""
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def clone_demo(name: str) -> None:
    """The demo's data, and the files that belong to it."""
    clone(DEMO_TEMPLATE, name)
    copytree(DEMO_MEDIA, os.environ["MEDIA_ROOT"], dirs_exist_ok=True)


def drop(name: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def fingerprint() -> str:
    """Changes with anything that a template is made from."""
    paths = sorted(
        path
        for pattern in (
            "*/migrations/*.py",
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
def one_at_a_time() -> Iterator[psycopg.Connection]:
    """A connection that holds the lock on making templates."""
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7243)")
        yield connection


def stamped(connection: psycopg.Connection, template: str) -> bool:
    """Whether the template was made from what is here now."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [template]
    ).fetchone()
    return row is not None and row[0] == fingerprint()


def stamp(connection: psycopg.Connection, template: str) -> None:
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(template), sql.Literal(fingerprint()))
    )


def make_templates() -> None:
    """Both templates, unless they are there and true."""
    with one_at_a_time() as lock:
        for template, source, command in (
            (TEMPLATE, "template1", ["migrate", "--verbosity=0"]),
            (DEMO_TEMPLATE, TEMPLATE, ["seed_demo", "--verbosity=0"]),
        ):
            if stamped(lock, template) and DEMO_MEDIA.is_dir():
                continue
            clone(source, template)
            target = os.environ | {"DATABASE_URL": database_url(template), "DJANGO_SETTINGS_MODULE": "config.settings"}
            target["MEDIA_ROOT"] = str(DEMO_MEDIA)
            subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=target, check=True)
            stamp(lock, template)
