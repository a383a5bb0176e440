"""The dashboard's chart of hours per week: hours of past sessions below hours of coming ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bookings.calendar_week import Stack

WIDE, HIGH, TOP, LEFT, FOOT = 720, 200, 14, 40, 32


@dataclass(frozen=True)
class ChartColumn:
    """The column of one week: top and height of its two parts."""

    stack: Stack
    x: float
    width: float
    held_y: float
    held: float
    ahead_y: float
    ahead: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class HoursChart:
    """Columns on one scale, with the lines (hours and y) to read it by."""

    columns: list[ChartColumn]
    marks: list[tuple[int, float]]
    wide: int = WIDE
    high: int = HIGH
    left: int = LEFT

    @property
    def is_empty(self) -> bool:
        return not any(column.held or column.ahead for column in self.columns)

    @property
    def held(self) -> Decimal:
        return sum((column.stack.held for column in self.columns), Decimal(0))

    @property
    def ahead(self) -> Decimal:
        return sum((column.stack.ahead for column in self.columns), Decimal(0))

    @property
    def first(self) -> date:
        return self.columns[0].stack.monday

    @property
    def last(self) -> date:
        return self.columns[-1].stack.monday


def draw_hours_chart(stacks: list[Stack]) -> HoursChart:
    step = _hours_per_line(max((stack.held + stack.ahead for stack in stacks), default=Decimal(0)))
    top = step * 4
    unit = (HIGH - TOP - FOOT) / top
    column_width = (WIDE - LEFT) / max(1, len(stacks))
    baseline = HIGH - FOOT
    columns = []
    for number, stack in enumerate(stacks):
        held_height, ahead_height = float(stack.held) * unit, float(stack.ahead) * unit
        x = LEFT + number * column_width + column_width * 0.2
        columns.append(
            ChartColumn(
                stack,
                x,
                column_width * 0.6,
                baseline - held_height,
                held_height,
                baseline - held_height - ahead_height,
                ahead_height,
            )
        )
    return HoursChart(columns, [(step * mark, baseline - step * mark * unit) for mark in range(5)])


def _hours_per_line(most: Decimal) -> int:
    """Returns the whole hours between two lines, so that four steps reach the highest column."""
    return max(1, -(-int(most.to_integral_value(rounding="ROUND_CEILING")) // 4))
