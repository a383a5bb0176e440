"""`manage.py import_catalogue catalogue.yaml [--dry-run]`: pathways and skills from one document."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit
from pathways.catalogue import interchange


class Command(BaseCommand):
    help = "Reads pathways and skills in: all of the document, or nothing. What it does not name stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            told = interchange.parse(file.read_text())
            found = interchange.differences(told) if dry_run else interchange.import_catalogue(told)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file} is no text in UTF-8.") from None
        except interchange.BadCatalogue as error:
            raise CommandError("\n".join(error.lines)) from None
        for each in found:
            people = f" ({each.people} people have progress on it)" if each.people else ""
            self.stdout.write(f"{each.what}: {each.kind} {each.slug}{people}")
            for name, (before, after) in each.fields.items():
                self.stdout.write(f"    {name}: {before!r} → {after!r}")
        changes = [each for each in found if each.what != "missing"]
        if not dry_run and changes:
            told_of = {f"{each.kind} {each.slug}": sorted(each.fields) for each in changes}
            audit.record(actor=None, action="catalogue read in", subject="catalogue", before=None, after=told_of)
        self.stdout.write(self.style.SUCCESS(f"{len(changes)} {'would change' if dry_run else 'changed'}."))
