"""Template tags of the marketplace."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from core import hour_format
from core.ready import ReadyHtml
from marketplace.calendars import CalendarDay
from marketplace.forms import MILES_PER_KM
from marketplace.models import PortfolioAsset
from marketplace.slot_links import slot_url

register = template.Library()
_shown_of_piece = attrgetter("pk", "kind", "title", "alt", "description", "url", "width", "height", "name", "size")
_weeks, _work = ReadyHtml(2_000), ReadyHtml(2_000)


@register.filter
def distance(miles: float, unit: str) -> str:
    """Returns the distance in the reader's unit: `12 km`, or `8 miles`."""
    return f"{miles / MILES_PER_KM:.0f} km" if unit == "km" else f"{miles:.0f} mile{'' if round(miles) == 1 else 's'}"


register.simple_tag(slot_url)


@register.simple_tag
def weeks(slug: str, calendar_weeks: list[list[CalendarDay]], zone: str) -> SafeString:
    """Shows the calendar on a builder's page, kept by all that it depends on."""
    key = (slug, zone, hour_format.current(), tuple(map(tuple, calendar_weeks)))
    values = {"slug": slug, "weeks": calendar_weeks, "zone": zone}
    return _weeks.get(key, lambda: render_to_string("marketplace/_weeks.html", values))


@register.simple_tag
def work(pieces: Iterable[PortfolioAsset]) -> SafeString:
    """Shows the pieces of a portfolio, kept by all that it depends on."""
    key = tuple(map(_shown_of_piece, pieces))
    return _work.get(key, lambda: render_to_string("marketplace/_work.html", {"pieces": pieces}))


@register.inclusion_tag("marketplace/_map.html")
def world(**data: Any) -> dict[str, Any]:
    """Renders a map that loads when it comes into view: of search results, or of one place with `lat`, `lng` and `name`."""
    return {"tiles": settings.MAP_TILES, "credit": settings.MAP_CREDIT, **data}
