"""Tests of reading a typed sentence: what becomes a filter, and which words are left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import places
from marketplace.sentence import Sentence, understood
from marketplace.words import MAX_LENGTH

TOWNS = {"berlin": 1, "leipzig": 1, "new york city": 3}


def find_town(words: Sequence[str], smallest: int) -> tuple[int, str] | None:
    return next(((length, town) for town, length in TOWNS.items() if " ".join(words[:length]) == town), None)


def read(text: str, **options: Any) -> Sentence:
    currencies = {"EUR", "USD", "GBP", "JPY", "CHF"}
    return understood(text, today=date(2026, 11, 26), currencies=currencies, find_town=find_town, **options)


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("someone for mixing near Berlin under 80 free on a weekday evening", "mixing",
         {"place": "berlin", "max_rate": "80", "day": "weekdays", "time": "evening"}),
        ("app review online in German on Tuesdays after 6pm", "app review",
         {"format": "remote", "language": "de", "day": "1", "time": "after18"}),
        ("podcast within 10 km of Leipzig", "podcast", {"km": "10", "place": "leipzig"}),
        ("a free session in New York City next friday morning", "",
         {"category": "FREE", "place": "new york city", "day": "4", "time": "morning"}),
        ("mastering 24 December", "mastering", {"date": "2026-12-24"}),
        ("mixing Feb 3rd", "mixing", {"date": "2027-02-03"}),
        ("coach CHF 90 per hour", "coach", {"max_rate": "90", "currency": "CHF"}),
        ("up to 1,000 yen", "", {"max_rate": "1000", "currency": "JPY"}),
        ("less than $60.50/h at the weekend", "", {"max_rate": "60.50", "currency": "USD", "day": "weekend"}),
        ("German-speaking coach, 4.5 stars, tonight", "coach",
         {"language": "de", "rating": "4.5", "date": "2026-11-26", "time": "evening"}),
        ("photographer near Atlantis", "photographer", {"place": "Atlantis"}),
        ("a 5 star mentor to meet", "mentor", {"rating": "4.5"}),
        ("mixing between €50 and €100 an hour", "mixing", {"max_rate": "100", "currency": "EUR"}),
        ("mixing between 50 and 100", "mixing", {"max_rate": "100"}),
        ("mixing tomorow", "mixing", {"date": "2026-11-27"}),
        ("mixing on wensday evening", "mixing", {"day": "2", "time": "evening"}),
        ("cheapest verified coach in person tomorrow", "coach",
         {"sort": "rate", "verified": "on", "format": "in_person", "date": "2026-11-27"}),
    ],
)  # fmt: skip
def test_filters_are_read_from_a_sentence(text: str, words: str, filters: dict[str, str]) -> None:
    assert read(text) == Sentence(words, filters)


@pytest.mark.parametrize(
    "text",
    ["mixing", "Songs for people in need", "under 30 minutes", "mixing by night", "before 9", "within 9999 km of", "24 hours",
     "<script>alert(1)</script>", "%", "_", "May", "Will April help", "30 February", "9999-99-99", "at 25:99", "Ada Moreno"],
)  # fmt: skip
def test_other_text_stays_as_it_is(text: str) -> None:
    assert read(text) == Sentence(text, {})


def test_near_me_means_the_town_of_the_reader() -> None:
    assert read("mixing near me", home="Leipzig, Germany") == Sentence("mixing", {"place": "Leipzig, Germany"})


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_any_text_can_be_read(text: str) -> None:
    sentence = read(text)

    assert all(value for value in sentence.filters.values())
    assert len(sentence.words) <= MAX_LENGTH


@pytest.mark.parametrize(
    "part", ["near ", "under ", "on a ", "in and around ", "free ", "within 10 km of ", "1,", "a'", "€"]
)
def test_a_long_text_is_cut_and_looks_up_three_towns_at_most(part: str) -> None:
    looked_up: list[Sequence[str]] = []

    def count(words: Sequence[str], smallest: int) -> None:
        looked_up.append(words)

    sentence = understood(part * 100_000, today=date(2026, 11, 26), currencies={"EUR"}, find_town=count)

    assert len(sentence.words) <= MAX_LENGTH
    assert len(looked_up) <= 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "smallest", "town"),
    [
        (["berlin", "under", "80"], 0, (1, "Berlin")),
        (["new", "york", "city", "under"], 0, (3, "New York City")),
        (["munchen"], 0, (1, "Munich")),
        (["portland", ",", "oregon"], 0, (3, "Portland, Oregon")),
        (["leipzig", "germany", "under"], 0, (2, "Leipzig, Germany")),
        (["nowhereville"], 0, None),
        (["need", "of"], 100_000, None),
    ],
)
def test_towns_are_found_at_the_start_of_the_words(words: list[str], smallest: int, town: Any) -> None:
    assert places.at_start(words, smallest) == town
    if town:
        assert places.find(town[1]) is not None


@pytest.mark.django_db
def test_a_misspelt_town_has_similar_ones() -> None:
    assert "Berlin" in [place.name for place in places.similar("Berlim")]
