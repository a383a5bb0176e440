"""Renders builder cards, and caches each as a whole, since rendering them is most of the cost of a page that lists builders.

A cached card is the same for everybody. Where something depends on the reader, such as a time or whether the builder is a
favourite, it has a marker, which is replaced for each request. The key contains all that the rest depends on, so entries
never need to be deleted.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.dateformat import format as format_date
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from core import flags, hour_format
from marketplace.flags import BUILDER_CARDS_V2
from marketplace.queries import BuilderCard, complete
from marketplace.slot_links import slot_url
from marketplace.templatetags.marketplace import distance

TIMEOUT = 60 * 60 * 24  # seconds
SOURCES = ("marketplace/card/*.html", "marketplace/_card_*.html", "core/_avatar.html", "core/_mark.html", "icons/*.svg")
V1, V2 = "marketplace/_card_v1.html", "marketplace/_card_v2.html"
TIME, DAY = "D j M, H:i", "D j M"
SHOWN_MILES = 1  # a shorter distance is not shown


@dataclass(frozen=True)
class CardReader:
    """What the markers of cards depend on, beside the page that they are on."""

    person: UUID | None  # who is signed in
    zone: str  # of the times that a search asks for
    unit: str  # of distances
    kept: Collection[UUID] | None  # the favourites among the cards; None on pages without hearts
    language: str
    time_style: str  # for the times that a search asks for
    next_zone: str  # of next free times; empty for that of each builder
    next_style: str

    @classmethod
    def of(cls, request: HttpRequest, zone: str, unit: str, kept: Collection[UUID] | None) -> CardReader:
        """Returns the reader of a page. Next free times are in the zone of a person who is signed in; for visitors, days in
        the builder's zone."""
        person, language, style = request.user.pk, get_language() or "", hour_format.date_style(TIME)
        if person is None:
            return cls(None, zone, unit, kept, language, style, "", DAY)
        return cls(person, zone, unit, kept, language, style, get_current_timezone_name(), style)

    def has_heart(self, card: BuilderCard) -> bool:
        return self.person is not None and self.person != card.listing.pk and self.kept is not None


def render_cards(
    request: HttpRequest,
    cards: Iterable[BuilderCard],
    *,
    level: int = 3,
    kept: Collection[UUID] | None = None,
    zone: str = "",
    unit: str = "km",
) -> list[BuilderCard]:
    """Returns the cards with their `html`, with names as headings of this level.

    One cache lookup, and at most two queries for cards that it lacks.
    """
    rows, reader = list(cards), CardReader.of(request, zone, unit, kept)
    is_new = flags.is_on(request, BUILDER_CARDS_V2)
    templates = [V2 if is_new and card.is_complete else V1 for card in rows]
    keys = [_key(card, template, level, reader) for card, template in zip(rows, templates, strict=True)]
    known: dict[str, str] = cache.get_many(keys) if settings.CARD_CACHE else {}
    missing = [number for number, key in enumerate(keys) if key not in known]
    fresh = {
        keys[number]: _with_markers(card, templates[number], level, _shape(rows[number], reader))
        for number, card in zip(missing, complete(rows[number] for number in missing), strict=True)
    }
    if fresh and settings.CARD_CACHE:
        cache.set_many(fresh, TIMEOUT)
    page = _page_values(request) if any(reader.has_heart(card) for card in rows) else {}
    return [
        replace(card, html=_filled(known.get(key) or fresh[key], page | _values(card, reader)))
        for key, card in zip(keys, rows, strict=True)
    ]


def render_preview(request: HttpRequest, card: BuilderCard) -> tuple[SafeString, SafeString]:
    """Returns the new card and the plain one without hearts, not from the cache, since the listing may have unsaved text."""
    reader = CardReader.of(request, "", "km", None)
    values, shape = _values(card, reader), _shape(card, reader)
    return _filled(_with_markers(card, V2, 3, shape), values), _filled(_with_markers(card, V1, 3, shape), values)


