"""`manage.py export_errors > docs/errors.md`: prints all refusals as a table."""

from typing import Any

from django.core.management.base import BaseCommand

from core.errors import table


class Command(BaseCommand):
    help = "Prints the table of refusals."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table(), ending="")
