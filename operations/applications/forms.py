"""The decision about an application."""

from __future__ import annotations

from django import forms


class ApplicationDecisionForm(forms.Form):
    """Asks for the words that the applicant reads; which button was pressed says the decision."""

    reason = forms.CharField(
        label="Your answer",
        max_length=500,
        help_text="They read it in Waymark and by mail.",
        error_messages={"required": "Write an answer. They will read it."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
