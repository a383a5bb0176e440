"""`waymark restore FILE`: restores a backup into an empty home."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.backups.encryption import BackupUnreadable
from operations.backups.options import add_key_option, chosen_key
from operations.backups.programs import ProgramFailed
from operations.backups.replacing import load_database, replace_site
from operations.backups.services import BackupRefused, restore


class Command(BaseCommand):
    help = (
        "Restores a backup into an empty database and an empty folder of files. Nothing is sent until release_outbox."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")
        add_key_option(parser)
        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--replace", action="store_true", help="replace the site's data, which is kept in a database beside it"
        )
        where.add_argument(
            "--database-only", action="store_true", help="load the database alone, for a new version of PostgreSQL"
        )

    def handle(
        self, *args: Any, file: Path, key_file: Path | None, replace: bool, database_only: bool, **options: Any
    ) -> None:
        try:
            key = chosen_key(key_file)
            if database_only:
                restored = load_database(file, key)
            elif replace:
                restored = replace_site(file, key)
            else:
                restored = restore(file, key, settings.WAYMARK_HOME / "waymark.env")
        except (BackupUnreadable, BackupRefused, ProgramFailed, OSError) as reason:
            raise CommandError(str(reason)) from None
        if database_only:
            self.stdout.write(f"Loaded: {restored.rows:,} rows, as they were.")
            return
        self.stdout.write(
            f"Restored: {restored.rows:,} rows and {restored.files:,} files of {restored.manifest.made_at}, as they were.\n"
            "Emails and messages to other services are paused, since some may have been sent after the backup was made. "
            "Send them with: waymark manage release_outbox, or drop those that were waiting: release_outbox --drop"
        )
