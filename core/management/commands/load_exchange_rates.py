"""`manage.py load_exchange_rates FILE.csv`: loads exchange rates, for comparing prices."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock, rates


class Command(BaseCommand):
    help = "Loads exchange rates from a CSV file of `currency,per_dollar` lines: the whole file or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", type=date.fromisoformat, help="the day the rates are of (default: today)")

    def handle(self, *args: Any, file: Path, as_of: date | None, **options: Any) -> None:
        try:
            with file.open(newline="") as lines:
                count = rates.load_csv(lines, as_of=as_of or clock.now().date())
        except (OSError, UnicodeDecodeError) as reason:
            raise CommandError(f"{file} cannot be read: {reason}") from None
        except rates.BadRates as reason:
            raise CommandError(f"Nothing was loaded. {reason}") from None
        self.stdout.write(self.style.SUCCESS(f"{count} rates loaded."))
