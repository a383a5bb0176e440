"""Charts: what is drawn fits the drawing, and the table holds the same figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from core import charts
from core.charts import Chart, ChartSeries, Labels, Table

NAMES = ["one", "two", "three", "four"]


def rendered(chart: Chart) -> str:
    return render_to_string("core/_chart.html", {"chart": chart})


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), max_size=60))
def test_columns_stay_inside_the_drawing(values: list[tuple[int, int]]) -> None:
    labels = [str(at) for at in range(len(values))]
    series = [ChartSeries("up", [up for up, _ in values]), ChartSeries("down", [down for _, down in values])]

    chart = charts.columns("any", "A finding", labels=Labels("Week", labels), series=series)

    assert chart.is_empty == (not any(up or down for up, down in values))
    assert len(chart.table.rows) == len(values)
    for block in chart.blocks:
        assert block.x >= charts.LEFT
        assert block.x + block.width <= chart.wide
        assert block.y >= -0.01
        assert block.y + block.height <= chart.high


@settings(max_examples=30)
@given(st.lists(st.none() | st.floats(0, 5), min_size=1, max_size=60))
def test_lines_are_interrupted_where_there_is_no_value(values: list[float | None]) -> None:
    chart = charts.lines(
        "any", "A finding", labels=Labels("Week", ["x"] * len(values)), series=[ChartSeries("stars", values)], highest=5
    )

    gaps = sum(value is not None and (at == 0 or values[at - 1] is None) for at, value in enumerate(values))
    assert chart.lines[0].path.count("M") == gaps
    assert [row[1] == "–" for row in chart.table.rows] == [value is None for value in values]


def test_the_scale_has_five_lines_that_reach_the_highest_column() -> None:
    chart = charts.columns("any", "", labels=Labels("Week", ["x"]), series=[ChartSeries("hours", [1234])])

    assert [text.text for text in chart.texts if text.anchor == "end"] == ["0", "500", "1k", "1.5k", "2k"]


def test_a_funnel_gives_the_share_of_the_first_step_and_the_loss_before_each() -> None:
    chart = charts.funnel("any", "", unit="People", stages=[("Chose a time", 40), ("Details", 30), ("Booked", 15)])

    assert chart.table.rows == [
        ("Chose a time", "40", "100 %", "0 %"),
        ("Details", "30", "75 %", "25 %"),
        ("Booked", "15", "38 %", "50 %"),
    ]
    assert charts.funnel("any", "", unit="People", stages=[("Chose a time", 0)]).is_empty


def test_squares_of_a_heat_map_grow_with_their_value() -> None:
    chart = charts.heat_map(
        "any", "", rows=NAMES, names=NAMES, values={(0, 0): 1, (0, 1): 5, (2, 2): 10, (3, 3): 0}, over="Day"
    )

    sizes = [block.width for block in chart.blocks]
    assert len(sizes) == 3, "a cell without a value is empty"
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[1] < sizes[2]
    assert chart.table.rows[0] == ("one", "1", "5", "0", "0")


def test_steps_rise_to_the_number_of_times() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)

    chart = charts.steps(
        "any", "", times=[start + timedelta(days=3), start + timedelta(days=1)], total=4, start=start,
        end=start + timedelta(days=10),
    )  # fmt: skip

    assert chart.lines[0].path.count("V") == 2
    assert [row[1] for row in chart.table.rows] == ["1", "2"]
    assert chart.dots[0].y > chart.dots[1].y


def test_bars_are_as_long_as_their_value() -> None:
    chart = charts.bars(
        "any", "", table=Table(("Length", "Sessions"), [("30 min", "5"), ("1 h", "10")]), values=[5, 10]
    )

    assert chart.blocks[1].width == pytest.approx(2 * chart.blocks[0].width)


@pytest.mark.parametrize("count", [0, 1, 400])
def test_every_size_is_shown_with_its_finding_and_its_table(count: int) -> None:
    labels = Labels("Day", [f"day {at}" for at in range(count)])
    series = [ChartSeries("first", list(range(count))), ChartSeries("second", [1] * count)]
    earlier = ChartSeries("the year before", [2 * count] * count)

    for chart in (
        charts.columns("some", "Day 3 was the best", labels=labels, series=series, before=earlier),
        charts.lines("some", "Day 3 was the best", labels=labels, series=series, before=earlier),
    ):
        page = rendered(chart)
        assert page.count("chart__line--0") == 2, "the line and its key"
        assert chart.table.head[-1] == "The year before"
        assert 'role="img"' in page
        assert 'aria-label="Day 3 was the best"' in page
        assert page.count('<th scope="row"') == count
        assert "style=" not in page


def test_text_from_people_is_escaped() -> None:
    chart = charts.bars("any", '"<b>', table=Table(("Word", "Times"), [("<script>", "1")]), values=[1])

    assert "<script>" not in rendered(chart)
    assert '""<b>' not in rendered(chart)
