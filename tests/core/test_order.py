"""Tests the order of the tests, and which of them `make check` leaves out."""

from __future__ import annotations

from tests.measure import within_budget
from tests.order import JOURNEYS, ON_SERVERS, TESTS, dealt


def test_each_workers_part_begins_with_its_share_of_the_slow_tests() -> None:
    slow, quick = [[f"slow {number}"] for number in range(4)], [f"quick {number}" for number in range(9)]

    tests = dealt(slow, quick, 3)

    assert sorted(tests) == sorted([test for group in slow for test in group] + quick)
    assert [[test.split()[0] for test in part] for part in (tests[:4], tests[4:8], tests[8:])] == [
        ["slow", "slow", "quick", "quick"],
        ["slow", "quick", "quick", "quick"],
        ["slow", "quick", "quick", "quick", "quick"],
    ]


def test_slow_tests_of_a_group_stay_together() -> None:
    tests = dealt([["demo 1", "demo 2", "demo 3"], ["slow 1"], ["slow 2"]], ["quick 1", "quick 2", "quick 3"], 2)

    assert tests == ["demo 1", "demo 2", "demo 3", "quick 1", "slow 1", "slow 2", "quick 2", "quick 3"]


def test_the_modules_of_long_tests_are_there() -> None:
    assert [name for name in JOURNEYS if not (TESTS / name).is_file()] == []


def test_the_modules_that_depend_on_servers_are_there() -> None:
    assert {path.name for path in TESTS.rglob("test_*.py")} >= ON_SERVERS


def test_the_modules_that_take_least_for_each_test_are_in_make_check_until_the_budget_is_used_up() -> None:
    measured = {
        "a/test_1.py": [0.1] * 50,
        "a/test_2.py": [0.5] * 4,
        "a/test_3.py": [0.2] * 20,
        "a/test_4.py": [0.3] * 20,
    }

    assert within_budget(measured, budget=10) == {"a/test_1.py", "a/test_3.py"}


def test_a_cheap_module_of_each_folder_and_those_about_the_code_are_in_make_check_however_long_they_take() -> None:
    measured = {"a/test_1.py": [0.1] * 10, "b/test_1.py": [1.0], "b/test_2.py": [1.5], "conventions/test_1.py": [9.0]}

    assert within_budget(measured, budget=1) == {"a/test_1.py", "b/test_1.py", "conventions/test_1.py"}
