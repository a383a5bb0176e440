"""The form of a saved search."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from bookings.waiting_list.forms import LAST_MINUTE, minute_of_day
from bookings.waiting_list.rules import WEEKDAY_NAMES
from marketplace.forms import DiscoverForm
from marketplace.models import SavedSearch
from marketplace.saved_searches.reading import TIMES
from marketplace.saved_searches.services import SearchDetails

OWN = ("name", "weekdays", "after", "before")  # the fields that are no filters of the search page


class SavedSearchForm(DiscoverForm):
    """The name, the days and hours, and the filters of a saved search. It begins with what is saved."""

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

    def __init__(self, data: QueryDict | None = None, *, saved: SavedSearch, unit: str) -> None:
        self.saved = saved
        super().__init__(_saved_values(saved) if data is None else data, zone="UTC", unit=unit)
        for name in (*TIMES, "sort"):
            del self.fields[name]
        self.fields["q"].label = "Search words"
        self.order_fields([*OWN, "q"])

    @property
    def details(self) -> SearchDetails:
        """Returns what is to be saved. Filters that are the same are left as they were written."""
        cleaned, chosen = self.cleaned_data, self.chosen_filters()
        is_same = chosen == SavedSearchForm(saved=self.saved, unit=self.unit).chosen_filters()
        return SearchDetails(
            name=cleaned["name"],
            query=self.saved.query if is_same else urlencode(chosen),
            weekdays=tuple(cleaned["weekdays"]),
            from_minute=minute_of_day(cleaned["after"], 0),
            to_minute=minute_of_day(cleaned["before"], LAST_MINUTE),
        )

    def chosen_filters(self) -> dict[str, str]:
        """Returns the filters as they were entered, without a distance from nowhere and the currency of no price."""
        idle = {self.unit: "place", "currency": "max_rate"}
        names = [name for name in self.fields if name not in OWN and self.data.get(idle.get(name, name))]
        return {name: str(self.data[name]) for name in names if self.data.get(name)}


def _saved_values(saved: SavedSearch) -> QueryDict:
    """Returns what the form would have sent."""
    values = QueryDict(saved.query, mutable=True)
    values["name"] = saved.name
    values.setlist("weekdays", [str(day) for day in saved.weekdays])
    values["after"] = _clock(saved.from_minute) if saved.from_minute else ""
    values["before"] = _clock(saved.to_minute) if saved.to_minute < LAST_MINUTE else ""
    return values


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
