"""The lines of recurring hours in the form of a schedule."""

from __future__ import annotations

from typing import Any

from django import forms

from coaching.forms import LineForm, line_formset
from core.forms import DateField
from scheduling.forms import HoursField
from scheduling.hours_text import Interval, InvalidHours, RecurringText, format_hours, parse_recurring
from scheduling.models import Schedule
from scheduling.patterns import MOST_WEEKS, ORDINALS, WEEKDAYS, Pattern, why_impossible

EVERY_OTHER_WEEK = "week 2"
REPEATS = [
    (EVERY_OTHER_WEEK, "Every other week"),
    *((f"week {weeks}", f"Every {weeks} weeks") for weeks in range(3, MOST_WEEKS + 1)),
    *((f"month {ordinal}", f"The {name} of each month") for ordinal, name in ORDINALS.items()),
    ("week 1", "Every week between dates"),
]


class RecurringHoursField(HoursField):
    """Hours, which can name their days too: `Fridays 9-12 every other week`. The days then replace those of the line."""

    def clean(self, value: Any) -> RecurringText:  # type: ignore[override]  # with the days
        try:
            return parse_recurring(forms.CharField.clean(self, value))
        except InvalidHours as unread:
            raise forms.ValidationError(str(unread)) from None


RecurringLines = forms.BaseFormSet[LineForm]


class RecurringLine(LineForm):
    """Hours on days with one weekday. A line without hours is left out."""

    repeats = forms.ChoiceField(choices=REPEATS, initial=EVERY_OTHER_WEEK)
    weekday = forms.TypedChoiceField(label="On", coerce=int, choices=list(enumerate(WEEKDAYS)), initial=0)
    hours = RecurringHoursField(label="Hours")
    starts_on = DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["hours"].widget.attrs["placeholder"] = format_hours([(540, 720)])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            self.patterns = _patterns_of(cleaned)
            for problem in {why_impossible(pattern) for pattern in self.patterns} - {""}:
                self.add_error(None, problem)
        return cleaned


def recurring_lines(data: Any, schedule: Schedule) -> RecurringLines:
    """Returns the lines that were sent, else those of the schedule with an empty one. One query."""
    lines_class = line_formset(RecurringLine, extra=1)
    if data is not None and "recurring-TOTAL_FORMS" in data:
        return lines_class(data, prefix="recurring")
    patterns = [] if schedule._state.adding else [row.pattern for row in schedule.recurring_hours.all()]
    by_days: dict[Pattern, list[Interval]] = {}
    for pattern in patterns:
        by_days.setdefault(pattern._replace(start=0, end=0), []).append((pattern.start, pattern.end))
    return lines_class(prefix="recurring", initial=[_line(days, hours) for days, hours in by_days.items()])


def patterns_in(lines: RecurringLines) -> list[Pattern]:
    """Returns the recurring hours of lines that are valid."""
    return [pattern for line in lines for pattern in getattr(line, "patterns", [])]


def _patterns_of(cleaned: dict[str, Any]) -> list[Pattern]:
    kind, number = cleaned["repeats"].split(" ")
    text: RecurringText = cleaned["hours"]
    weeks, ordinal = (int(number), None) if kind == "week" else (1, int(number))
    if text.every_weeks is not None or text.ordinal is not None:
        weeks, ordinal = text.every_weeks or 1, text.ordinal
    weekday = cleaned["weekday"] if text.weekday is None else text.weekday
    return [
        Pattern(weekday, start, end, weeks, ordinal, cleaned["starts_on"], cleaned["ends_on"])
        for start, end in text.hours
    ]


def _line(days: Pattern, hours: list[Interval]) -> dict[str, Any]:
    return {
        "repeats": f"week {days.every_weeks}" if days.ordinal is None else f"month {days.ordinal}",
        "weekday": days.weekday,
        "hours": format_hours(hours),
        "starts_on": days.starts_on,
        "ends_on": days.ends_on,
    }
