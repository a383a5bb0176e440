"""`manage.py upgrade_facts`: prints what `waymark upgrade` has to know of the site, as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from core import clock
from operations.upgrades.facts import upgrade_facts


class Command(BaseCommand):
    help = "Prints the version, the size of the data and the jobs that run, for `waymark upgrade`."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(upgrade_facts(clock.now())))
