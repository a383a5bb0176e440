"""Tests that each exception from mypy and ruff gives its reason, after it or on the line above."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from config.embedded.paths import PROJECT
from tests.conventions.sources import OURS, TESTS

MARKER = re.compile(r"# (type: ignore|noqa)\b(\[[\w, -]+\]|: [A-Z]+\d+(, [A-Z]+\d+)*)?")
REASON = re.compile(r"[a-z’']+ [a-z’' ]+|\w{4,}", re.IGNORECASE)


def exceptions_without_a_reason(source: str) -> Iterator[int]:
    """Yields the numbers of the lines."""
    if not MARKER.search(source):
        return  # most files have none, and taking them apart is slow
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and MARKER.match(token.string):
            number = token.start[0]
            above = lines[number - 2].strip() if number > 1 else ""
            has_comment_above = above.startswith("# ") and not MARKER.match(above)
            if not has_comment_above and not REASON.search(MARKER.sub("", token.string)):
                yield number


def test_every_exception_gives_its_reason() -> None:
    offending = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in [*OURS, *TESTS, PROJECT / "manage.py"]
        for number in exceptions_without_a_reason(path.read_text())
    ]

    assert offending == []
