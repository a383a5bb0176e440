"""Twelve weeks of sessions as a drawing: a column each, what was held below what is ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bookings.calendar_week import Stack

WIDE, HIGH, TOP, LEFT, FOOT = 720, 200, 14, 40, 32


@dataclass(frozen=True)
class ChartColumn:
    """One week: where its two parts begin, and how high they are."""

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
    """All of them under one scale, with a few lines to read it by."""

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
    step = _step(max((stack.held + stack.ahead for stack in stacks), default=Decimal(0)))
    top = step * 4
    unit = (HIGH - TOP - FOOT) / top
    column_width = (WIDE - LEFT) / max(1, len(stacks))
    floor = HIGH - FOOT
    columns = []
    for number, stack in enumerate(stacks):
        held_height, ahead_height = float(stack.held) * unit, float(stack.ahead) * unit
        x = LEFT + number * column_width + column_width * 0.2
        columns.append(
            ChartColumn(
                stack,
                x,
                column_width * 0.6,
                floor - held_height,
                held_height,
                floor - held_height - ahead_height,
                ahead_height,
            )
        )
    return HoursChart(columns, [(step * mark, floor - step * mark * unit) for mark in range(5)])


def _step(most: Decimal) -> int:
    """Hours between two lines: whole, so that four of them hold the highest column."""
    return max(1, -(-int(most.to_integral_value(rounding="ROUND_CEILING")) // 4))
