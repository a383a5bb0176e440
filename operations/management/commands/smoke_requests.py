"""`manage.py smoke_requests`: asks for the pages that everybody needs. Exits with 1 if one does not answer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.upgrades.smoke import PATHS, smoke_requests


class Command(BaseCommand):
    help = "Asks this version for its most important pages, without a server."

    def handle(self, *args: Any, **options: Any) -> None:
        if problems := smoke_requests():
            raise CommandError("; ".join(problems))
        self.stdout.write(f"{len(PATHS)} pages answer.")