def _key(card: BuilderCard, template: str, level: int, reader: CardReader) -> str:
    """Returns the key, which names all that the card's HTML depends on, apart from the values of its markers."""
    listing = card.listing
    parts = (
        _release(),
        template,
        level,
        reader.language,
        listing.pk.hex,
        listing.version,
        listing.refreshed_at.timestamp(),
        card.computed_at and card.computed_at.timestamp(),
        [(opening.label, opening.count, bool(opening.next_slot)) for opening in card.openings],
        card.from_price and (card.from_price.amount, card.from_price.currency),
        _shape(card, reader),
    )
    return f"card:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


class Shape(NamedTuple):
    """Which of the parts that not every card has are shown."""

    has_slot: bool
    has_next_slot: bool
    is_far: bool
    has_heart: bool


def _shape(card: BuilderCard, reader: CardReader) -> Shape:
    return Shape(bool(card.slot), bool(card.next_slot), _is_far(card), reader.has_heart(card))


def _is_far(card: BuilderCard) -> bool:
    return card.miles is not None and card.miles >= SHOWN_MILES


def _with_markers(card: BuilderCard, template: str, level: int, shape: Shape) -> str:
    """Renders a card with markers for all that `_values` and `_page_values` return."""
    names = ("slot", "book", "distance", "act", "pressed", "next", "csrf_token")
    context: dict[str, Any] = {
        **{name: _marker(name) for name in names},
        "card": card,
        "listing": card.listing,
        "level": level,
        "openings": [(row, _marker(f"opening{number}")) for number, row in enumerate(card.openings)],
        "shape": shape,
    }
    return render_to_string(template, context)


def _filled(html: str, values: Mapping[str, str]) -> SafeString:
    """Returns the HTML with each marker replaced by its value."""
    parts = html.split(_edge())
    parts[1::2] = [values[name] for name in parts[1::2]]
    return mark_safe("".join(parts))  # noqa: S308  (rendered by our own template, and the values are escaped)


def _page_values(request: HttpRequest) -> dict[str, str]:
    """Returns the values of the markers that are the same in all cards of a page."""
    return {"csrf_token": escape(get_token(request)), "next": escape(request.get_full_path())}


def _values(card: BuilderCard, reader: CardReader) -> dict[str, str]:
    """Returns the values of the markers of one card, as HTML."""
    values = {
        f"opening{number}": _written(opening.next_slot, reader.next_zone or card.listing.timezone, reader.next_style)
        for number, opening in enumerate(card.openings)
        if opening.next_slot
    }
    if card.slot:
        values["slot"] = _written(card.slot.start, reader.zone, reader.time_style)
        values["book"] = escape(slot_url(card.listing, card.slot, reader.zone))
    if _is_far(card):
        values["distance"] = escape(distance(card.miles or 0, reader.unit))
    if reader.kept is not None:
        is_kept = card.listing.pk in reader.kept
        values |= {"act": "forget" if is_kept else "keep", "pressed": "true" if is_kept else "false"}
    return values


@functools.lru_cache(maxsize=8192)
def _written(at: datetime, zone: str, style: str) -> str:
    """Returns the date and time as HTML; kept, since many builders are next free at the same few times."""
    return escape(format_date(at.astimezone(ZoneInfo(zone)), style))


def _marker(name: str) -> str:
    return f"{_edge()}{name}{_edge()}"


@functools.cache
def _edge() -> str:
    """Returns what a marker begins and ends with, which nobody can guess and write into their own listing."""
    return salted_hmac("marketplace.card_cache", "edge of a marker").hexdigest()[:24]


@functools.cache
def _release() -> str:
    """Returns a hash of the templates and of the markers, so that cards are rendered again after a change."""
    folder = Path(settings.BASE_DIR) / "templates"
    files = sorted(file for pattern in SOURCES for file in folder.glob(pattern))
    return hashlib.sha256(b"".join([_edge().encode(), *(file.read_bytes() for file in files)])).hexdigest()[:12]
