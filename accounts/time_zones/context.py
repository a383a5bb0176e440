"""What the frame of a page asks the person who reads it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest

from accounts.time_zones.services import question_for
from core.zones import browser_zone, zone_choices


def zone(request: HttpRequest) -> dict[str, Any]:
    """Worked out by the templates that ask for it."""
    return {
        "zone_question": partial(question_for, request),
        "browser_zone": partial(browser_zone, request),
        "zone_choices": zone_choices,
    }
