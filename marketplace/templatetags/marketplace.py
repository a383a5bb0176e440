"""Template tags of the marketplace."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("marketplace/_map.html")
def world(**data: Any) -> dict[str, Any]:
    """Renders a map that loads when it comes into view: of search results, or of one place with `lat`, `lng` and `name`."""
    return {"tiles": settings.MAP_TILES, "credit": settings.MAP_CREDIT, **data}
