"""`manage.py move_media --to s3|folder`: copies people's files from the folders into the bucket, or back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.bucket_reading import FilesUnavailable
from operations.media import moving

NEXT = {
    "s3": "Set MEDIA_BUCKET for all processes and start them again, then run this once more for what was added meanwhile.",
    "folder": "Take MEDIA_BUCKET out of the environment of all processes and start them again, then run this once more with "
    "--bucket for what was added meanwhile.",
}


class Command(BaseCommand):
    help = "Copies people's files into the bucket or into the folders, compares each, and leaves those that are there already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", choices=sorted(NEXT), required=True)
        parser.add_argument("--bucket", help="the bucket, where MEDIA_BUCKET is not set yet or not any more")

    def handle(self, *args: Any, **options: Any) -> None:
        settings.MEDIA_BUCKET = options["bucket"] or settings.MEDIA_BUCKET
        if not settings.MEDIA_BUCKET:
            raise CommandError("Name the bucket with --bucket, or set MEDIA_BUCKET.")
        copy = moving.to_bucket if options["to"] == "s3" else moving.to_folder
        count = copied = size = 0
        failed: list[str] = []
        try:
            for moved in copy():
                count += 1
                copied, size = copied + moved.is_copied, size + moved.size
                if moved.problem:
                    failed.append(moved.name)
                    self.stderr.write(f"{moved.name}: {moved.problem}")
                if count % 100 == 0:
                    self.stdout.write(f"{count} files, {size / 1_000_000:.0f} MB; {copied} copied")
        except FilesUnavailable as error:
            raise CommandError(
                f"The bucket does not answer ({error.reason}). {count} files are done; run this again to go on."
            ) from None
        self.stdout.write(f"{count} files, {size / 1_000_000:.1f} MB: {copied} copied, {len(failed)} failed.")
        if failed:
            raise CommandError("Run this again for the files that failed.")
        self.stdout.write(NEXT[options["to"]])
