"""The filters of the list of emails."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from core.forms import DateField
from core.mail_log.models import MailLogEntry
from core.mail_log.queries import MailFilters

STATES = [("", "All"), ("trouble", "Did not arrive"), *MailLogEntry.State.choices]

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MailFilterForm(forms.Form):
    """Reads the filters from the address of the page. What cannot be read does not narrow the list."""

    state = forms.ChoiceField(label="State", choices=STATES, required=False)
    address = forms.CharField(label="Address (or its beginning)", max_length=254, required=False)
    kind = forms.ChoiceField(label="Kind", required=False)
    since = DateField(label="From", required=False, widget=DAY)
    until = DateField(label="Until", required=False, widget=DAY)

    def __init__(self, data: Any, kinds: list[tuple[str, str]]) -> None:
        super().__init__(data)
        for field in self.fields.values():
            setattr(field, "is_plain", True)  # noqa: B010  (hides “optional”, as every field is)
        self.fields["kind"].choices = [("", "All"), *kinds]  # type: ignore[attr-defined]  # it is a ChoiceField

    def filters(self) -> MailFilters:
        """Returns the filters that could be read."""
        self.is_valid()
        values = self.cleaned_data
        until = values.get("until")
        return MailFilters(
            state=values.get("state", ""),
            address=values.get("address", "").strip(),
            kind=values.get("kind", ""),
            since=_midnight(values.get("since")),
            until=_midnight(until + timedelta(days=1)) if until else None,
        )


def _midnight(day: date | None) -> datetime | None:
    """Returns the beginning of the day in the zone of the reader."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
