"""Feature flags: which there are, and whether one is on for this request."""

from __future__ import annotations

import waffle
from django.conf import settings
from django.http import HttpRequest

BUILDER_CARDS_V2 = "builder_cards_v2"
BOOKING_WIZARD = "booking_wizard"


def is_on(request: HttpRequest, name: str) -> bool:
    """Asked once per request, in the view, never inside a cached fragment. A name that is not declared is a bug."""
    if name not in settings.FLAG_DEFAULTS:
        raise KeyError(f"the flag {name} is not among FLAG_DEFAULTS")
    return bool(waffle.flag_is_active(request, name))
