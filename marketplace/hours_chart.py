"""The dashboard's chart of hours per week: hours of past sessions below hours of coming ones."""

from __future__ import annotations

from decimal import Decimal

from bookings.calendar_week import Stack
from core import charts
from core.charts import Chart, ChartSeries, Labels


def draw_hours_chart(stacks: list[Stack]) -> Chart:
    completed, ahead = [stack.held for stack in stacks], [stack.ahead for stack in stacks]
    finding = (
        f"From the week of {stacks[0].monday:%-d %B} to that of {stacks[-1].monday:%-d %B}: "
        f"{charts.number(sum(completed, Decimal(0)))} hours completed, {charts.number(sum(ahead, Decimal(0)))} ahead"
    )
    return charts.columns(
        "hours",
        finding,
        labels=Labels(
            "Week of",
            [f"{stack.monday:%-d %b}" for stack in stacks],
            [f"{stack.monday:%-d %B %Y}" for stack in stacks],
            current=next((at for at, stack in enumerate(stacks) if stack.is_current), None),
        ),
        series=[ChartSeries("hours completed", completed), ChartSeries("hours ahead", ahead)],
    )
