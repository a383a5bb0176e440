"""`manage.py doctor`: prints the verdicts of `/operations/health/`. Exits with 1 if one is bad."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from core.registry import Finding, integrity_findings
from operations.health.registry import HealthLine, Verdict, read_health
from operations.health.thorough import check_thoroughly

WORDS = {Verdict.GOOD: "good", Verdict.LOOK: "look", Verdict.BAD: "BAD"}


class Command(BaseCommand):
    help = "Says how each part of Waymark is, and what to do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the verdicts as JSON")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        now = clock.now()
        faults = integrity_findings(now)
        check_thoroughly(now, faults)
        lines = read_health(now)
        if as_json:
            self._write_json(lines, faults)
        else:
            self._write_text(lines)
        if any(line.verdict == Verdict.BAD for line in lines):
            sys.exit(1)

    def _write_json(self, lines: Sequence[HealthLine], faults: Sequence[Finding]) -> None:
        values = [
            {
                "name": line.name,
                "label": line.label,
                "verdict": line.verdict.value,
                "sentence": line.finding.sentence,
                "advice": line.finding.advice,
            }
            for line in lines
        ]
        self.stdout.write(
            json.dumps({"lines": values, "faults": [f"{fault.check}: {fault.what}" for fault in faults]}, indent=1)
        )

    def _write_text(self, lines: Sequence[HealthLine]) -> None:
        for line in lines:
            self.stdout.write(f"{WORDS[line.verdict]:<5} {line.label}: {line.finding.sentence}")
            if line.finding.advice:
                self.stdout.write(f"      {line.finding.advice}")
