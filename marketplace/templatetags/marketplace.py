"""Template tags of the marketplace."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings

from marketplace.forms import MILES_PER_KM

register = template.Library()


@register.filter
def distance(miles: float, unit: str) -> str:
    """Returns the distance in the reader's unit: `12 km`, or `8 miles`."""
    return f"{miles / MILES_PER_KM:.0f} km" if unit == "km" else f"{miles:.0f} mile{'' if round(miles) == 1 else 's'}"


@register.filter
def local_date(instant: datetime, zone: str) -> str:
    """Returns the date in a time zone as ISO 8601, for addresses."""
    return str(instant.astimezone(ZoneInfo(zone)).date())


@register.inclusion_tag("marketplace/_map.html")
def world(**data: Any) -> dict[str, Any]:
    """Renders a map that loads when it comes into view: of search results, or of one place with `lat`, `lng` and `name`."""
    return {"tiles": settings.MAP_TILES, "credit": settings.MAP_CREDIT, **data}
