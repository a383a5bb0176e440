"""The order of the tests: the slow ones first, on each worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest

Test = TypeVar("Test")


def rank(item: pytest.Item) -> int:
    """Puts slow tests before quick ones, and before both those that cannot run in a process in which Playwright has begun
    its event loop."""
    if item.get_closest_marker("before_browsers"):
        return 0
    return 1 if item.get_closest_marker("slow") else 2


def dealt(slow: Sequence[Test], quick: Sequence[Test], workers: int) -> list[Test]:
    """Returns the tests in as many equal parts as there are workers, each beginning with its share of the slow ones.

    pytest-xdist gives each worker one part. Whoever has finished theirs takes tests from the end of another's, where the
    quick ones are: so no worker is left alone with slow ones at the end.
    """
    last = workers - 1
    return [test for number in range(workers) for test in [*slow[number::workers], *quick[last - number :: workers]]]
