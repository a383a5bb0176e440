"""Charts as SVG: columns, bars, lines, steps, a funnel and a heat map, which `core/_chart.html` shows with their table.

They are drawn by hand, because the libraries write scripts and styles into the SVG, which the Content-Security-Policy
forbids, or have no text for those who cannot see it. All measures are in the units of the drawing. Colours are classes,
and every series but the first has a pattern as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count, pairwise

from django.utils.timezone import localtime

WIDE, HIGH, TOP, LEFT, RIGHT, FOOT = 720, 200, 14, 66, 14, 32
LETTER = 9  # width of a letter of a label
ROW = 46  # height of a bar with its label above it
CELL_HIGH, CELL_LEFT = 26, 56
LEVELS = 5  # sizes of the squares of a heat map
MOST_LABELS, FEW_LABELS, MOST_DOTS = 12, 4, 40
SERIES = 3  # kinds of lines and areas that can be told apart

Number = Decimal | float | int
Shown = Callable[[Number], str]


@dataclass(frozen=True)
class Table:
    """The figures of a chart: the names of the columns, and rows of text."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    text: str
    anchor: str = "middle"
    is_minor: bool = False  # left out on narrow screens
    is_current: bool = False


@dataclass(frozen=True)
class Block:
    """A rectangle, with the words that show when one points at it."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


@dataclass(frozen=True)
class ChartLine:
    path: str
    series: int


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    series: int
    title: str


@dataclass(frozen=True)
class ChartSeries:
    """The values of one line, or of one part of all columns; None where there is no value."""

    label: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Labels:
    """The labels below a chart, and their longer form in the table. `over` is the head of their column there, such as
    "Week of"; `current` is the place of the one that is printed bold."""

    over: str
    short: Sequence[str]
    long: Sequence[str] | None = None
    current: int | None = None

    @property
    def full(self) -> Sequence[str]:
        return self.long or self.short


@dataclass(frozen=True)
class Chart:
    """A drawing with the sentence that says what it shows, and its figures as a table. `name` is unique on its page."""

    name: str
    finding: str
    table: Table
    high: float = HIGH
    keys: tuple[str, ...] = ()
    grid: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    lines: list[ChartLine] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    is_lined: bool = False
    is_empty: bool = False
    before: str = ""  # the label of the pale line of an earlier period, if there is one
    wide: int = WIDE

    @property
    def legend(self) -> list[tuple[int, str]]:
        """The number and the label of each series, where there are several."""
        return list(enumerate(self.keys, start=1)) if len(self.keys) > 1 else []

    @property
    def patterns(self) -> list[int]:
        """The numbers of the series that have a pattern."""
        return sorted({block.series for block in self.blocks if block.series > 1})


def number(value: Number) -> str:
    """Returns a number as tables show it: with at most one decimal, and commas between thousands."""
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


def columns(
    name: str,
    finding: str,
    *,
    labels: Labels,
    series: Sequence[ChartSeries],
    before: ChartSeries | None = None,
    shown: Shown = number,
) -> Chart:
    """Returns columns of stacked parts, one part for each series. `before` are the sums of an earlier period, as a line."""
    size = len(labels.short)
    totals = [sum(float(line.values[at] or 0) for line in series) for at in range(size)]
    scale = _Scale(max([*totals, *_numbers(before)], default=0))
    step = (WIDE - LEFT) / max(1, size)
    blocks: list[Block] = []
    for at in range(size):
        floor = scale.floor
        for order, line in enumerate(series, start=1):
            height = float(line.values[at] or 0) * scale.unit
            floor -= height
            title = f"{labels.full[at]}: {shown(line.values[at] or 0)} {line.label}"
            if height:
                blocks.append(Block(LEFT + step * (at + 0.2), floor, step * 0.6, height, order, title))
    return Chart(
        name, finding, _table(labels, series, shown, before),
        keys=tuple(line.label for line in series), grid=scale.grid, blocks=blocks,
        lines=_pale_line(before, scale, lambda at: LEFT + step * (at + 0.5)), before=before.label if before else "",
        texts=[*scale.texts, *_labels(labels, lambda at: LEFT + step * (at + 0.5))],
        is_empty=not any(totals),
    )  # fmt: skip


def lines(
    name: str,
    finding: str,
    *,
    labels: Labels,
    series: Sequence[ChartSeries],
    before: ChartSeries | None = None,
    highest: float | None = None,
    shown: Shown = number,
    is_newest_first: bool = False,
) -> Chart:
    """Returns a line for each series over the same labels, and a pale one for an earlier period. A line is interrupted where
    it has no value."""
    values = [value for line in series for value in _numbers(line)]
    scale = _Scale(max([*values, *_numbers(before)], default=0), highest)
    step = (WIDE - LEFT - RIGHT) / max(1, len(labels.short) - 1)
    drawn, dots = _pale_line(before, scale, lambda at: LEFT + step * at), []
    for order, line in enumerate(series, start=1):
        points = _points(line, scale, lambda at: LEFT + step * at)
        drawn.append(ChartLine(_path(points), order))
        if len(labels.short) <= MOST_DOTS:
            dots += [
                Dot(*point, order, f"{labels.full[at]}: {shown(line.values[at] or 0)} {line.label}")
                for at, point in enumerate(points)
                if point is not None
            ]
    table = _table(labels, series, shown, before)
    return Chart(
        name, finding, Table(table.head, table.rows[::-1]) if is_newest_first else table,
        before=before.label if before else "", keys=tuple(line.label for line in series), grid=scale.grid, lines=drawn, dots=dots,
        texts=[*scale.texts, *_labels(labels, lambda at: LEFT + step * at, at_edges=True)],
        is_lined=True, is_empty=not values,
    )  # fmt: skip


def steps(name: str, finding: str, *, times: Sequence[datetime], total: int, start: datetime, end: datetime) -> Chart:
    """Returns a line from nothing towards `total` that rises by one at each of the times, with days in the reader's time
    zone."""
    start = min([start, *times])
    span = max((end - start).total_seconds(), 1.0)
    scale = _Scale(0, max(total, 1), marks=sorted({0, total // 2, total}))
    dots = [
        Dot(LEFT + (WIDE - LEFT - RIGHT) * (at - start).total_seconds() / span, scale.floor - rank * scale.unit, 1, "")
        for rank, at in enumerate(sorted(times), 1)
    ]
    rises = "".join(f"H{dot.x:.1f}V{dot.y:.1f}" for dot in dots)
    rows = [(f"{localtime(at):%-d %B %Y}", str(rank)) for rank, at in enumerate(sorted(times), 1)]
    edges = [
        Text(LEFT, HIGH - 8, f"{localtime(start):%-d %b %Y}", "start"),
        Text(WIDE - RIGHT, HIGH - 8, f"{localtime(end):%-d %b %Y}", "end"),
    ]
    return Chart(
        name, finding, Table(("Day", "Skills completed"), rows),
        grid=scale.grid, lines=[ChartLine(f"M{LEFT} {scale.floor:.1f}{rises}H{WIDE - RIGHT}", 1)], dots=dots,
        texts=[*scale.texts, *edges], is_lined=True, is_empty=not times,
    )  # fmt: skip


def bars(
    name: str,
    finding: str,
    *,
    table: Table,
    values: Sequence[Number],
    notes: Sequence[str] | None = None,
    highest: Number | None = None,
) -> Chart:
    """Returns horizontal bars, one for each row of the table, whose first column is their label. `notes` are the words at
    their right, by default the second column."""
    most = float(highest or max(values, default=0)) or 1.0
    said = notes or [row[1] for row in table.rows]
    blocks, texts = [], []
    for at, (row, value) in enumerate(zip(table.rows, values, strict=True)):
        y = at * ROW
        texts.append(Text(0, y + 18, row[0], "start"))
        texts.append(Text(WIDE, y + 18, said[at], "end"))
        blocks.append(Block(0, y + 25, WIDE * float(value) / most, 14, 1, f"{row[0]}: {said[at]}"))
    return Chart(
        name, finding, table, high=max(ROW, ROW * len(table.rows)), blocks=blocks, texts=texts, is_empty=not any(values)
    )


def funnel(name: str, finding: str, *, unit: str, stages: Sequence[tuple[str, int]]) -> Chart:
    """Returns a bar for each stage, in their order, with the share of the first stage and the loss since the one before."""
    first = stages[0][1] if stages else 0
    rows, notes = [], []
    before = first
    for label, people in stages:
        share = f"{people * 100 / first:.0f} %" if first else "–"
        lost = f"{(before - people) * 100 / before:.0f} %" if before else "–"
        rows.append((label, number(people), share, lost))
        notes.append(f"{number(people)} ({share})")
        before = people
    table = Table(("Step", unit, "Of the first step", "Left before it"), rows)
    return bars(name, finding, table=table, values=[people for _, people in stages], notes=notes)


def heat_map(
    name: str,
    finding: str,
    *,
    rows: Sequence[str],
    names: Sequence[str],
    values: Mapping[tuple[int, int], Number],
    over: str,
    shown: Shown = number,
) -> Chart:
    """Returns a square for each cell that has a value, the larger the more: size can be seen where colours cannot.
    `names` are those of the columns."""
    most = max((float(value) for value in values.values()), default=0.0)
    wide = (WIDE - CELL_LEFT) / max(1, len(names))
    blocks = []
    for (row, column), value in sorted(values.items()):
        if value:
            level = min(LEVELS, int(float(value) / most * LEVELS - 1e-9) + 1)
            side = (min(wide, CELL_HIGH) - 3) * (0.3 + 0.7 * level / LEVELS)
            x, y = CELL_LEFT + wide * (column + 0.5) - side / 2, CELL_HIGH * (row + 0.5) - side / 2
            blocks.append(Block(x, y, side, side, 1, f"{rows[row]} {names[column]}: {shown(value)}"))
    texts = [Text(0, CELL_HIGH * (at + 0.5) + 5, label, "start") for at, label in enumerate(rows)]
    texts += [
        Text(CELL_LEFT + wide * (at + 0.5), CELL_HIGH * len(rows) + 20, label, is_minor=at % 6 != 0)
        for at, label in enumerate(names)
        if at % 3 == 0
    ]
    used = sorted({column for _, column in values})
    head = (over, *(names[column] for column in used))
    table = Table(
        head, [(label, *(shown(values.get((at, column), 0)) for column in used)) for at, label in enumerate(rows)]
    )
    grid = [f"M{CELL_LEFT} {CELL_HIGH * at}H{WIDE}" for at in range(len(rows) + 1)]
    return Chart(
        name,
        finding,
        table,
        high=CELL_HIGH * len(rows) + FOOT,
        blocks=blocks,
        texts=texts,
        grid=grid,
        is_empty=not most,
    )


class _Scale:
    """The vertical scale: lines at whole numbers, and how many units of the drawing a value of one takes."""

    def __init__(self, most: float, highest: float | None = None, marks: Sequence[int] | None = None) -> None:
        step = _step(most)
        self.marks = list(marks or (range(int(highest) + 1) if highest else range(0, step * 4 + 1, step)))
        self.floor = float(HIGH - FOOT)
        self.unit = (HIGH - TOP - FOOT) / max(1.0, float(self.marks[-1]))

    def y_of(self, value: float) -> float:
        return self.floor - value * self.unit

    @property
    def grid(self) -> list[str]:
        return [f"M{LEFT} {self.y_of(mark):.2f}H{WIDE}" for mark in self.marks]

    @property
    def texts(self) -> list[Text]:
        return [Text(LEFT - 8, self.y_of(mark) + 4, _short(mark), "end") for mark in self.marks]


def _step(most: float) -> int:
    """Returns the distance of the lines, so that four of them reach `most`: 1, 2 or 5 of a power of ten, or a few more."""
    for power in count():
        for digit in (1, 2, 3, 5):
            if digit * 10**power * 4 >= most:
                return int(digit * 10**power)
    raise AssertionError("one of the powers of ten is large enough")


def _short(value: int) -> str:
    """Returns a number that fits beside a line: 1,500 is 1.5k."""
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return str(value)


def _labels(labels: Labels, x_of: Callable[[int], float], *, at_edges: bool = False) -> list[Text]:
    """Returns the labels below a chart: as many as fit, and a third of them on narrow screens."""
    size = len(labels.short)
    longest = max((len(label) for label in labels.short), default=1)
    fitting = max(2, (WIDE - LEFT) // (longest * LETTER + LETTER))
    every = -(-size // min(MOST_LABELS, fitting)) or 1
    texts = []
    for rank, at in enumerate(range(0, size, every)):
        anchor = "middle" if not at_edges else "start" if at == 0 else "end" if at + every >= size else "middle"
        texts.append(
            Text(
                x_of(at),
                HIGH - 6,
                labels.short[at],
                anchor,
                size > FEW_LABELS and rank % (3 if every == 1 else 2) != 0,
                at == labels.current,
            )
        )
    return texts


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """Returns the path through the points. A point between two gaps has no line; its dot shows it."""
    parts = []
    for before, point in pairwise([None, *points]):
        if point is not None:
            parts.append(f"{'L' if before is not None else 'M'}{point[0]:.1f} {point[1]:.1f}")
    return "".join(parts)


def _numbers(series: ChartSeries | None) -> list[float]:
    return [float(value) for value in series.values if value is not None] if series else []


def _points(series: ChartSeries, scale: _Scale, x_of: Callable[[int], float]) -> list[tuple[float, float] | None]:
    return [None if value is None else (x_of(at), scale.y_of(float(value))) for at, value in enumerate(series.values)]


def _pale_line(before: ChartSeries | None, scale: _Scale, x_of: Callable[[int], float]) -> list[ChartLine]:
    return [ChartLine(_path(_points(before, scale, x_of)), 0)] if before else []


def _table(labels: Labels, series: Sequence[ChartSeries], shown: Shown, before: ChartSeries | None = None) -> Table:
    series = [*series, before] if before else series

    def cell(value: Number | None) -> str:
        return "–" if value is None else shown(value)

    rows = [(label, *(cell(line.values[at]) for line in series)) for at, label in enumerate(labels.full)]
    return Table((labels.over, *(line.label[:1].upper() + line.label[1:] for line in series)), rows)
