"""The form to join a waiting list: the days and hours that suit, and the answers that the booking will need."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from bookings.waiting_list.rules import WEEKDAY_NAMES
from bookings.wizard.forms import DetailsForm
from core.forms import DateField

LAST_MINUTE = 24 * 60


class WaitingListForm(DetailsForm):
    """The booking details, with the days and hours that suit the client."""

    def __init__(self, data: Any = None, *, day: date, at: datetime | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        pick = forms.DateInput(attrs={"type": "date"})
        clock = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        first = at.date() if at else day
        self.fields["first_day"] = DateField(label="From", widget=pick, initial=first)
        self.fields["last_day"] = DateField(label="To", widget=pick, initial=first)
        self.fields["weekdays"] = forms.TypedMultipleChoiceField(
            label="On which days", coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
            choices=list(enumerate(WEEKDAY_NAMES)), help_text="Leave all of them empty for any day.",
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
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "This is before the first day.")
        if first and last and (last - first).days > 366:
            self.add_error("last_day", "You can wait for at most a year.")
        if minute_of_day(cleaned.get("after"), 0) >= minute_of_day(cleaned.get("before"), LAST_MINUTE):
            self.add_error("before", "This must be after the start.")
        return cleaned

    @property
    def booking_answers(self) -> dict[str, str]:
        """The answers that the later booking needs, as they were typed."""
        return {
            name: str(value) for name, value in self.data.items() if name in self.fields and name not in WAITING_FIELDS
        }


WAITING_FIELDS = frozenset({"first_day", "last_day", "weekdays", "after", "before", "website"})


def minute_of_day(value: time | None, default: int) -> int:
    """Returns the time as minutes since midnight, or `default` for none."""
    return value.hour * 60 + value.minute if value is not None else default
