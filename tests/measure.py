"""Measures the CPU that the tests of each module take, and writes which modules `make check` leaves out.

    .venv/bin/pytest -p tests.measure -m "not deep" --ignore=tests/browser

A module without a test that ran keeps its place in the list.
"""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Generator
from typing import Any

import pytest

from tests.order import JOURNEYS, JOURNEYS_FILE, TESTS

LIMIT = 0.055  # seconds of CPU for each test, which leaves make check a minute on two cores
seconds: dict[str, list[float]] = defaultdict(list)


def cpu() -> float:
    """Returns the seconds of CPU of this process and of those that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    before = cpu()
    result = yield
    if not item.get_closest_marker("slow") or item.get_closest_marker("journey"):
        seconds[item.path.relative_to(TESTS).as_posix()].append(cpu() - before)
    return result


@pytest.hookimpl(optionalhook=True)  # only the controller of several workers has it
def pytest_testnodedown(node: Any) -> None:
    for module, durations in getattr(node, "workeroutput", {}).get("seconds", {}).items():
        seconds[module] += durations


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hands what was measured to the controller, which writes the list."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["seconds"] = dict(seconds)
        return
    long = {module for module, durations in seconds.items() if sum(durations) / len(durations) >= LIMIT}
    unmeasured = {name for name in JOURNEYS if name not in seconds and (TESTS / name).is_file()}
    JOURNEYS_FILE.write_text("".join(f"{name}\n" for name in sorted(long | unmeasured)))
