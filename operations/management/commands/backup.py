"""`waymark backup`: writes one encrypted file with everything that a site needs to be restored."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.backups.encryption import BackupUnreadable, new_key_file
from operations.backups.options import add_key_option, chosen_key
from operations.backups.programs import ProgramFailed
from operations.backups.services import BackupRefused, delete_old, make_backup, rehearse


class Command(BaseCommand):
    help = "Backs up the database, people's files and the secrets that belong to them, while the site runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_key_option(parser)
        parser.add_argument("--to", type=Path, help="the folder of the backups (default: backups in Waymark's home)")
        parser.add_argument("--keep", type=int, help="delete all backups in the folder but this many of the newest")
        parser.add_argument(
            "--rehearse", action="store_true", help="restore it into a database that is dropped afterwards"
        )
        parser.add_argument(
            "--new-key", type=Path, metavar="FILE", help="write a new key to a file, and make no backup"
        )

    def handle(
        self,
        *args: Any,
        to: Path | None,
        keep: int | None,
        rehearse: bool,
        new_key: Path | None,
        key_file: Path | None,
        **options: Any,
    ) -> None:
        if new_key is not None:
            self._write_key(new_key)
            return
        if keep is not None and keep < 1:
            raise CommandError("--keep needs 1 or more")
        folder = to or settings.WAYMARK_HOME / "backups"
        try:
            key = chosen_key(key_file)
            path = make_backup(folder, key)
            self.stdout.write(f"Written: {path} ({path.stat().st_size / 1e6:,.1f} MB)")
            if rehearse:
                self._rehearse(path, key)
        except (BackupUnreadable, BackupRefused, ProgramFailed, OSError) as reason:
            raise CommandError(str(reason)) from None
        for old in delete_old(folder, keep) if keep else []:
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
