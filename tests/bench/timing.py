"""Measures ratios of functions that run in turn, so that a slow moment of the machine affects both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

ROUNDS = 7


def seconds(work: Callable[[], object]) -> float:
    started_at = time.perf_counter()
    work()
    return time.perf_counter() - started_at


def compare(
    title: str,
    ours: Callable[[], object],
    beside: Callable[[], object],
    *,
    times: int = 1,
    bound: float | None = None,
) -> None:
    """Runs both functions in turn, and prints the median of the ratios of neighbouring runs.

    Where the second takes much less time, it is run `times` times and its mean counts, so that one interruption of the
    process does not decide. With a `bound`, says whether the median is above it, which means that something has become
    slower.
    """
    ours(), beside()
    pairs = [(seconds(ours), statistics.mean(seconds(beside) for _ in range(times))) for _ in range(ROUNDS)]
    ratios = [mine / other for mine, other in pairs]
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"{title}\n    {middle:.2f} x  ({low:.2f} to {high:.2f}; {pairs[0][0]:.3f} s beside {pairs[0][1]:.3f} s)")
    if bound is not None:
        print(f"    {'SLOWER THAN' if middle > bound else 'within'} the bound of {bound:g} x")
