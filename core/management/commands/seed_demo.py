"""`manage.py seed_demo`: creates the demo data. Can be run again without creating anything twice."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from core.progress_bar import ProgressBar
from core.registry import DemoPlan, demo_seeders


class Command(BaseCommand):
    help = "Fills the database with demo data, or tops it up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--builders", type=int, default=24)
        parser.add_argument("--bookings", type=int, default=200)
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args: Any, builders: int, bookings: int, seed: int, **options: Any) -> None:
        plan = DemoPlan(builders=builders, bookings=bookings, seed=seed, now=clock.now(), tell=ProgressBar(self.stdout))
        for seeder in demo_seeders():
            seeder(plan)
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS("Demo data is there."))
