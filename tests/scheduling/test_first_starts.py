"""The first free start in each of many windows, compared with trying each start of each run."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from scheduling.models import FreeTimes
from scheduling.queries import first_starts

NOW = datetime.fromtimestamp(0, UTC)


@st.composite
def free_times(draw: st.DrawFn, number: int) -> FreeTimes:
    """The row of a session type, whose runs follow each other with gaps."""
    step = draw(st.integers(1, 9))
    runs, at = [], draw(st.integers(-30, 10))
    for _ in range(draw(st.integers(0, 5))):
        last = at + step * draw(st.integers(0, 4))
        runs += [at, last]
        at = last + step + draw(st.integers(1, 20))
    return FreeTimes(session_type_id=UUID(int=number), runs=runs, step=step, notice=draw(st.integers(0, 20)), minutes=1)


def starts_of(row: FreeTimes) -> list[int]:
    runs = zip(row.runs[::2], row.runs[1::2], strict=True)
    return [start for first, last in runs for start in range(first, last + 1, row.step) if start >= max(1, row.notice)]


@given(
    st.tuples(free_times(1), free_times(2)),
    st.lists(st.tuples(st.integers(-10, 90), st.integers(0, 30)).map(lambda pair: (pair[0], sum(pair))), max_size=5),
)
def test_it_is_the_earliest_start_in_each_window(rows: tuple[FreeTimes, ...], windows: list[tuple[int, int]]) -> None:
    firsts = first_starts(rows, windows, NOW)

    for (opens, closes), slot in zip(windows, firsts, strict=True):
        inside = [(start, row.session_type_id) for row in rows for start in starts_of(row) if opens <= start < closes]
        assert (slot and (int(slot.start.timestamp()), slot.session_type_id)) == min(inside, default=None)
