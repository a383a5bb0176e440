"""Prints docs/tables.md."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core import table_reference


class Command(BaseCommand):
    help = "Prints the reference of tables and fields, for docs/tables.md."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table_reference.reference(), ending="")
