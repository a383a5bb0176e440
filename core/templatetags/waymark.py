"""The design system's small drawings: avatars, icons, the marks of the pathways."""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.defaultfilters import date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from core import hour_format, zones
from core.money import Money

register = template.Library()
TINTS = 6


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of our own set, as inline SVG in the text's colour; silent unless it has a label."""
    drawing = mark_safe(_drawing(name))  # noqa: S308  (our own file, never a person's text)
    if label:
        return format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, drawing)
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing)


@cache
def _drawing(name: str) -> str:
    return (Path(settings.BASE_DIR) / "templates" / "icons" / f"{name}.svg").read_text().strip()


@register.filter
def split(words: str) -> list[str]:
    return words.split()


@register.filter
def unlocal(number: float) -> str:
    """A number as drawings need it, whatever the language writes for a point."""
    return f"{number:.2f}"


@register.filter
def add_(number: float, more: float) -> float:
    """Django's own `add` knows whole numbers only."""
    return number + more


@register.filter(expects_localtime=True)
def clock(instant: datetime | None, style: str) -> str:
    """As `date`, its hours for the clock that the reader reads: `{{ start|clock:"D j M, H:i" }}`."""
    return str(date(instant, hour_format.date_style(style)))


@register.filter
def zone_name(zone: str) -> str:
    """`America/New York`."""
    return zones.zone_name(zone)


@register.filter
def local_time(zone: str) -> str:
    """`New York time`, for the middle of a sentence."""
    return zones.local_time(zone)


@register.filter
def last_day(end: datetime) -> datetime:
    """The day that ends at this midnight, for ranges whose end is excluded."""
    return end - timedelta(seconds=1)


@register.filter
def field(form: BaseForm, name: str) -> BoundField:
    """One field of a form by its name, for forms that are shown in groups."""
    return form[name]


@register.filter
def money(amount: Money) -> str:
    """`€90.00`; nothing at all is `Free`."""
    return amount.shown() if amount.amount else "Free"


@register.filter
def minutes(count: int) -> str:
    """`45 min`, `1 h`, `1 h 30 min`."""
    hours, rest = divmod(int(count), 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


@register.filter
def left(seconds: int) -> str:
    """`9:05`, as a clock that runs down shows it."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@register.filter
def ago(instant: datetime) -> str:
    """`3 hours ago`, and `just now` for what is less than a minute old."""
    words = timesince(instant)
    return "just now" if words.startswith("0") else f"{words} ago"


@register.inclusion_tag("core/_avatar.html")
def avatar(who: Any, size: str = "m") -> dict[str, Any]:
    """A person's own picture, or one drawn from the name: initials before a landscape that is always the same."""
    name = who if isinstance(who, str) else who.display_name
    picture = "" if isinstance(who, str) else who.avatar
    number = zlib.crc32(name.encode())
    return {
        "picture": picture,
        "initials": _initials(name),
        "size": size,
        "tint": number % TINTS + 1,
        "hill": 30 + number // 7 % 14,
        "slope": 24 + number // 101 % 18,
        "sun": 10 + number // 13 % 28,
    }


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "") if words else "?"
    return letters.upper()


@register.inclusion_tag("core/_mark.html")
def mark(slug: str, size: str = "m") -> dict[str, Any]:
    """A pathway's mark: a shape of its own, so that it works without colour too."""
    return {"slug": slug, "size": size}


@register.inclusion_tag("core/_pages.html", takes_context=True)
def pages(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the other pages of a list, with the gaps left out."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "request": context["request"]}


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """This page's query string with some values changed; an empty value leaves one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def without(context: template.Context, names: tuple[str, ...]) -> str:
    """This page's query string without those values, from its first page on."""
    query = context["request"].GET.copy()
    for name in (*names, "after", "page"):
        query.pop(name, None)
    return f"?{query.urlencode()}"


@register.simple_tag
def linked_data(facts: dict[str, Any]) -> SafeString:
    """What machines read, as a block that no browser runs and no text can break out of."""
    told = json.dumps(facts, ensure_ascii=False)
    for letter in "<>&":
        told = told.replace(letter, f"\\u{ord(letter):04x}")
    return mark_safe(f'<script type="application/ld+json">{told}</script>')  # noqa: S308  (escaped above)
