"""Forms for a dispute: a statement, and the decision of support."""

from __future__ import annotations

from django import forms

from core.forms import UploadField


class StatementForm(forms.Form):
    text = forms.CharField(
        label="What happened?", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Say what happened."},
        help_text="Both sides and our support read it. It cannot be changed afterwards.",
    )  # fmt: skip
    file = UploadField(label="A file that shows it", required=False)


class ResolveForm(forms.Form):
    outcome = forms.ChoiceField(
        label="How does it end?", widget=forms.RadioSelect,
        choices=[("COMPLETED", "It counts as completed"), ("CANCELLED", "It is cancelled")],
        error_messages={"required": "Choose how it ends."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="Both sides read it.",
        error_messages={"required": "Say why: both sides read it."},
    )  # fmt: skip
