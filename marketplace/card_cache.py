"""Caches the parts of builder cards that are the same for every visitor, since rendering them is most of a page's cost.

The key contains the builder, the version of their listing and a hash of the templates, so entries never need to be
deleted. Times, prices and distances are not cached.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from marketplace.queries import BuilderCard

TIMEOUT = 60 * 60 * 24  # seconds
PARTS = ("top", "foot")


def fill_parts(builder_cards: Iterable[BuilderCard], level: int) -> list[BuilderCard]:
    """Returns the cards with `parts` filled in from the cache; renders and caches what is missing. One cache lookup."""
    cards = list(builder_cards)
    keys = {(card.listing.pk, part): _key(card, part, level) for card in cards for part in PARTS}
    known = cache.get_many(keys.values())
    fresh: dict[str, str] = {}
    for card in cards:
        for part in PARTS:
            key = keys[card.listing.pk, part]
            if key not in known:
                fresh[key] = known[key] = render_to_string(
                    f"marketplace/card/{part}.html", {"card": card, "listing": card.listing, "level": level}
                )
            card.parts[part] = _safe(known[key])
    if fresh:
        cache.set_many(fresh, TIMEOUT)
    return cards


def _key(card: BuilderCard, part: str, level: int) -> str:
    listing = card.listing
    return f"card:{_templates_hash()}:{part}:{level}:{listing.pk}:{listing.version}:{listing.refreshed_at.timestamp()}"


@functools.cache
def _templates_hash() -> str:
    """Returns a hash of the card templates, so that a changed template is rendered again."""
    files = sorted((Path(settings.BASE_DIR) / "templates" / "marketplace" / "card").glob("*.html"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308  (rendered, and so escaped, by our own template)
