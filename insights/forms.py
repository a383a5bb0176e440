"""The form above the figures: the period, a session type, a pathway or a kind of session, and whether to compare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from core.forms import DateField
from insights.periods import DEFAULT, PRESETS, Period, period_of


class PeriodForm(forms.Form):
    """Parses the query string of a page. Without values it is the last 28 days, compared with the 28 before."""

    period = forms.ChoiceField(label="Period", choices=list(PRESETS.items()), required=False)
    first = DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    session = forms.ChoiceField(label="Session", required=False)
    pathway = forms.ChoiceField(label="Pathway", required=False)
    kind = forms.ChoiceField(label="Kind of session", required=False)
    compare = forms.ChoiceField(
        label="Compare with", choices=[("previous", "Period before"), ("none", "Nothing")], required=False
    )

    def __init__(
        self,
        *args: Any,
        sessions: Sequence[tuple[str, str]] = (),
        pathways: Sequence[tuple[str, str]] = (),
        kinds: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.initial = {"period": DEFAULT, "compare": "previous", **self.initial}
        for name, label, choices in (
            ("session", "All sessions", sessions), ("pathway", "All pathways", pathways), ("kind", "All kinds", kinds),
        ):  # fmt: skip
            if choices:
                self.fields[name].choices = [("", label), *choices]  # type: ignore[attr-defined]  # of a ChoiceField
            else:
                del self.fields[name]
        for field in self.fields.values():
            setattr(field, "is_plain", True)  # noqa: B010  (hides “optional”, as every field is)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("period") == "dates":
            for name in ("first", "last"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, "Enter a date.")
        return values

    def value(self, name: str) -> str:
        """Returns what was chosen, or an empty text for what is not known or not valid."""
        return str(self.cleaned_data.get(name) or "")

    def chosen_period(self, today: date, zone: str) -> Period:
        """Returns the chosen period, or the default where what was typed is not valid. Raises `Refused` for dates that are
        too far apart."""
        days = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        name = self.value("period") or DEFAULT
        if name == "dates" and None in days:
            name = DEFAULT
        return period_of(name, today, zone, *days)
