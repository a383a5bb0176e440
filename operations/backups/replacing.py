"""Restoring a backup in place of the data that a site has, which is kept beside it until the next time."""

from __future__ import annotations

from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from core import direct, outbox_pause
from operations.backups import media, services
from operations.backups.archive import DATABASE, MEDIA, SECRETS
from operations.backups.encryption import BackupKey
from operations.backups.services import Restored

NEW, FORMER = "restored", "before_rollback"


def load_database(path: Path, key: BackupKey) -> Restored:
    """Loads the database of a backup into an empty one, and nothing else: the site goes on where it was."""
    services.refuse_unless_empty(with_files=False)
    with services.unpacked(path, key, path.parent) as (folder, manifest):
        services.load(folder / DATABASE, settings.DATABASES["default"]["NAME"])
        with connection.cursor() as cursor:
            services.compare(manifest, services.count_rows(cursor))
    return Restored(manifest, sum(manifest.rows.values()), 0)


def replace_site(path: Path, key: BackupKey) -> Restored:
    """Restores a backup beside the database of the site and exchanges the two once it is complete.

    The database that was replaced is kept. Files that are missing come back; none is deleted. The outbox is paused.
    """
    name = str(settings.DATABASES["default"]["NAME"])
    new, former = f"{name}_{NEW}", f"{name}_{FORMER}"
    with services.unpacked(path, key, path.parent) as (folder, manifest), _server() as server:
        services.refuse_other_secret((folder / SECRETS).read_text())
        _drop(server, new)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(new)))
        services.load(folder / DATABASE, new)
        with direct.connect(database=new) as scratch:
            services.compare(manifest, services.count_rows(scratch.cursor()))
            scratch.execute(
                "INSERT INTO core_outboxpause (id, reason) VALUES (1, %s) ON CONFLICT DO NOTHING",
                [f"Restored from {path.name}"],
            )
        _drop(server, former)
        _exchange(server, name, new=new, former=former)
        media.put_back(folder / MEDIA)
    assert outbox_pause.is_paused()
    return Restored(manifest, sum(manifest.rows.values()), len(manifest.files))


def _server() -> psycopg.Connection[tuple[object, ...]]:
    return direct.connect(database="postgres", autocommit=True)


def _drop(server: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _exchange(server: psycopg.Connection[tuple[object, ...]], name: str, *, new: str, former: str) -> None:
    """Renames both databases, without any connection to the one of the site."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # of the PostgreSQL backend
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]
    )
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    server.execute(rename.format(sql.Identifier(name), sql.Identifier(former)))
    try:
        server.execute(rename.format(sql.Identifier(new), sql.Identifier(name)))
    except BaseException:
        server.execute(rename.format(sql.Identifier(former), sql.Identifier(name)))
        raise
