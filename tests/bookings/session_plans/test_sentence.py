"""Tests of reading a sentence into the fields of the form that plans sessions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.session_plans.sentence import fields_in

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("three evenings a week until 1 March", {"per_week": "3", "part": "evening", "last_day": "2027-03-01"}),
        ("3 evenings a week until March", {"per_week": "3", "part": "evening", "last_day": "2027-03-01"}),
        ("Twice a week, mornings, for six weeks", {"per_week": "2", "part": "morning", "last_day": "2027-01-08"}),
        ("Tuesdays and Thursdays after 18:00", {"weekdays": ["1", "3"], "opens": "18:00"}),
        ("two weekday afternoons per week by 2027-02-01",
         {"per_week": "2", "weekdays": ["0", "1", "2", "3", "4"], "part": "afternoon", "last_day": "2027-02-01"}),
        ("12 sessions of 90 minutes at the weekend", {"sessions": "12", "minutes": "90", "weekdays": ["5", "6"]}),
        ("once a week before 9 pm until the end of January",
         {"per_week": "1", "closes": "21:00", "last_day": "2027-01-31"}),
        ("between 6 pm and 9 pm on wensday", {"opens": "18:00", "closes": "21:00", "weekdays": ["2"]}),
        ("every evening until Christmas", {"per_week": "7", "part": "evening", "last_day": "2026-12-24"}),
        ("half an hour after work", {"minutes": "30", "part": "evening"}),
        ("until November", {"last_day": "2027-11-01"}),
        ("99 times a week", {"per_week": "7"}),
        ("something else entirely", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_sentence_becomes_fields(text: str, fields: dict[str, Any]) -> None:
    assert fields_in(text, TODAY) == fields


@given(st.text(st.sampled_from("0159:-. aeuntilwksmrcopdy")) | st.text())
def test_any_text_is_read(text: str) -> None:
    fields = fields_in(text, TODAY)

    assert set(fields) <= {"per_week", "weekdays", "part", "opens", "closes", "last_day", "sessions", "minutes"}
