"""A chart of completed skills over time: a line that rises by one step for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 640, 190, 34, 14, 30, 14  # in the drawing's own units


@dataclass(frozen=True)
class CompletionChart:
    """The chart's line, and its points for the text version."""

    line: str
    points: list[tuple[float, float, int, datetime]]
    marks: list[tuple[int, float]]
    start: datetime
    end: datetime

    wide, high, left, right, floor = WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM


def completion_chart(times: Sequence[datetime], total: int, start: datetime, end: datetime) -> CompletionChart | None:
    """Returns the chart, or None if no skill is completed. It starts at `start`, or earlier at the first completion."""
    if not times or not total:
        return None
    start = min(start, *times)
    span = max((end - start).total_seconds(), 1.0)

    def x_of(at: datetime) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (at - start).total_seconds() / span

    def y_of(count: int) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * count / total

    points = [(x_of(at), y_of(count), count, at) for count, at in enumerate(sorted(times), 1)]
    line = f"M{LEFT} {y_of(0):.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y, _, _ in points) + f"H{WIDTH - RIGHT}"
    marks = [(count, y_of(count)) for count in sorted({0, total // 2, total})]
    return CompletionChart(line, points, marks, start, end)
