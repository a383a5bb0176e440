"""`manage.py import_catalogue catalogue.yaml [--dry-run]`: imports pathways and skills from one document."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit
from pathways.catalogue import interchange


class Command(BaseCommand):
    help = "Imports pathways and skills: the whole document or nothing. What the document does not name stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            document = interchange.parse(file.read_text())
            differences = interchange.differences(document) if dry_run else interchange.import_catalogue(document)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} is no text in UTF-8.") from None
        except interchange.InvalidCatalogue as error:
            raise CommandError("\n".join(error.lines)) from None
        for difference in differences:
            people = f" ({difference.people} people have progress on it)" if difference.people else ""
            self.stdout.write(f"{difference.what}: {difference.kind} {difference.slug}{people}")
            for name, (before, after) in difference.fields.items():
                self.stdout.write(f"    {name}: {before!r} → {after!r}")
        changes = [difference for difference in differences if difference.what != "missing"]
        if not dry_run and changes:
            changed_fields = {
                f"{difference.kind} {difference.slug}": sorted(difference.fields) for difference in changes
            }
            audit.record(actor=None, action="catalogue read in", subject="catalogue", before=None, after=changed_fields)
        self.stdout.write(self.style.SUCCESS(f"{len(changes)} {'would change' if dry_run else 'changed'}."))
