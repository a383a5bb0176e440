"""Hours that name their days, as people write them into a line of recurring hours."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from scheduling.hours_text import InvalidHours, RecurringText, parse_recurring
from scheduling.patterns import Pattern
from scheduling.recurring_forms import patterns_in, recurring_lines
from tests.scheduling.cast import open_hours


@pytest.mark.parametrize(
    ("text", "weekday", "every_weeks", "ordinal", "hours"),
    [
        ("Fridays 9-12 every other week", 4, 2, None, [(540, 720)]),
        ("every other Friday, 9-12", 4, 2, None, [(540, 720)]),
        ("every 3 weeks on Tue 10:00-12:00, 1-5pm", 1, 3, None, [(600, 720), (780, 1020)]),
        ("Wednesdays 9-12 fortnightly", 2, 2, None, [(540, 720)]),
        ("the first Monday of each month 10-12", 0, None, 1, [(600, 720)]),
        ("14-16, last Friday of the month", 4, None, -1, [(840, 960)]),
        ("every second sat 9 to 5", 5, 2, None, [(540, 1020)]),
        ("9-12", None, None, None, [(540, 720)]),
        ("", None, None, None, []),
    ],
)
def test_hours_can_name_their_days(
    text: str, weekday: int | None, every_weeks: int | None, ordinal: int | None, hours: list[tuple[int, int]]
) -> None:
    assert parse_recurring(text) == RecurringText(hours, weekday, every_weeks, ordinal)


@pytest.mark.parametrize("text", ["Fridays", "Fridays sometimes", "every 9 weeks Friday 9-12"])
def test_what_is_no_hours_with_days_is_refused(text: str) -> None:
    with pytest.raises(InvalidHours):
        parse_recurring(text)


@pytest.mark.django_db
def test_a_line_takes_the_days_from_its_hours(ada: User) -> None:
    open_hours(ada)
    data = {
        "recurring-TOTAL_FORMS": "1", "recurring-INITIAL_FORMS": "0", "recurring-0-repeats": "month 1",
        "recurring-0-weekday": "0", "recurring-0-hours": "Fridays 9-12 every other week",
        "recurring-0-starts_on": "2030-01-01",
    }  # fmt: skip

    lines = recurring_lines(data, ada.schedules.get(is_default=True))

    assert lines.is_valid()
    assert patterns_in(lines) == [Pattern(4, 540, 720, 2, None, date(2030, 1, 1), None)]
