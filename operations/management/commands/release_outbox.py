"""`manage.py release_outbox`: lets a restored site send again."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core import outbox_pause


class Command(BaseCommand):
    help = "Ends the pause after a restore: emails and messages to other services are sent again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--drop", action="store_true", help="do not send what was waiting when the site was restored"
        )

    def handle(self, *args: Any, drop: bool, **options: Any) -> None:
        if not outbox_pause.is_paused():
            self.stdout.write("The outbox is not paused.")
            return
        dropped = outbox_pause.release(drop=drop)
        self.stdout.write(
            f"The outbox sends again. {dropped:,} messages were dropped." if drop else "The outbox sends again."
        )
