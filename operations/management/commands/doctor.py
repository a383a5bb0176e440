"""`manage.py doctor`: prints the verdicts of `/operations/health/`. Exits with 1 if one is bad."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from operations.health.registry import Verdict, read_health

WORDS = {Verdict.GOOD: "good", Verdict.LOOK: "look", Verdict.BAD: "BAD"}


class Command(BaseCommand):
    help = "Says how each part of Waymark is, and what to do."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = read_health(clock.now())
        for line in lines:
            self.stdout.write(f"{WORDS[line.verdict]:<5} {line.label}: {line.finding.sentence}")
            if line.finding.advice:
                self.stdout.write(f"      {line.finding.advice}")
        if any(line.verdict == Verdict.BAD for line in lines):
            sys.exit(1)
