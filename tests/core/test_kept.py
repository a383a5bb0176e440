"""Answers kept in a process for a minute, and options of selects as ready HTML."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from core import kept
from core.kept import kept_for_a_minute
from core.options import options_html


@pytest.fixture
def numbers() -> Iterator[int]:
    return iter(range(10))


def test_an_answer_is_loaded_once_in_a_minute(numbers: Iterator[int], monkeypatch: pytest.MonkeyPatch) -> None:
    count = kept_for_a_minute(lambda: next(numbers))
    assert [count(), count()] == [0, 0]

    monkeypatch.setattr(time, "monotonic", lambda: 10**9)
    assert count() == 1
    kept.forget()
    assert count() == 2


def test_options_are_escaped_and_the_chosen_one_is_selected() -> None:
    choices = [("", "Any"), ('a"b', "<b>A & B</b>"), ("a", "A")]

    assert options_html(choices, {'a"b'}) == (
        '<option value="">Any</option>'
        '<option value="a&quot;b" selected>&lt;b&gt;A &amp; B&lt;/b&gt;</option>'
        '<option value="a">A</option>'
    )
    assert options_html(choices, {"", "missing"}).count("selected") == 1
