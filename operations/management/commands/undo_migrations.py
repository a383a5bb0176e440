"""`manage.py undo_migrations FILE`: undoes the migrations that are not in a list, for `waymark rollback`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.upgrades.undoing import plan_undoing, undo


class Command(BaseCommand):
    help = "Undoes the migrations that an older version does not have."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the migrations of the older version, one a line")
        parser.add_argument(
            "--plan", action="store_true", help="print as JSON what would be done and lost, and do nothing"
        )
        parser.add_argument(
            "--since", type=datetime.fromisoformat, help="when the backup of the older version was made"
        )

    def handle(self, *args: Any, file: Path, plan: bool, since: datetime | None, **options: Any) -> None:
        applied = set(file.read_text().split())
        undoing = plan_undoing(applied, since)
        if plan:
            self.stdout.write(json.dumps(asdict(undoing)))
            return
        if undoing.cannot:
            raise CommandError(f"Cannot be undone: {', '.join(undoing.cannot)}. Restore the backup instead.")
        for name in undo(applied):
            self.stdout.write(f"Undone: {name}")
