"""Which of many wrong values a place is sent: a few in `make test`, all of them in `make test-deep`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest

Value = TypeVar("Value")

# Sending each value to each place took an eighth of the time of all tests, and places share the parsers that answer.
a_few_or_all = pytest.mark.parametrize(
    "is_all", [False, pytest.param(True, marks=pytest.mark.deep)], ids=["few", "all"]
)


def some_of(values: Sequence[Value], number: int, count: int, *, is_all: bool = False) -> list[Value]:
    """Returns so many of the values for the place of this number, or all: neighbouring places get different ones."""
    if is_all:
        return list(values)
    return [values[(number * count + index) % len(values)] for index in range(count)]
