"""Template tags and filters: icons, avatars, pathway marks, hours, money, pagination and query strings."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.defaultfilters import date as filter_date
from django.template.loader import render_to_string
from django.utils.dateformat import format as format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from core import flags, hour_format, zones
from core.feedback.services import key_for
from core.money import Money
from core.navigation import Link
from core.options import options_html
from core.registry import referral_hooks
from core.themes import THEMES

register = template.Library()
TINTS = 6


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Returns an icon as inline SVG in the colour of the text; hidden from screen readers unless it has a label."""
    return _icon(name, label)


@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> SafeString:
    drawing = mark_safe(_drawing(name))  # noqa: S308  (one of our own files)
    if label:
        return format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, drawing)
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing)


def _drawing(name: str) -> str:
    return (Path(settings.BASE_DIR) / "templates" / "icons" / f"{name}.svg").read_text().strip()


@register.simple_tag
def text_links(links: list[Link], *, in_list: bool = False) -> SafeString:
    """Returns the links of a menu without icons and numbers, or the items of a list with them."""
    return _text_links(tuple(links), in_list=in_list)


@lru_cache(maxsize=1024)
def _text_links(links: tuple[Link, ...], *, in_list: bool) -> SafeString:
    html = '<a href="{}"{}>{}</a>'
    rows = ((link.url, mark_safe(' aria-current="page"') if link.is_here else "", link.label) for link in links)
    return format_html_join("\n", f"<li>{html}</li>" if in_list else html, rows)


@register.simple_tag
def theme_buttons(chosen: str) -> SafeString:
    """Returns a button for each theme, with the chosen one pressed."""
    return _theme_buttons(chosen)


@lru_cache(maxsize=len(THEMES))
def _theme_buttons(chosen: str) -> SafeString:
    return render_to_string("core/_theme_buttons.html", {"themes": THEMES, "theme": chosen})


@register.filter
def split(words: str) -> list[str]:
    return words.split()


@register.filter
def unlocal(number: float) -> str:
    """Returns a number with a decimal point, whatever the language, as SVG needs it."""
    return f"{number:.2f}"


@register.filter
def add_(number: float, more: float) -> float:
    """Adds two numbers, also fractions; Django's `add` takes whole numbers only."""
    return number + more


@register.filter(expects_localtime=True)
def clock(instant: datetime | None, style: str) -> str:
    """Formats as Django's `date` does, with hours in the reader's format: `{{ start|clock:"D j M, H:i" }}`."""
    return str(filter_date(instant, hour_format.date_style(style)))


@register.filter
def feedback_key(reference: str) -> str:
    """Returns the key of the page on which the person of this booking says whether booking was easy."""
    return key_for(reference)


@register.filter
def zone_name(zone: str) -> str:
    """Returns the zone as pages write it: `America/New York`."""
    return zones.zone_name(zone)


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: object = "") -> SafeString:
    """Returns the options of a list for each (value, label), with the chosen one selected."""
    return options_html(choices, {str(chosen)} if chosen else ())


@register.simple_tag
def zone_options(chosen: str = "") -> SafeString:
    """Returns the options of a list of time zones, with one of them selected."""
    return options_html(zones.zone_choices(chosen), {chosen} if chosen else ())


@register.filter
def local_time(zone: str) -> str:
    """Returns the zone as it is written within a sentence: `New York time`."""
    return zones.local_time(zone)


@register.filter
def day_in_words(day: date) -> str:
    """Returns `Friday 27 November`."""
    return _day_in_words(date(day.year, day.month, day.day))


@lru_cache(maxsize=1024)
def _day_in_words(day: date) -> str:
    return format_date(day, "l j F")


@register.filter
def last_day(end: datetime) -> datetime:
    """Returns an instant on the last day of a range whose end is excluded, such as the midnight after it."""
    return end - timedelta(seconds=1)


@register.filter
def field(form: BaseForm, name: str) -> BoundField:
    """Returns the field of a form by its name, for forms that are shown in groups."""
    return form[name]


@register.filter
def money(amount: Money) -> str:
    """Returns `€90.00`, or `Free` for an amount of zero."""
    return amount.shown() if amount.amount else "Free"


@register.filter
def minutes(count: int) -> str:
    """Returns a length of time such as `45 min`, `1 h` or `1 h 30 min`."""
    hours, rest = divmod(int(count), 60)
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


@register.filter
def left(seconds: int) -> str:
    """Returns the minutes and seconds that are left, as `9:05`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@register.filter
def ago(instant: datetime) -> str:
    """Returns `3 hours ago`, or `just now` within the first minute."""
    elapsed = timesince(instant)
    return "just now" if elapsed.startswith("0") else f"{elapsed} ago"


@register.simple_tag
def avatar(person: Any, size: str = "m") -> SafeString:
    """Shows a person's picture, or else their initials over a landscape that always looks the same for their name."""
    name = person if isinstance(person, str) else person.display_name
    stored = (
        "" if isinstance(person, str) else str(person.avatar)
    )  # a listing has the name of the file, a person the file
    return _avatar(name, default_storage.url(stored) if stored else "", size)


@lru_cache(maxsize=2048)
def _avatar(name: str, picture: str, size: str) -> SafeString:
    number = zlib.crc32(name.encode())
    context = {
        "picture": picture,
        "initials": _initials(name),
        "size": size,
        "tint": number % TINTS + 1,
        "hill": 30 + number // 7 % 14,
        "slope": 24 + number // 101 % 18,
        "sun": 10 + number // 13 % 28,
    }
    return render_to_string("core/_avatar.html", context)


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "") if words else "?"
    return letters.upper()


@register.simple_tag
def mark(slug: str, size: str = "m") -> SafeString:
    """Shows a pathway's mark, which differs from others by its shape too, not only by colour."""
    return _mark(slug, size)


@lru_cache(maxsize=256)
def _mark(slug: str, size: str) -> SafeString:
    return render_to_string("core/_mark.html", {"slug": slug, "size": size})


@register.inclusion_tag("core/_pages.html", takes_context=True)
def pages(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Shows links to the pages of a list, with an ellipsis for those left out."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "request": context["request"]}


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: Any) -> str:
    """Returns the page's query string with some values changed; an empty value removes one."""
    kept = {
        name: values for name, values in context["request"].GET.lists() if changes.get(name, "kept") not in (None, "")
    }
    kept |= {name: [value] for name, value in changes.items() if value not in (None, "")}
    return f"?{urlencode(kept, doseq=True)}"


@register.simple_tag(takes_context=True)
def without(context: template.Context, names: tuple[str, ...]) -> str:
    """Returns the page's query string without these values, and without the position in a list."""
    query = context["request"].GET.copy()
    for name in (*names, "after", "page"):
        query.pop(name, None)
    return f"?{query.urlencode()}"


@register.simple_tag
def linked_data(facts: dict[str, Any]) -> SafeString:
    """Returns structured data for search engines as a JSON-LD script element, in which no text can close the element."""
    text = json.dumps(facts, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  (escaped above)


@register.simple_tag(takes_context=True)
def referral_sentence(context: template.Context) -> str:
    """Returns who has invited this visitor to join and what they get for it; an empty string for others."""
    request = context.get("request")
    return referral_hooks().sentence_for(request) if request is not None else ""


@register.simple_tag(takes_context=True)
def is_flag_on(context: template.Context, name: str) -> bool:
    """Whether a feature is switched on for the reader. Not for what is cached for several readers."""
    request = context.get("request")
    return request is not None and flags.is_on(request, name)
