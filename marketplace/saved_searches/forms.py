"""The form of a saved search."""

from __future__ import annotations

from typing import Any

from django import forms

from bookings.waiting_list.forms import LAST_MINUTE, minute_of_day
from bookings.waiting_list.rules import WEEKDAY_NAMES
from marketplace.models import SavedSearch
from marketplace.saved_searches.services import SearchDetails


class SavedSearchForm(forms.Form):
    name = forms.CharField(max_length=80, label="Name")
    weekdays = forms.TypedMultipleChoiceField(
        label="On which days", coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(enumerate(WEEKDAY_NAMES)), help_text="Leave all of them empty for any day.",
    )  # fmt: skip
    after = forms.TimeField(
        label="Beginning at", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Leave both empty for any time of the day.",
    )  # fmt: skip
    before = forms.TimeField(
        label="And before", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, data: Any = None, *, saved: SavedSearch) -> None:
        self.saved = saved
        super().__init__(
            data,
            initial={
                "name": saved.name,
                "weekdays": saved.weekdays,
                "after": _clock(saved.from_minute) if saved.from_minute else None,
                "before": _clock(saved.to_minute) if saved.to_minute < LAST_MINUTE else None,
            },
        )

    @property
    def details(self) -> SearchDetails:
        cleaned = self.cleaned_data
        return SearchDetails(
            name=cleaned["name"],
            query=self.saved.query,
            weekdays=tuple(cleaned["weekdays"]),
            from_minute=minute_of_day(cleaned["after"], 0),
            to_minute=minute_of_day(cleaned["before"], LAST_MINUTE),
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
