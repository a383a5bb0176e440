"""How far somebody has come over time, as a line that climbs by a step for each completed skill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDE, HIGH, LEFT, TOP, BOTTOM, RIGHT = 640, 190, 34, 14, 30, 14  # in the drawing's own units


@dataclass(frozen=True)
class CompletionChart:
    """A drawing, and the points of it for whoever reads them."""

    line: str
    points: list[tuple[float, float, int, datetime]]
    marks: list[tuple[int, float]]
    start: datetime
    end: datetime

    wide, high, left, right, floor = WIDE, HIGH, LEFT, WIDE - RIGHT, HIGH - BOTTOM


def completion_chart(times: Sequence[datetime], total: int, start: datetime, end: datetime) -> CompletionChart | None:
    """None where nothing has happened yet. Whatever was there before the beginning counts from the beginning."""
    if not times or not total:
        return None
    start = min(start, *times)
    span = max((end - start).total_seconds(), 1.0)

    def across(at: datetime) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * (at - start).total_seconds() / span

    def up(count: int) -> float:
        return HIGH - BOTTOM - (HIGH - BOTTOM - TOP) * count / total

    points = [(across(at), up(count), count, at) for count, at in enumerate(sorted(times), 1)]
    line = f"M{LEFT} {up(0):.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y, _, _ in points) + f"H{WIDE - RIGHT}"
    marks = [(count, up(count)) for count in sorted({0, total // 2, total})]
    return CompletionChart(line, points, marks, start, end)
