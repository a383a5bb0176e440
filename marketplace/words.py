"""Search words: which of them listings contain, and the conditions and the rank that follow from that."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, F, FloatField, Q, Value, When

from accounts.models import ProfessionalRole
from coaching.models import Service
from core.kept import kept_for_a_minute
from core.replicas import read_connection
from marketplace.models import BuilderListing, ListingQuerySet
from pathways.models import Skill

MAX_LENGTH = 200  # characters that are read; the rest is ignored
MAX_WORDS = 8
MOST_RANKED = 200
MIN_FUZZY_LENGTH = 4  # of a word, for finding similar ones
MOST_SPELLINGS = 20
# Where each lexeme is, and whether one of the best-rated builders has all of them. Rare ones are counted: for EXISTS,
# PostgreSQL prefers to read all rows, while the index counts rare words quickly.
PLACES = """
WITH best AS MATERIALIZED (
    SELECT search FROM marketplace_builderlisting WHERE is_listed ORDER BY score DESC, review_count DESC, builder_id LIMIT %s)
SELECT lexeme, CASE
    WHEN EXISTS (SELECT FROM best WHERE search @@ to_tsquery('english', lexeme)) THEN 'common'
    WHEN (SELECT count(*) FROM marketplace_builderlisting
          WHERE is_listed AND search @@ to_tsquery('english', lexeme)) > 0 THEN 'rare'
    ELSE 'unknown' END,
    EXISTS (SELECT FROM best WHERE search @@ to_tsquery('english', %s))
FROM unnest(%s::text[]) WITH ORDINALITY AS words (lexeme, place) ORDER BY place
"""
SIMILAR = """
SELECT word FROM marketplace_listedword WHERE %s <%% word ORDER BY word_similarity(%s, word) DESC, word LIMIT %s
"""
SIMILAR_WEIGHT = 0.5  # of a similar word, beside 1 for the word itself
CLOSE_SPELLING = 0.8  # the share of letters, in their order, that two words have in common
RANK_BELOW_ONE = 32  # the normalization of PostgreSQL that divides a rank by itself + 1

# Words that say nothing about a builder: the stop words of PostgreSQL's dictionary, and what people write around a search.
STOP_WORDS = """
a about above after again against all am an and any are as at be because been before being below between both but by can did
do does doing don down during each few for from further had has have having he her here hers herself him himself his how i if
in into is it its itself just me more most my myself no nor not now of off on once only or other our ours ourselves out over
own s same she should so some such t than that the their theirs them themselves then there these they this those through to
too under until up very was we were what when where which while who whom why will with you your yours yourself yourselves
"""
FILLER = frozenset(
    (
        STOP_WORDS
        + """
