"""The names of the feature flags, and whether one is on for a request."""

from __future__ import annotations

import waffle
from django.conf import settings
from django.http import HttpRequest

BUILDER_CARDS_V2 = "builder_cards_v2"
BOOKING_WIZARD = "booking_wizard"
MEETINGS = "meetings"


def is_on(request: HttpRequest, name: str) -> bool:
    """Whether the flag is on for this request. Raises KeyError for a name that FLAG_DEFAULTS does not have.

    Call it in the view, and never within a cached fragment, which would keep the answer for everybody.
    """
    if name not in settings.FLAG_DEFAULTS:
        raise KeyError(f"the flag {name} is not among FLAG_DEFAULTS")
    return bool(waffle.flag_is_active(request, name))
