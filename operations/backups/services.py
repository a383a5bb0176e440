"""Making a backup while the site runs, restoring one into an empty place, and rehearsing that."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from core import clock, direct, outbox_pause
from operations.backups import archive, media, programs
from operations.backups.archive import DATABASE, MEDIA, SECRETS, Manifest
from operations.backups.encryption import BackupKey, BackupUnreadable
from operations.models import BackupRecord
from operations.version import version

PATTERN = "waymark-*.backup"
PARTIAL, SCRATCH = "waymark-*.partial", ".waymark-"
REHEARSAL = "rehearsal"
ANONYMISED = "anonymised-*.backup"
ANOTHER_SITE = (
    "SECRET_KEY is not the one of the backup, so what is stored encrypted could not be read. Set SECRET_KEY to that of the "
    "site which was backed up."
)
DUMP = ("--format=custom", "--compress=3", "--no-owner", "--no-acl", "--no-comments")


class BackupRefused(Exception):
    """The backup cannot be made or restored here; the message says why and what to do."""


class InProgress(BackupRefused):
    """Another command works in the same database on trial."""


@dataclass(frozen=True)
class Restored:
    """What a restore has put in place."""

    manifest: Manifest
    rows: int
    files: int


def make_backup(folder: Path, key: BackupKey) -> Path:
    """Writes a backup into the folder and returns its path. The file has its name once it is complete, and a second backup
    that begins in the same second is refused."""
    if folder.resolve().is_relative_to(settings.MEDIA_HOME.resolve()):
        raise BackupRefused(f"{folder} is in the folder that is backed up. Choose another one with --to.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    delete_remains(folder)
    path = folder / f"waymark-{clock.now():%Y-%m-%dT%H%M%SZ}.backup"
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600, exist_ok=False)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH) as name, partial.open("wb") as target:
            scratch = Path(name)
            with media.media_of_site(scratch / MEDIA) as kept:
                kept.keep()  # what is deleted while the database is dumped
                manifest = dump_database(scratch / DATABASE)
                kept.keep()  # what was added meanwhile
                archive.write(target, key, manifest, scratch / DATABASE, _secrets(), kept.files())
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path)
    except BaseException as error:
        partial.unlink(missing_ok=True)
        _record(BackupRecord.Kind.BACKUP, is_good=False, note=str(error))
        raise
    _record(BackupRecord.Kind.BACKUP, is_good=True, note=str(path), size=path.stat().st_size)
    return path


def delete_remains(folder: Path) -> None:
    """Deletes what a backup or a rehearsal has left there, or in Waymark's home, that was killed more than a day ago, such as a
    dump that is not encrypted."""
    begun_before = (clock.now() - timedelta(days=1)).timestamp()
    patterns = (PARTIAL, ANONYMISED.replace(".backup", ".partial"), f"{SCRATCH}*")
    paths = {path for pattern in patterns for path in folder.resolve().glob(pattern)}
    for path in paths | set(settings.WAYMARK_HOME.resolve().glob(f"{SCRATCH}*")):
        if path.lstat().st_mtime >= begun_before:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def delete_old(folder: Path, keep: int, pattern: str = PATTERN) -> list[Path]:
    """Deletes all backups in the folder but the newest ones, and returns which."""
    old = [folder / name for name in old_names([path.name for path in folder.iterdir()], keep, pattern)]
    for path in old:
        path.unlink()
    return old


def old_names(names: Sequence[str], keep: int, pattern: str = PATTERN) -> list[str]:
    """Returns the backups among these names but the newest ones. Copies with another `pattern` are not counted among them."""
    return sorted(name for name in names if fnmatch(name, pattern))[:-keep]


def restore(path: Path, key: BackupKey, configuration: Path) -> Restored:
    """Restores a backup into an empty database and an empty folder of files, with the outbox paused.

    The secret that the data was encrypted with is entered in the site's configuration, if it has one.
    """
    refuse_unless_empty()
    home: Path = settings.MEDIA_HOME
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with unpacked(path, key, home.parent) as (folder, manifest):
        _take_over_secrets((folder / SECRETS).read_text(), configuration)
        load(folder / DATABASE, settings.DATABASES["default"]["NAME"])
        with connection.cursor() as cursor:
            rows = count_rows(cursor)
        outbox_pause.pause(f"Restored from {path.name}")  # first of all, since the data is there from now on
        compare(manifest, rows)
        media.put_back(folder / MEDIA)
    return Restored(manifest, sum(manifest.rows.values()), len(manifest.files))


def rehearse(path: Path, key: BackupKey) -> Restored:
    """Restores a backup into a database that is dropped afterwards, and records whether it could be restored."""
    try:
        with scratch_database(REHEARSAL) as name, unpacked(path, key, path.parent) as (folder, manifest):
            load(folder / DATABASE, name)
            with direct.connect(database=name) as scratch:
                compare(manifest, count_rows(scratch.cursor()))
    except InProgress:  # which says nothing of this backup
        raise
    except Exception as error:
        _record(BackupRecord.Kind.REHEARSAL, is_good=False, note=f"{path.name}: {error}")
        raise
    _record(BackupRecord.Kind.REHEARSAL, is_good=True, note=path.name, size=path.stat().st_size)
    return Restored(manifest, sum(manifest.rows.values()), len(manifest.files))


def dump_database(target: Path) -> Manifest:
    """Dumps the database and counts its rows in the same snapshot, while the site goes on."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        manifest = Manifest(
            version=version(),
            made_at=clock.now().isoformat(),
            migrations=sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
            rows=count_rows(cursor),
        )
        programs.run(
            "pg_dump",
            [*DUMP, "--snapshot", snapshot, "--file", str(target)],
        )
    return manifest


