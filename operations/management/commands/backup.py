"""`waymark backup`: writes one encrypted file with everything that a site needs to be restored."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.anonymised.services import make_anonymised
from operations.backups.buckets import ADDRESS, Bucket, BucketFailed
from operations.backups.encryption import BackupUnreadable, new_key_file
from operations.backups.options import add_key_option, chosen_key, end_cleanly_when_terminated
from operations.backups.programs import ProgramFailed
from operations.backups.services import (
    ANONYMISED,
    PATTERN,
    SCRATCH,
    BackupRefused,
    delete_old,
    make_backup,
    old_names,
    rehearse,
)


class Command(BaseCommand):
    help = "Backs up the database, people's files and the secrets that belong to them, while the site runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_key_option(parser)
        parser.add_argument(
            "--to", help=f"a folder (default: backups in Waymark's home), or {ADDRESS} of S3 or the like"
        )
        parser.add_argument("--keep", type=int, help="delete all backups there but this many of the newest")
        parser.add_argument(
            "--rehearse", action="store_true", help="restore it into a database that is dropped afterwards"
        )
        parser.add_argument(
            "--anonymise", action="store_true", help="write a copy with no real person in it, for a site on trial"
        )
        parser.add_argument(
            "--new-key", type=Path, metavar="FILE", help="write a new key to a file, and make no backup"
        )

    def handle(
        self,
        *args: Any,
        to: str | Path | None,
        keep: int | None,
        rehearse: bool,
        anonymise: bool,
        new_key: Path | None,
        key_file: Path | None,
        **options: Any,
    ) -> None:
        if new_key is not None:
            self._write_key(new_key)
            return
        if keep is not None and keep < 1:
            raise CommandError("--keep needs 1 or more")
        end_cleanly_when_terminated()
        pattern = ANONYMISED if anonymise else PATTERN
        is_bucket = str(to or "").startswith("s3:")
        try:
            bucket = Bucket.at(str(to)) if is_bucket else None
            key = chosen_key(key_file, is_new=True)
            with folder_for(to if not is_bucket else None, is_passing=is_bucket) as folder:
                path = make_anonymised(folder, key) if anonymise else make_backup(folder, key)
                if rehearse:
                    self._rehearse(path, key)
                place = bucket.upload(path) if bucket else str(path)
                self.stdout.write(f"Written: {place} ({path.stat().st_size / 1e6:,.1f} MB)")
                deleted = delete_old(folder, keep, pattern) if keep and not bucket else []
            if bucket and keep:
                deleted = [Path(name) for name in old_names(bucket.names(), keep, pattern)]
                for old in deleted:
                    bucket.delete(str(old))
        except (BackupUnreadable, BackupRefused, BucketFailed, ProgramFailed, OSError) as reason:
            raise CommandError(str(reason)) from None
        for old in deleted:
            self.stdout.write(f"Deleted: {old}")

    def _write_key(self, path: Path) -> None:
        try:
            new_key_file(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}") from None
        self.stdout.write(f"Written: {path}. Keep a copy in another place: without it no backup can be read.")

    def _rehearse(self, path: Path, key: Any) -> None:
        restored = rehearse(path, key)
        self.stdout.write(f"Restored on trial: {restored.rows:,} rows and {restored.files:,} files are as they were.")


@contextmanager
def folder_for(to: str | Path | None, *, is_passing: bool) -> Iterator[Path]:
    """Returns the folder that the backup is written into, which is deleted afterwards if it goes on to a bucket."""
    if not is_passing:
        yield Path(to) if to else settings.WAYMARK_HOME / "backups"
        return
    with TemporaryDirectory(dir=settings.WAYMARK_HOME, prefix=SCRATCH) as name:
        yield Path(name)
