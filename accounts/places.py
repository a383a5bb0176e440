"""Finding towns by what people type: any of their names, with or without accents and country."""

from __future__ import annotations

import unicodedata

from django.db.models import QuerySet

from accounts.models import Place

MOST = 8


def suggest(text: str) -> list[Place]:
    """The largest towns that begin with what has been typed so far: one query."""
    town, rest = _parts(text)
    if len(town) < 2:
        return []
    return [place for place in _named(f"|{town}") if _lies_in(place, rest)][:MOST]


def find(text: str) -> Place | None:
    """The town that is meant; of several, the largest."""
    town, rest = _parts(text)
    return next((place for place in _named(f"|{town}|") if _lies_in(place, rest)), None) if town else None


def folded(text: str) -> str:
    """Without accents, capitals and superfluous blanks."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.casefold().replace("|", " ").split())


def _parts(text: str) -> tuple[str, list[str]]:
    town, *rest = (folded(part) for part in text.split(","))
    return town, [part for part in rest if part]


def _named(pattern: str) -> QuerySet[Place]:
    return Place.objects.filter(names__contains=pattern)[:200]


def _lies_in(place: Place, rest: list[str]) -> bool:
    around = [folded(place.region), folded(place.country), place.country_code.casefold()]
    return all(any(name.startswith(part) for name in around) for part in rest)
