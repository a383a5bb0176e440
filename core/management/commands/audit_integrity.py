"""`manage.py audit_integrity`: runs all integrity checks. Exits with 1 if they find a fault."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from core.registry import integrity_findings


class Command(BaseCommand):
    help = "Runs every app's integrity checks."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = integrity_findings(clock.now())
        for finding in findings:
            self.stdout.write(f"{finding.check}: {finding.what}")
        if findings:
            self.stdout.write(self.style.ERROR(f"{len(findings)} faults."))
            sys.exit(1)
        self.stdout.write(self.style.SUCCESS("Nothing is wrong."))
