"""Measures the CPU that the tests of each module take, and writes which modules `make check` leaves out.

    .venv/bin/python -m pytest -p tests.measure -m "not deep" --ignore=tests/browser

on a quiet machine: the same tests take a third more CPU beside other work. With `-m "not slow and not deep"` only the modules of
`make check` are measured. One without a test that ran keeps its place in the list.
"""

from __future__ import annotations

import resource
import time
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from statistics import mean
from typing import Any

import pytest

from tests.order import JOURNEYS, JOURNEYS_FILE, TESTS

BUDGET = 60.0  # seconds of CPU for the tests of make check, which then takes two quiet cores a minute with all else
CHEAP = 1.5  # seconds of CPU for a module
ALWAYS = ("conventions/", "docs/", "core/test_api.py")  # left in make check, because any change can break them
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
    long = seconds.keys() - within_budget(seconds, BUDGET)
    unmeasured = {name for name in JOURNEYS if name not in seconds and (TESTS / name).is_file()}
    JOURNEYS_FILE.write_text("".join(f"{name}\n" for name in sorted(long | unmeasured)))


def within_budget(measured: Mapping[str, Sequence[float]], budget: float) -> set[str]:
    """Returns the modules that `make check` runs: those whose tests take least on average, until the budget is used up.

    The cheapest module of each folder comes first, if it is cheap at all, so that most subjects have a test.
    """
    total = {module: sum(durations) for module, durations in measured.items()}
    folders = defaultdict(set)
    for module in measured:
        folders[module.rpartition("/")[0]].add(module)
    cheapest = {min(modules, key=total.__getitem__) for modules in folders.values()}
    modules = {module for module in measured if module.startswith(ALWAYS)}
    modules |= {module for module in cheapest if total[module] <= CHEAP}
    left = budget - sum(total[module] for module in modules)
    for module in sorted(measured.keys() - modules, key=lambda name: mean(measured[name])):
        if total[module] <= left:
            modules.add(module)
            left -= total[module]
    return modules
