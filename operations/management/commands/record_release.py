"""`manage.py record_release`: writes down the tables of this version, when it is released."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from operations.upgrades.schema import describe_release
from operations.version import version


class Command(BaseCommand):
    help = "Writes docs/releases/VERSION.json, with which the tests check that this release runs on later tables."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "releases" / f"{version()}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(describe_release(version()), indent=1, sort_keys=True) + "\n")
        self.stdout.write(f"Written: {path}")