def count_rows(cursor: Any) -> dict[str, int]:
    """Returns how many rows each table has."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    tables = [name for (name,) in cursor.fetchall()]
    rows = {}
    for table in tables:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        rows[table] = cursor.fetchone()[0]
    return rows


def load(dump: Path, database: str) -> None:
    """Loads a dump, as a whole or not at all."""
    programs.run("pg_restore", ["--no-owner", "--single-transaction", "--dbname", database, str(dump)])


def compare(manifest: Manifest, rows: dict[str, int]) -> None:
    """Refuses a restore in which a table has another number of rows than when it was backed up."""
    if different := sorted({name for name, _ in manifest.rows.items() ^ rows.items()}):
        name = different[0]
        raise BackupUnreadable(f"{name} has {rows.get(name)} rows, the backup was made of {manifest.rows.get(name)}")


def refuse_unless_empty(*, with_files: bool = True) -> None:
    """Refuses to restore over a database with tables and, `with_files`, over a folder with files."""
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise BackupRefused(
                "The database has tables already. Restore into an empty one: choose another home with WAYMARK_HOME, or "
                "create an empty database and name it in DATABASE_URL."
            )
    if with_files and media.has_files():
        empty = "bucket (MEDIA_BUCKET)" if settings.MEDIA_BUCKET else "folder (MEDIA_ROOT)"
        raise BackupRefused(f"{media.place_of_files()} has files already. Restore into an empty {empty}.")


def _secrets() -> bytes:
    """Returns what the data is encrypted and signed with, as lines of a configuration."""
    former = ",".join(settings.SECRET_KEY_FALLBACKS)
    return f"SECRET_KEY={settings.SECRET_KEY}\nSECRET_KEY_FALLBACKS={former}\n".encode()


def _take_over_secrets(secrets: str, configuration: Path) -> None:
    """Enters the secrets of the backup in the configuration. Refuses if they differ and the site's secret is not from there."""
    values = dict(line.split("=", 1) for line in secrets.splitlines())
    if _is_known(values["SECRET_KEY"]):
        return
    lines = configuration.read_text().splitlines() if configuration.exists() else []
    in_use = {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}
    if in_use.get("SECRET_KEY") != settings.SECRET_KEY:  # the environment has another, which comes before this one
        raise BackupRefused(ANOTHER_SITE)
    kept = [line for line in lines if line.partition("=")[0].strip() not in values]
    partial = configuration.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in values.items() if value)]) + "\n")
    partial.replace(configuration)


def refuse_other_secret(secrets: str) -> None:
    """Refuses a backup whose secret this site does not have."""
    if not _is_known(dict(line.split("=", 1) for line in secrets.splitlines())["SECRET_KEY"]):
        raise BackupRefused(ANOTHER_SITE)


def _is_known(secret: str) -> bool:
    return secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@contextmanager
def unpacked(path: Path, key: BackupKey, parent: Path) -> Iterator[tuple[Path, Manifest]]:
    """Unpacks a backup into a folder that is deleted afterwards, and refuses one of a newer version."""
    with tempfile.TemporaryDirectory(dir=parent, prefix=SCRATCH) as name, path.open("rb") as source:
        manifest = archive.unpack(source, key, Path(name))
        _refuse_newer(manifest)
        yield Path(name), manifest


def _refuse_newer(manifest: Manifest) -> None:
    """Refuses a backup with migrations that this version does not have, because its tables are others."""
    loader = MigrationLoader(None)
    known = {".".join(key) for key in loader.disk_migrations} | {".".join(key) for key in loader.replacements}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupRefused(
            f"The backup was made by a newer version of Waymark, {manifest.version}, and this is {version()} "
            f"(it does not have {unknown[0]}). Install Waymark {manifest.version} or newer, then restore."
        )


@contextmanager
def scratch_database(purpose: str) -> Iterator[str]:
    """Creates an empty database beside that of the site, and drops it afterwards.

    Of two commands at once the second is refused: it would drop the database of the first one, and an anonymised copy would
    be made of what the second one has not anonymised yet.
    """
    database = f"{connection.settings_dict['NAME']}_{purpose}"
    name = sql.Identifier(database)
    with direct.connect(database="postgres", autocommit=True) as server:
        locked = server.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [database]).fetchone()
        if locked != (True,):
            raise InProgress(f"Another command is using the database {database}. Try again when it has finished.")
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        try:
            yield database
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            # The server notices only some time after the connection is closed, and a command that follows would be refused.
            server.execute("SELECT pg_advisory_unlock(hashtext(%s))", [database])


def _record(kind: BackupRecord.Kind, *, is_good: bool, note: str, size: int | None = None) -> None:
    BackupRecord.objects.create(kind=kind, finished_at=clock.now(), is_good=is_good, note=note[:300], size=size)
