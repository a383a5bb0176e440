"""Begins, announces and ends maintenance from the command line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.dates import parse_instant
from core.errors import Refused
from core.policies import services

USUAL_MINUTES = 60


class Command(BaseCommand):
    help = "Begins or plans maintenance, ends it, or says what is planned."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["on", "off", "status"])
        parser.add_argument("--message", default="", help="what people are told, beside the times")
        parser.add_argument("--minutes", type=int, default=USUAL_MINUTES, help="how long it lasts, 60 without this")
        parser.add_argument("--until", default="", help="its end instead, such as 2026-05-04T10:00+02:00")
        parser.add_argument("--from", dest="start", default="", help="its start, if it is only announced now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "on":
            self._begin(options)
        elif options["action"] == "off":
            ended = services.end_maintenance(by=None)
            self.stdout.write("The maintenance is over." if ended else "There is no maintenance to end.")
        else:
            self._say()

    def _begin(self, options: dict[str, Any]) -> None:
        start = _instant(options["start"]) if options["start"] else None
        if options["until"]:
            end = _instant(options["until"])
        else:
            end = (start or clock.now()) + timedelta(minutes=options["minutes"])
        try:
            services.plan_maintenance(by=None, starts_at=start, ends_at=end, message=options["message"])
        except Refused as refused:
            raise CommandError(refused.text) from None
        self._say()

    def _say(self) -> None:
        now = clock.now()
        window = services.open_maintenance(now)
        if window is None:
            self.stdout.write("No maintenance is planned.")
            return
        verb = "Running" if window.starts_at <= now else "Planned"
        self.stdout.write(f"{verb}: {window.starts_at:%Y-%m-%d %H:%M} to {window.ends_at:%Y-%m-%d %H:%M} UTC.")


def _instant(text: str) -> datetime:
    instant = parse_instant(text)
    if instant is None:
        raise CommandError(f"{text} is no time with its offset, such as 2026-05-04T10:00+02:00.")
    return instant
