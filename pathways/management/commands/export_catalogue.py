"""`manage.py export_catalogue > catalogue.yaml`: writes pathways and skills as one document."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from pathways.catalogue import interchange


class Command(BaseCommand):
    help = "Writes pathways and skills as YAML, or as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["yaml", "json"], default="yaml")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(interchange.serialise(options["format"]), ending="")
