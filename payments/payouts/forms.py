"""The forms with which a builder sets up their payout account, and staff hold a payout."""

from __future__ import annotations

from django import forms

from payments.payouts.countries import countries


class CountryForm(forms.Form):
    country = forms.ChoiceField(
        label="Country of your bank account", choices=[("", "Choose a country"), *countries()],
        help_text="It cannot be changed once your account is set up.",
        error_messages={"required": "Choose a country from the list."},
    )  # fmt: skip


class HoldForm(forms.Form):
    """The reason, and which of both the page has offered: a form that is sent twice does not undo what it did."""

    HOLD, RELEASE = "hold", "release"

    wanted = forms.ChoiceField(choices=[(HOLD, "Hold"), (RELEASE, "Release")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Only staff read it, in the audit log of the payment.",
        error_messages={"required": "Give a reason: it is kept in the audit log."},
    )  # fmt: skip
