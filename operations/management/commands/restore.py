"""`waymark restore FILE`: restores a backup into an empty home."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.backups.buckets import ADDRESS, Bucket, BucketFailed
from operations.backups.encryption import BackupKey, BackupUnreadable
from operations.backups.options import add_key_option, chosen_key, end_cleanly_when_terminated
from operations.backups.programs import ProgramFailed
from operations.backups.replacing import load_database, replace_site
from operations.backups.services import SCRATCH, BackupRefused, Restored, restore


class Command(BaseCommand):
    help = (
        "Restores a backup into an empty database and an empty folder of files. Nothing is sent until release_outbox."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help=f"the backup: a file, or {ADDRESS}/FILE")
        add_key_option(parser)
        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--replace", action="store_true", help="replace the site's data, which is kept in a database beside it"
        )
        where.add_argument(
            "--database-only", action="store_true", help="load the database alone, for a new version of PostgreSQL"
        )

    def handle(
        self, *args: Any, file: str, key_file: Path | None, replace: bool, database_only: bool, **options: Any
    ) -> None:
        end_cleanly_when_terminated()
        try:
            key = chosen_key(key_file)
            with local(file) as path:
                restored = self._restore(path, key, replace=replace, database_only=database_only)
        except (BackupUnreadable, BackupRefused, BucketFailed, ProgramFailed, OSError) as reason:
            raise CommandError(str(reason)) from None
        if database_only:
            self.stdout.write(f"Loaded: {restored.rows:,} rows, as they were.")
            return
        self.stdout.write(
            f"Restored: {restored.rows:,} rows and {restored.files:,} files of {restored.manifest.made_at}, as they were.\n"
            "Emails and messages to other services are paused, since some may have been sent after the backup was made. "
            "Send them with: waymark manage release_outbox, or drop those that were waiting: release_outbox --drop"
        )

    def _restore(self, path: Path, key: BackupKey, *, replace: bool, database_only: bool) -> Restored:
        if database_only:
            return load_database(path, key)
        if replace:
            return replace_site(path, key)
        return restore(path, key, settings.WAYMARK_HOME / "waymark.env")


@contextmanager
def local(file: str) -> Iterator[Path]:
    """Returns the backup as a file of this machine: one in a bucket is downloaded, and deleted afterwards."""
    if not file.startswith("s3:"):
        yield Path(file)
        return
    address, _, name = file.rpartition("/")
    with TemporaryDirectory(dir=settings.WAYMARK_HOME, prefix=SCRATCH) as folder:
        path = Path(folder) / name
        Bucket.at(address).download(name, path)
        yield path
