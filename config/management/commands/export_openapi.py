"""`manage.py export_openapi`: prints the OpenAPI description, as it is committed in docs/openapi.json."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from config.api import api


class Command(BaseCommand):
    help = "Prints the API's OpenAPI description."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(api.get_openapi_schema(), indent=2, default=str))
