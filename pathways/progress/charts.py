"""The chart of completed skills over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import localtime

from core import charts


def completion_chart(times: Sequence[datetime], total: int, start: datetime, end: datetime) -> charts.Chart | None:
    """Returns the chart, or None if no skill is completed. It starts at `start`, or earlier at the first completion."""
    if not times or not total:
        return None
    first = localtime(min(start, *times))
    finding = (
        f"From {first:%-d %B %Y} to {localtime(end):%-d %B %Y}: "
        f"{len(times)} skill{'' if len(times) == 1 else 's'} completed"
    )
    return charts.steps("completion", finding, times=times, total=total, start=start, end=end)
