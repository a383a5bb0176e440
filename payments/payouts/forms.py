"""The form with which a builder sets up their payout account."""

from __future__ import annotations

from django import forms

from payments.payouts.countries import countries


class CountryForm(forms.Form):
    country = forms.ChoiceField(
        label="Country of your bank account", choices=[("", "Choose a country"), *countries()],
        help_text="It cannot be changed once your account is set up.",
        error_messages={"required": "Choose a country from the list."},
    )  # fmt: skip
