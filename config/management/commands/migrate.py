"""`manage.py migrate`: as Django's, but a new database begins with a snapshot of the tables, since all migrations take a minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS

from config.snapshot import load_snapshot

OTHER_USES = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--no-snapshot", action="store_true", help="run all migrations in an empty database, too")

    def handle(self, *args: Any, no_snapshot: bool, **options: Any) -> None:
        is_plain = options["database"] == DEFAULT_DB_ALIAS and not any(options[name] for name in OTHER_USES)
        if is_plain and not no_snapshot and load_snapshot() and options["verbosity"] >= 1:
            self.stdout.write("Created the tables of an empty database.")
        super().handle(*args, **options)
