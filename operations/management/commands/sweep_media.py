"""`manage.py sweep_media`: deletes from the bucket what nobody refers to, as is done every night."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock


class Command(BaseCommand):
    help = "Deletes files from the bucket that nobody refers to and that are older than a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print their names and delete none")
        parser.add_argument(
            "--force", action="store_true", help="delete them even if they are a large part of the bucket"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.MEDIA_BUCKET:
            raise CommandError("The files are in folders: MEDIA_BUCKET is not set.")
        from core import bucket_sweep  # needs boto3

        result = bucket_sweep.sweep(clock.now(), deletes=not options["dry_run"], is_forced=options["force"])
        if options["dry_run"]:
            for entry in result.unreferenced:
                self.stdout.write(f"{entry.name}\t{entry.size}")
        self.stdout.write(
            f"{len(result.unreferenced)} of {result.objects} objects belong to nothing, {result.deleted} were deleted."
        )
        if result.is_suspicious and not options["force"]:
            raise CommandError(
                "That is so many that the database may be an older one, or that of another site. Look at the names with "
                "--dry-run, then delete them with --force."
            )
