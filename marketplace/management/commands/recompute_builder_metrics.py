"""`manage.py recompute_builder_metrics [SLUG …]`: recounts these builders, or all, and writes their listings."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import BuilderProfile
from core.progress_bar import ProgressBar
from marketplace import listings
from marketplace.models import BuilderListing

BATCH = 2_000


class Command(BaseCommand):
    help = "Recounts builders' sessions and writes their listings. It can be repeated, and can run while people book."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", help="builders (default: all)")

    def handle(self, *args: Any, slugs: list[str], **options: Any) -> None:
        profiles = BuilderProfile.objects.order_by("pk")
        if slugs:
            profiles = profiles.filter(slug__in=slugs)
            if missing := set(slugs) - set(profiles.values_list("slug", flat=True)):
                raise CommandError(f"There is no builder {sorted(missing)[0]}.")
        ids = list(profiles.values_list("pk", flat=True))
        began, progress = time.monotonic(), ProgressBar(self.stdout)
        for start in range(0, len(ids), BATCH):
            listings.recount(ids[start : start + BATCH])
            progress("builders", min(start + BATCH, len(ids)), len(ids))
        seconds = time.monotonic() - began
        listed = BuilderListing.objects.public().count()
        self.stdout.write(self.style.SUCCESS(f"{len(ids):,} builders in {seconds:.1f} s; {listed:,} are listed."))
