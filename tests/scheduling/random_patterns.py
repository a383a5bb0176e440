"""Random recurring hours for the property tests."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from scheduling.patterns import ORDINALS, Pattern

minute_of_day = st.integers(0, 288).map(lambda five: five * 5)


@st.composite
def patterns(draw: st.DrawFn, day: date) -> Pattern:
    """Recurring hours on a weekday near the day, counted from a date up to two years before it."""
    start, end = sorted(draw(st.sets(minute_of_day, min_size=2, max_size=2)))
    begin = day + timedelta(days=draw(st.integers(-730, 3)))
    weeks, ordinal = draw(st.sampled_from([(1, None), (2, None), (3, None), *((1, number) for number in ORDINALS)]))
    return Pattern(
        weekday=(day.weekday() + draw(st.integers(0, 3))) % 7, start=start, end=end, every_weeks=weeks, ordinal=ordinal,
        starts_on=begin if ordinal is None or draw(st.booleans()) else None,
        ends_on=max(begin, day + timedelta(days=draw(st.integers(-3, 9)))) if draw(st.booleans()) else None,
    )  # fmt: skip
