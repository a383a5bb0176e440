"""docs/security.md lists every requirement, and the tests that it names exist."""

from __future__ import annotations

import re

from config.embedded.paths import PROJECT

DOCUMENT = (PROJECT / "docs" / "security.md").read_text()
LEVEL_1 = [
    "1.2.1",
    "1.2.2",
    "1.2.3",
    "1.2.4",
    "1.2.5",
    "1.3.1",
    "1.3.2",
    "1.5.1",
    "2.1.1",
    "2.2.1",
    "2.2.2",
    "2.3.1",
    "3.2.1",
    "3.2.2",
    "3.3.1",
    "3.4.1",
    "3.4.2",
    "3.5.1",
    "3.5.2",
    "3.5.3",
    "4.1.1",
    "4.4.1",
    "5.2.1",
    "5.2.2",
    "5.3.1",
    "5.3.2",
    "6.1.1",
    "6.2.1",
    "6.2.2",
    "6.2.3",
    "6.2.4",
    "6.2.5",
    "6.2.6",
    "6.2.7",
    "6.2.8",
    "6.3.1",
    "6.3.2",
    "6.4.1",
    "6.4.2",
    "7.2.1",
    "7.2.2",
    "7.2.3",
    "7.2.4",
    "7.4.1",
    "7.4.2",
    "8.1.1",
    "8.2.1",
    "8.2.2",
    "8.3.1",
    "9.1.1",
    "9.1.2",
    "9.1.3",
    "9.2.1",
    "10.4.1",
    "10.4.2",
    "10.4.3",
    "10.4.4",
    "10.4.5",
    "11.3.1",
    "11.3.2",
    "11.4.1",
    "12.1.1",
    "12.2.1",
    "12.2.2",
    "13.4.1",
    "14.2.1",
    "14.3.1",
    "15.1.1",
    "15.2.1",
    "15.3.1",
]
LEVEL_2 = [
    "6.1.2",
    "6.1.3",
    "6.2.9",
    "6.2.10",
    "6.2.11",
    "6.2.12",
    "6.3.3",
    "6.3.4",
    "6.4.3",
    "6.4.4",
    "6.5.1",
    "6.5.2",
    "6.5.3",
    "6.5.4",
    "6.5.5",
    "6.6.1",
    "6.6.2",
    "6.6.3",
    "6.8.1",
    "6.8.2",
    "6.8.3",
    "6.8.4",
    "7.1.1",
    "7.1.2",
    "7.1.3",
    "7.3.1",
    "7.3.2",
    "7.4.3",
    "7.4.4",
    "7.4.5",
    "7.5.1",
    "7.5.2",
    "7.6.1",
    "7.6.2",
    "8.1.2",
    "8.2.3",
    "8.4.1",
]


def test_every_requirement_has_one_row_with_a_state() -> None:
    rows = re.findall(r"^\| V([\d.]+) \| (met|not met|not tested|n/a) \|", DOCUMENT, re.MULTILINE)

    assert [number for number, _ in rows] == LEVEL_1 + LEVEL_2


def test_what_does_not_apply_or_is_not_met_has_a_reason() -> None:
    assert re.findall(r"^\| V[\d.]+ \| (?:not met|not tested|n/a) \|  \|", DOCUMENT, re.MULTILINE) == []


def test_the_named_tests_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", DOCUMENT)
    assert len(named) > 50

    missing = [f"{file}::{name}" for file, name in named if not _has(file, name)]

    assert missing == []


def _has(file: str, name: str) -> bool:
    path = PROJECT / file
    return path.exists() and f"def {name}(" in path.read_text()
