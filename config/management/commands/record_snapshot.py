"""`manage.py record_snapshot`: writes the tables of this version down, from which new databases are made."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config.snapshot import SNAPSHOT, record_snapshot


class Command(BaseCommand):
    help = "Writes config/snapshot.sql, with which a new database begins. It runs all migrations, in a minute or two."

    def handle(self, *args: Any, **options: Any) -> None:
        record_snapshot()
        self.stdout.write(f"Written: {SNAPSHOT}")
