"""The sentence that says what to change next: it names the thing that costs most, and its table has the figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from insights.advice import Advice, advice_for
from insights.figures import Totals
from insights.open_hours import OpenStretch, stretches_of
from insights.periods import between
from insights.summary import summary_of
from tests.insights.cast import days


def advice(figures: dict[str, dict[str, int]], stretches: list[OpenStretch] | None = None) -> Advice:
    totals = Totals(between(*days((3, 1), (3, 28)), "UTC"))
    for name, keys in figures.items():
        for key, amount in keys.items():
            totals.add(name, None, key, Decimal(amount))
    return advice_for(totals, summary_of(totals), stretches or [])


@pytest.mark.parametrize(
    ("figures", "sentence", "section"),
    [
        ({}, "Choose a longer period: 0 sessions are too few", "sessions"),
        ({"sessions": {"": 1}}, "Choose a longer period: one session is too few", "sessions"),
        ({"sessions": {"": 9}}, "Change nothing: none of the figures of 9 sessions stands out.", "sessions"),
        (
            {"unmet": {"waiting mixing": 2, "search mixing": 9}},
            "2 people waited for a time and were never offered",
            "demand",
        ),
        ({"refusals": {"slot_taken": 1, "invalid": 8}}, "1 person chose a time that was taken", "demand"),
        ({"sessions": {"": 20}, "no_shows": {"": 2}}, "of 20 sessions, the client did not come to 2", "cancellations"),
        (
            {"sessions": {"": 8}, "cancelled": {"": 4}, "causes": {"client time": 3, "builder ill": 1}},
            "they cancelled 3 of 12 sessions, most often because of “The time does not suit any more”",
            "cancellations",
        ),
        ({"answers": {"1440": 3, "2000": 2}}, "half of the 5 that you answered had waited 24 hours", "answers"),
        (
            {"steps": {"x started": 20, "x details": 8, "x completed": 6}},
            "Ask fewer questions: of 20 people who chose a time, 12 left before they had given the details.",
            "funnel",
        ),
        (
            {"steps": {"x started": 20, "x details": 18, "x completed": 6}},
            "Look at your price and your terms: of 20 people who chose a time, 12 left on the last page",
            "funnel",
        ),
    ],
)
def test_the_advice_is_about_what_stands_out(figures: dict[str, dict[str, int]], sentence: str, section: str) -> None:
    answer = advice(figures)

    assert sentence in answer.sentence
    assert answer.section == section
    numbers = {word for word in answer.sentence.replace(".", " ").split() if word.isdigit()}
    in_table = {cell for row in answer.table.rows for cell in row}
    assert len(numbers - in_table) <= 1, "the table has the figures of the sentence"


def test_what_costs_most_sessions_is_said() -> None:
    figures: dict[str, dict[str, int]] = {"sessions": {"": 20}, "no_shows": {"": 3}, "unmet": {"waiting ": 2}}

    assert "did not come to 3" in advice(figures).sentence
    assert "5 people waited" in advice(figures | {"unmet": {"waiting ": 5}}).sentence


def test_empty_hours_are_moved_to_where_most_sessions_begin() -> None:
    stretches = stretches_of({(0, hour) for hour in (10, 11, 13, 14, 15, 16)})

    assert [str(stretch) for stretch in stretches] == ["Monday from 13:00 to 17:00", "Monday from 10:00 to 12:00"]
    sentence = advice({"sessions": {"": 6}, "hours": {"0 9": 1, "0 12": 1, "3 18": 4}}, stretches).sentence
    assert sentence == (
        "Move some hours to Thursday around 18:00: 4 sessions began then, and nobody booked Monday from 13:00 to 17:00."
    )
