"""Forms of the calendar: a day and a time, and a stretch of time to block."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from core.forms import DateField
from scheduling.intervals import instant
from scheduling.loading import moment

LONGEST = timedelta(days=366)


def _day(label: str) -> DateField:
    return DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _time(label: str) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class TimeForm(forms.Form):
    """Asks for a day and a time."""

    day = _day("Day")
    time = _time("Start")

    def start_in(self, zone: ZoneInfo) -> datetime:
        return _instant(self.cleaned_data["day"], self.cleaned_data["time"], zone)


class BlockForm(forms.Form):
    """Asks from when to when nobody can book, and what clients read about it."""

    first_day = _day("First day")
    first_time = _time("From")
    last_day = _day("Last day")
    last_time = _time("Until")
    note = forms.CharField(
        label="What clients will see",
        max_length=120,
        required=False,
        help_text="For example, “At a conference in Lisbon”. If you leave this empty, it says “Time off”.",
    )

    def __init__(self, data: Any = None, *, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(data, **options)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors:
            start, end = self.during()
            if end <= start:
                self.add_error("last_time", "This is before the start.")
            elif end - start > LONGEST:
                self.add_error("last_day", "This can be a year at most.")
        return values

    def during(self) -> tuple[datetime, datetime]:
        values = self.cleaned_data
        return (
            _instant(values["first_day"], values["first_time"], self.zone),
            _instant(values["last_day"], values["last_time"], self.zone),
        )


def _instant(day: Any, at: time, zone: ZoneInfo) -> datetime:
    """Returns when the clocks in the zone show this time."""
    return moment(instant(day, at.hour * 60 + at.minute, zone))
