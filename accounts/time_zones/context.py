"""The context processor for the question about time zones that every page can show."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest

from accounts.time_zones.services import question_for
from core.zones import browser_zone


def zone(request: HttpRequest) -> dict[str, Any]:
    """Adds functions rather than values, so that only templates that call them pay for them."""
    return {
        "zone_question": partial(question_for, request),
        "browser_zone": partial(browser_zone, request),
    }
