"""Finds towns by what people type: any of a town's names, with or without accents, region and country."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import QuerySet

from accounts.models import Place
from core.errors import Refusal, Refused

MAX_SUGGESTIONS = 8
SHORTEST_SIMILAR = 4  # letters
MIN_LIKENESS = 0.4  # of a name that may be meant; 1 is the same name
MOST_READ = 500  # towns whose names begin alike
BOTH_OR_NEITHER = "Send both, or neither."


def suggest(text: str) -> list[Place]:
    """Returns the largest towns whose name begins with the text. One query."""
    town, rest = _split(text)
    if len(town) < 2:
        return []
    return [place for place in _places_named(f"|{town}") if _is_in(place, rest)][:MAX_SUGGESTIONS]


def similar(text: str) -> list[Place]:
    """Returns three towns with a name of similar spelling. One query that reads all towns."""
    town, _ = _split(text)
    if len(town) < SHORTEST_SIMILAR:
        return []
    rows = (
        Place.objects.filter(is_offered=True)
        .annotate(likeness=TrigramSimilarity("name", town))
        .filter(likeness__gt=MIN_LIKENESS)
    )
    return list(rows.order_by("-likeness", "-population")[:3])


def find(text: str) -> Place | None:
    """Returns the town of that name, the largest if there are several, or None. One query."""
    town, rest = _split(text)
    return next((place for place in _places_named(f"|{town}|") if _is_in(place, rest)), None) if town else None


def named(text: str) -> Place:
    """Returns the town of that name, as `find` does; refuses a name that no town has."""
    place = find(text)
    if place is None:
        raise Refused(Refusal.INVALID, fields={"place": ["We do not know a town with that name."]})
    return place


def at_start(words: Sequence[str], smallest: int) -> tuple[int, str] | None:
    """Returns how many of the words name a town, with its region or country, and the name by which `find` finds it. The
    longest name counts, then the largest town. Towns with fewer people than `smallest` count by their main name only. One
    query."""
    best: tuple[int, str] | None = None
    for place in Place.objects.filter(is_offered=True, names__contains=f"|{words[0]}")[:MOST_READ]:
        for length in range(len(words), 0, -1):
            name = " ".join(words[:length])
            if f"|{name}|" not in place.names:
                continue
            if place.population < smallest and name != folded(place.name):
                continue
            around = _words_around(place, words[length:])
            if best is None or length + around > best[0]:
                region = place.region if place.region and around else place.country
                best = length + around, f"{place.name}, {region}" if around else place.name
            break
    return best


def _words_around(place: Place, rest: Sequence[str]) -> int:
    """Returns how many words after a town's name are its region or country, with the comma before it."""
    comma = 1 if rest and rest[0] == "," else 0
    for length in range(len(rest), comma, -1):
        if " ".join(rest[comma:length]) in (folded(place.region), folded(place.country)):
            return length
    return 0


def missing_coordinate(latitude: Decimal | float | None, longitude: Decimal | float | None) -> str:
    """Returns `latitude` or `longitude` if that one is missing and the other is not; otherwise an empty string."""
    if (latitude is None) == (longitude is None):
        return ""
    return "latitude" if latitude is None else "longitude"


def folded(text: str) -> str:
    """Returns the text in lower case, without accents and repeated spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.casefold().replace("|", " ").split())


def _split(text: str) -> tuple[str, list[str]]:
    town, *rest = (folded(part) for part in text.split(","))
    return town, [part for part in rest if part]


def _places_named(pattern: str) -> QuerySet[Place]:
    return Place.objects.filter(is_offered=True, names__contains=pattern)[:200]


def _is_in(place: Place, rest: list[str]) -> bool:
    """Whether each part of the text after the town begins its region, country or country code."""
    around = [folded(place.region), folded(place.country), place.country_code.casefold()]
    return all(any(name.startswith(part) for name in around) for part in rest)
