"""What somebody says who would wait: which days and hours would suit, and what the booking will need to know."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from bookings.waiting_list.rules import DAYS
from bookings.wizard.forms import DetailsForm
from core.forms import DateField

LAST_MINUTE = 24 * 60


class WaitingListForm(DetailsForm):
    def __init__(self, data: Any = None, *, day: date, at: datetime | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        pick = forms.DateInput(attrs={"type": "date"})
        clock = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        first = at.date() if at else day
        self.fields["first_day"] = DateField(label="From", widget=pick, initial=first)
        self.fields["last_day"] = DateField(label="To", widget=pick, initial=first)
        self.fields["weekdays"] = forms.TypedMultipleChoiceField(
            label="On which days", coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
            choices=list(enumerate(DAYS)), help_text="None ticked is any day.",
        )  # fmt: skip
        self.fields["after"] = forms.TimeField(
            label="Beginning at", required=False, widget=clock, initial=at.time() if at else None,
            help_text="Leave both empty for any time of the day.",
        )  # fmt: skip
        self.fields["before"] = forms.TimeField(
            label="And before", required=False, widget=clock,
            initial=(at + timedelta(minutes=1)).time() if at else None,
        )  # fmt: skip
        self.order_fields(["first_day", "last_day", "weekdays", "after", "before"])

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        first, last = told.get("first_day"), told.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "This is before the first day.")
        if first and last and (last - first).days > 366:
            self.add_error("last_day", "Wait for a year at most.")
        if minute(told.get("after"), 0) >= minute(told.get("before"), LAST_MINUTE):
            self.add_error("before", "This is not after the beginning.")
        return told

    @property
    def kept(self) -> dict[str, str]:
        """What the booking will need, as it was typed."""
        return {name: str(value) for name, value in self.data.items() if name in self.fields and name not in TIMES}


TIMES = frozenset({"first_day", "last_day", "weekdays", "after", "before", "website"})


def minute(told: time | None, usual: int) -> int:
    return told.hour * 60 + told.minute if told is not None else usual
