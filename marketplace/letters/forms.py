"""The form for the weekly letter."""

from __future__ import annotations

from django import forms

from bookings.waiting_list.rules import WEEKDAY_NAMES


class WeeklyLetterForm(forms.Form):
    is_wanted = forms.BooleanField(label="Send me a letter once a week", required=False)
    weekday = forms.TypedChoiceField(
        label="On", coerce=int, choices=[(number, f"{name} morning") for number, name in enumerate(WEEKDAY_NAMES)]
    )
