"""The time zones there are: asked for by most requests, and read from the disk once."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from django.http import HttpRequest

COOKIE = "zone"


@cache
def zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Those named after places, as a list to choose from."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(zone_names()) if "/" in zone]


def browser_zone(request: HttpRequest) -> str | None:
    """The time zone of the visitor's browser, as its cookie names it; None where it names none that exists."""
    zone = request.COOKIES.get(COOKIE, "")
    return zone if zone in zone_names() else None
