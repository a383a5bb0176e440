"""The bars, dots and labels of a chart, and the rows of its table. A page of insights has thousands of them, and a template
would take ten times as long to write them."""

from __future__ import annotations

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from core.charts import Block, Chart, Dot, Table, Text

register = template.Library()


@register.simple_tag
def chart_blocks(chart: Chart) -> SafeString:
    """Returns the rectangles of a chart, each with the words that show when one points at it."""
    blocks = (_block(block, escape(chart.name)) for block in chart.blocks)
    return mark_safe("".join(blocks))  # noqa: S308  (words are escaped, and all else are numbers)


def _block(block: Block, chart: str) -> str:
    area = f'x="{block.x:.2f}" y="{block.y:.2f}" width="{block.width:.2f}" height="{block.height:.2f}"'
    pattern = f'<rect {area} fill="url(#chart-{chart}-{block.series})" />' if block.series > 1 else ""
    bar = f'<rect class="chart__bar chart__bar--{block.series}" {area} />'
    return f"<g><title>{escape(block.title)}</title>{bar}{pattern}</g>"


@register.simple_tag
def chart_dots(chart: Chart) -> SafeString:
    """Returns the dots of a chart, with their words if they have any."""
    return mark_safe("".join(map(_dot, chart.dots)))  # noqa: S308  (words are escaped, and all else are numbers)


def _dot(dot: Dot) -> str:
    title = f"<title>{escape(dot.title)}</title>" if dot.title else ""
    return (
        f'<circle class="chart__dot chart__dot--{dot.series}" cx="{dot.x:.2f}" cy="{dot.y:.2f}" r="4">{title}</circle>'
    )


@register.simple_tag
def chart_texts(chart: Chart) -> SafeString:
    """Returns the labels in a chart."""
    return mark_safe("".join(map(_text, chart.texts)))  # noqa: S308  (words are escaped, and all else are numbers)


def _text(text: Text) -> str:
    now, odd = " chart__text--now" if text.is_current else "", " chart__text--odd" if text.is_minor else ""
    place = f'x="{text.x:.2f}" y="{text.y:.2f}" text-anchor="{text.anchor}"'
    return f'<text class="chart__text{now}{odd}" {place}>{escape(text.text)}</text>'


@register.simple_tag
def table_rows(table: Table) -> SafeString:
    """Returns the rows of a table, whose cells know the names of their columns for narrow screens."""
    names = [escape(str(name)) for name in table.head]
    rows = "".join(f"<tr>{_cells(names, row)}</tr>" for row in table.rows)
    return mark_safe(rows)  # noqa: S308  (names and cells are escaped)


def _cells(names: list[str], row: tuple[str, ...]) -> str:
    first, *others = (f'data-label="{name}">{escape(str(text))}' for name, text in zip(names, row, strict=True))
    return f'<th scope="row" {first}</th>' + "".join(f"<td {cell}</td>" for cell in others)
