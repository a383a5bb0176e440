"""The order of the tests: the slow ones first, on each worker."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TypeVar

import pytest

Test = TypeVar("Test")
TESTS = Path(__file__).parent
# Modules whose tests take so much CPU on average that `make check` leaves them to `make test`: most fill in several pages, act
# through services of all apps, or talk to stand-ins of other services. tests/measure.py writes the list.
JOURNEYS_FILE = TESTS / "journeys.txt"
JOURNEYS = frozenset(JOURNEYS_FILE.read_text().split())

# Modules of slow tests that can differ between versions of PostgreSQL and Redis: locks and races, migrations, the SQL of the
# search, of the metrics and of the integrity checks, and what happens when a server is killed. `.ci/run` repeats them, and all
# quick tests of the apps, on the servers of the system.
ON_SERVERS = frozenset({
    "test_any_order.py",
    "test_any_order_of_groups.py",
    "test_claims.py",
    "test_crowds.py",
    "test_demo.py",
    "test_figures.py",
    "test_ledger_races.py",
    "test_listings.py",
    "test_lock_timeouts.py",
    "test_locks.py",
    "test_metrics.py",
    "test_query_counts.py",
    "test_queue.py",
    "test_races.py",
    "test_replicas.py",
    "test_rollups.py",
    "test_search.py",
    "test_sentence_search.py",
    "test_token_races.py",
    "test_two_at_once.py",
    "test_waiting_list.py",
})  # fmt: skip


def is_journey(path: Path) -> bool:
    """Whether the tests of the module are left to `make test`."""
    return path.relative_to(TESTS).as_posix() in JOURNEYS


def is_about_servers(path: Path) -> bool:
    """Whether the module is repeated on the servers of the system, slow tests included."""
    return path.name in ON_SERVERS


def rank(item: pytest.Item) -> int:
    """Puts slow tests before quick ones, and before both those that cannot run in a process in which Playwright has begun
    its event loop."""
    if item.get_closest_marker("before_browsers"):
        return 0
    return 1 if item.get_closest_marker("slow") else 2


def groups(items: Sequence[pytest.Item]) -> list[list[pytest.Item]]:
    """Returns the tests in their order, those marked with the same `xdist_group` together: they share a server that is
    started once for their module, if one worker runs them all."""
    together: dict[str, list[pytest.Item]] = {}
    for item in items:
        marker = item.get_closest_marker("xdist_group")
        together.setdefault(marker.args[0] if marker else item.nodeid, []).append(item)
    return list(together.values())


def dealt(slow: Sequence[Sequence[Test]], quick: Sequence[Test], workers: int) -> list[Test]:
    """Returns the tests in as many equal parts as there are workers, each beginning with its share of the slow groups.

    pytest-xdist gives each worker one part. Whoever has finished theirs takes tests from the end of another's, where the
    quick ones are: so no worker is left alone with slow ones at the end.
    """
    parts: list[list[Test]] = [[] for _ in range(workers)]
    for group in slow:
        min(parts, key=len).extend(group)
    left, rest = sum(map(len, parts)) + len(quick), list(quick)
    for part, workers_left in zip(parts, range(workers, 0, -1), strict=True):
        size = left // workers_left  # as pytest-xdist divides them
        count = max(0, size - len(part))
        part.extend(rest[:count])
        del rest[:count]
        left -= size
    return [*chain.from_iterable(parts), *rest]
