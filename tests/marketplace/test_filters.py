"""Tests of the rules of search filters, which the search page and the API share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Place
from marketplace import search
from marketplace.filters import EMPTY_WINDOW, Filters, search_request
from marketplace.search import SearchCentre

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
DAY = 86_400
BERLIN = Place(name="Berlin", region="", country="Germany", latitude="52.52", longitude="13.405")


def checked(**filters: Any) -> tuple[search.SearchRequest, dict[str, list[str]]]:
    return search_request(Filters(**filters), currencies={"USD", "EUR"}, now=NOW)


def test_a_town_is_the_centre_of_the_search() -> None:
    wanted, problems = checked(town=BERLIN, miles=10.0)

    assert wanted.place == SearchCentre(str(BERLIN), 52.52, 13.405, 10.0)
    assert problems == {}


def test_coordinates_count_more_than_a_town() -> None:
    wanted, _ = checked(town=BERLIN, latitude=1.0, longitude=2.0)

    assert wanted.place == SearchCentre("", 1.0, 2.0, 25.0)


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"latitude": 1.0}, "longitude"),
        ({"longitude": 1.0, "sort": search.DISTANCE}, "latitude"),
        ({"currency": "XXX"}, "currency"),
        ({"sort": search.DISTANCE}, "sort"),
        ({"sort": search.RELEVANCE, "words": " "}, "sort"),
    ],
)
def test_what_is_wrong_is_named_and_left_out(filters: dict[str, Any], field: str) -> None:
    wanted, problems = checked(**filters)

    assert list(problems) == [field]
    assert (wanted.place, wanted.currency, wanted.sort) == (None, "USD", search.RATING)


def test_an_unknown_town_is_not_reported_as_missing_too() -> None:
    wanted, problems = checked(sort=search.DISTANCE, is_town_unknown=True)

    assert problems == {}
    assert wanted.sort == search.RATING


@pytest.mark.parametrize(
    "filters", [{"sort": search.DISTANCE, "town": BERLIN}, {"sort": search.RELEVANCE, "words": "a"}]
)
def test_an_order_that_has_what_it_needs_is_kept(filters: dict[str, Any]) -> None:
    wanted, problems = checked(**filters)

    assert wanted.sort == filters["sort"]
    assert problems == {}


@pytest.mark.parametrize(
    ("filters", "windows"),
    [
        ({}, []),
        ({"windows": [(AT, AT + 60)]}, [(AT, AT + 60)]),
        ({"days": 1}, [(AT, AT + DAY)]),
        ({"days": 1, "windows": [(AT - 60, AT + 60), (AT + 2 * DAY, AT + 3 * DAY)]}, [(AT, AT + 60)]),
        ({"days": 1, "windows": [(AT + 2 * DAY, AT + 3 * DAY)]}, [EMPTY_WINDOW]),
    ],
)
def test_windows_end_with_the_days(filters: dict[str, Any], windows: list[tuple[int, int]]) -> None:
    assert checked(**filters)[0].windows == windows
