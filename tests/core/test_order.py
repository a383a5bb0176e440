"""Tests the order of the tests."""

from __future__ import annotations

from tests.order import JOURNEYS, TESTS, dealt


def test_each_workers_part_begins_with_its_share_of_the_slow_tests() -> None:
    slow, quick = [f"slow {number}" for number in range(4)], [f"quick {number}" for number in range(8)]

    tests = dealt(slow, quick, 3)

    assert sorted(tests) == sorted(slow + quick)
    assert [[test.split()[0] for test in tests[first : first + 4]] for first in (0, 4, 8)] == [
        ["slow", "slow", "quick", "quick"],
        ["slow", "quick", "quick", "quick"],
        ["slow", "quick", "quick", "quick"],
    ]


def test_the_modules_of_long_tests_are_there() -> None:
    assert [name for name in JOURNEYS if not (TESTS / name).is_file()] == []
