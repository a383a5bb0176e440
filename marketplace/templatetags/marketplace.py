"""What the marketplace's templates need."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("marketplace/_map.html")
def world(**data: Any) -> dict[str, Any]:
    """A map that draws itself once it is seen: of those who match, or with `lat`, `lng` and `name` of one place."""
    return {"tiles": settings.MAP_TILES, "credit": settings.MAP_CREDIT, **data}
