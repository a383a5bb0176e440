"""Parts of cards that are the same for everybody, kept ready: rendering them is most of what a page costs.

A key names the builder, the version of their listing and the templates as they are, so nothing has to be thrown away. Times, prices and
distances are never in it.
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

KEPT = 60 * 60 * 24
PARTS = ("top", "foot")


def fill_parts(builder_cards: Iterable[BuilderCard], level: int) -> list[BuilderCard]:
    """The cards with their ready parts; whatever is not kept yet is rendered and kept. One look into the cache."""
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
        cache.set_many(fresh, KEPT)
    return cards


def _key(card: BuilderCard, part: str, level: int) -> str:
    listing = card.listing
    return f"card:{_edition()}:{part}:{level}:{listing.pk}:{listing.version}:{listing.refreshed_at.timestamp()}"


@functools.cache
def _edition() -> str:
    """Another one with each change of what the parts are made from."""
    files = sorted((Path(settings.BASE_DIR) / "templates" / "marketplace" / "card").glob("*.html"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308  (what our own template has escaped)
