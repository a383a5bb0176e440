"""`manage.py record_backup`: records that a backup was made, or that restoring one was rehearsed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import clock
from operations.models import BackupRecord


class Command(BaseCommand):
    help = "Records a backup, or the rehearsal of a restore, for the page of health and the alarm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rehearsal", action="store_true", help="a restore was rehearsed")
        parser.add_argument("--failed", action="store_true", help="it has failed")
        parser.add_argument("--size", type=int, help="of the backup, in bytes")
        parser.add_argument("--note", default="", help="where it is, or why it failed")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = BackupRecord.Kind.REHEARSAL if options["rehearsal"] else BackupRecord.Kind.BACKUP
        record = BackupRecord.objects.create(
            kind=kind, finished_at=clock.now(), is_good=not options["failed"], size=options["size"],
            note=options["note"][:300],
        )  # fmt: skip
        self.stdout.write(f"{record} recorded.")