anybody anyone available builder builders could find get give good got great help helps hi hello im ideally id like look
looking maybe meet near need needed needs please pls search searching show somebody someone something thanks want wants willing would
"""
    ).split()
)


def words_of(text: str) -> list[str]:
    """Returns the words to search for, at most eight: lower case, without accents and filler."""
    # Lower case last, because bold capitals have no lower case until they are plain letters.
    plain = unicodedata.normalize("NFKD", text[:MAX_LENGTH]).lower()
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [word for word in re.findall(r"[^\W_]+", kept) if word not in FILLER]
    return list(dict.fromkeys(words))[:MAX_WORDS]


@dataclass(frozen=True)
class KnownWords:
    """Search words by where they occur. The last one may be incomplete, so it is searched for as a prefix."""

    common: Sequence[str] = ()  # lexemes, among the best-rated builders
    rare: Sequence[str] = ()  # lexemes, elsewhere
    unknown: Sequence[str] = ()  # in no listing: similar words count instead
    similar: Sequence[str] = ()  # for each unknown word, an expression of words spelt like it; empty without any
    corrections: Sequence[tuple[str, str]] = ()  # misspelt words, each with the one that is searched for instead
    is_together: bool = False  # whether one of the best rated is known to have all of them

    def __bool__(self) -> bool:
        return bool(self.common or self.rare or self.unknown)

    @property
    def with_similar(self) -> list[str]:
        """The unknown words that are long enough to have similar ones."""
        return [word for word in self.unknown if len(word) >= MIN_FUZZY_LENGTH]

    def conditions(self) -> list[Q]:
        """Returns a condition for each word."""
        lexemes = [Q(search=_query(word)) for word in (*self.common, *self.rare)]
        return lexemes + self._similar_conditions()

    def _similar_conditions(self) -> list[Q]:
        return [Q(search=_query(spellings)) if spellings else Q(pk__in=[]) for spellings in self.similar]

    @cached_property
    def some_have_all(self) -> bool:
        """Whether any listing has all the words, asked once. Two queries at most, often none."""
        if self.is_together or len(self.conditions()) < 2:
            return True
        public = BuilderListing.objects.public()
        best = BuilderListing.objects.filter(pk__in=_best(public, MOST_RANKED))
        return self.all_of(best).exists() or self.all_of(public.order_by()).count() > 0

    def any_of(self, listings: ListingQuerySet) -> ListingQuerySet:
        """Returns the listings with at least one of the words."""
        lexemes = [*self.common, *self.rare]
        conditions = [Q(search=_query(" | ".join(lexemes)))] if lexemes else []
        return listings.filter(reduce(or_, conditions + self._similar_conditions()))

    def all_of(self, listings: ListingQuerySet) -> ListingQuerySet:
        """Returns the listings with all the words."""
        lexemes = [*self.common, *self.rare]
        conditions = [Q(search=_query(" & ".join(lexemes)))] if lexemes else []
        return listings.filter(reduce(and_, conditions + self._similar_conditions()))

    def rank(self) -> Any:
        """Returns the expression to sort by: how many of the words there are, then how much they count where they are."""
        total: Any = Value(0.0)
        for word in (*self.common, *self.rare):
            total = total + _case(Q(search=_query(word)), 1.0)
        for condition in self._similar_conditions():
            total = total + _case(condition, SIMILAR_WEIGHT)
        if lexemes := [*self.common, *self.rare]:
            total = total + SearchRank(F("search"), _query(" | ".join(lexemes)), normalization=RANK_BELOW_ONE)
        return total

    def candidates(self, listings: ListingQuerySet) -> ListingQuerySet:
        """Returns the listings worth ranking, of all with any of the words: the best rated, those with all the words, and
        those with rare ones, 200 of each."""
        narrowed = [listings]
        if len(self.conditions()) > 1:
            narrowed.append(self.all_of(listings))
            narrowed += [listings.filter(Q(search=_query(word))) for word in self.rare]
            narrowed += [listings.filter(condition) for condition in self._similar_conditions()]
        first, *others = [_best(rows, MOST_RANKED) for rows in narrowed]
        return BuilderListing.objects.filter(pk__in=first.union(*others) if others else first)


def known_words(text: str) -> KnownWords:
    """Sorts the words of a search. One query, and another for each word that no listing contains."""
    *whole, last = words_of(text) or [""]
    lexemes = [*whole, f"{last}:*"] if last else []
    if not lexemes:
        return KnownWords()
    with read_connection().cursor() as cursor:
        cursor.execute(PLACES, [MOST_RANKED, " & ".join(lexemes), lexemes])
        places = cursor.fetchall()
    unknown = [lexeme.removesuffix(":*") for lexeme, place, _ in places if place == "unknown"]
    corrections = _corrections(unknown)
    unknown = [word for word in unknown if word not in corrections]
    return KnownWords(
        common=tuple(lexeme for lexeme, place, _ in places if place == "common"),
        rare=(*(lexeme for lexeme, place, _ in places if place == "rare"), *corrections.values()),
        unknown=tuple(unknown),
        similar=tuple(_similar_spellings(word) for word in unknown),
        corrections=tuple(corrections.items()),
        is_together=all(is_together for *_, is_together in places),
    )


def _corrections(words: Sequence[str]) -> dict[str, str]:
    """Returns the words that are probably misspelt names of services, roles and skills, with the right spelling. Letters that
    are missing or swapped in a short word leave too little for the index of similar words."""
    long_words = [word for word in words if len(word) >= MIN_FUZZY_LENGTH]
    if not long_words:
        return {}
    vocabulary = _vocabulary()
    misspelt = [word for word in long_words if word not in vocabulary]
    closest = {word: get_close_matches(word, vocabulary, n=1, cutoff=CLOSE_SPELLING) for word in misspelt}
    return {word: matches[0] for word, matches in closest.items() if matches}


@kept_for_a_minute
def _vocabulary() -> frozenset[str]:
    """Returns the words in names of services, roles and skills. One query in a minute."""
    names = Service.objects.values_list("name").union(
        ProfessionalRole.objects.values_list("name"), Skill.objects.open().order_by().values_list("name")
    )
    return frozenset(word for (name,) in names for word in words_of(name) if len(word) >= MIN_FUZZY_LENGTH)


def _best(listings: ListingQuerySet, most: int) -> Any:
    """Returns the ids of the best-rated listings, as a subquery."""
    return listings.order_by("-score", "-review_count", "builder_id").values("builder_id")[:most]


def _query(expression: str) -> SearchQuery:
    return SearchQuery(expression, config="english", search_type="raw")


def _similar_spellings(word: str) -> str:
    """Returns an expression of the words of listings that are spelt like this one; none are like a short word. One query.

    The word is compared with each word that listings have once: comparing it with their whole texts takes fifty times as
    long.
    """
    if len(word) < MIN_FUZZY_LENGTH:
        return ""
    with read_connection().cursor() as cursor:
        cursor.execute(SIMILAR, [word, word, MOST_SPELLINGS])
        return " | ".join(spelling for (spelling,) in cursor.fetchall())


def _case(condition: Q, weight: float) -> Any:
    return Case(When(condition, then=Value(weight)), default=Value(0.0), output_field=FloatField())
