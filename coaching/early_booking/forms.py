"""The lines in which a builder says how much less a session costs that is booked early."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from coaching.early_booking.services import MOST_DAYS, MOST_PERCENT
from coaching.forms import LineForm, line_formset


class EarlyLine(LineForm):
    unique, repeated = "days", "Another line is for as many days ahead."
    days = forms.IntegerField(label="Days ahead", min_value=1, max_value=MOST_DAYS, required=False)
    percent = forms.IntegerField(label="Discount in %", min_value=1, max_value=MOST_PERCENT, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if (cleaned.get("days") is None) != (cleaned.get("percent") is None) and not self.errors:
            missing = "percent" if cleaned.get("percent") is None else "days"
            self.add_error(missing, "Fill in both, or neither.")
        return cleaned


EarlyLines = line_formset(EarlyLine, extra=2)


def early_lines(data: Any, tiers: Sequence[Sequence[int]]) -> forms.BaseFormSet[LineForm]:
    initial = [{"days": days, "percent": percent} for days, percent in sorted((tier[0], tier[1]) for tier in tiers)]
    return EarlyLines(data, prefix="early", initial=None if data is not None else initial)


def tiers_of(lines: forms.BaseFormSet[LineForm]) -> dict[int, int]:
    """Returns per cent by days ahead, from the lines that are not empty. They must be valid."""
    rows = (line.cleaned_data for line in lines)
    return {row["days"]: row["percent"] for row in rows if row.get("days") is not None}
