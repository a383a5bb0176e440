"""Says whether the audit is as it was written, and otherwise the first row that differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import audit_chain


class Command(BaseCommand):
    help = "Compares every row of the audit with the chain, and prints the first that was changed, removed or put in later."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--digest", default="", help="a digest that was printed earlier; it has to be in the chain")

    def handle(self, *args: Any, **options: Any) -> None:
        report = audit_chain.verify()
        if report.problem:
            raise CommandError(f"After {report.count} rows that hold: {report.problem}.")
        if options["digest"] and not audit_chain.has_digest(options["digest"]):
            raise CommandError("The chain holds, but it does not contain this digest: it was written anew.")
        self.stdout.write(f"{report.count} rows hold. Keep this digest in another place: {report.digest}")
