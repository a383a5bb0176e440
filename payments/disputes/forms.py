"""Forms for the evidence of a dispute."""

from __future__ import annotations

from django import forms

from core.forms import UploadField


class BuilderEvidenceForm(forms.Form):
    """What the builder says to the bank, with a file."""

    statement = forms.CharField(
        label="What happened, in your words", max_length=10_000, required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=(
            "The bank will read this. Say when the session took place, what you did, and what the client got "
            "from it."
        ),
    )  # fmt: skip
    file = UploadField(
        label="A file that shows it", required=False, help_text="PDF, PNG or JPEG. Up to three files, 3 MB together."
    )


class SubmitForm(forms.Form):
    """Support's confirmation that this evidence is submitted to the bank."""

    evidence = forms.UUIDField(widget=forms.HiddenInput)
    is_read = forms.BooleanField(
        label="I have read the document and the texts, and I know that they cannot be changed afterwards",
        error_messages={"required": "Confirm that you have read what is submitted."},
    )
