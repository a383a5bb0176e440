"""The form that adds a deliverable."""

from __future__ import annotations

from typing import Any

from django import forms

from core.form_fields import LineFormField
from core.forms import LinkField, UploadField


class DeliverableForm(forms.Form):
    """A file or a link, but not both."""

    title = LineFormField(
        label="What is it?",
        max_length=120,
        required=False,
        help_text=("If you leave this empty, we use the name of the file or link."),
    )
    file = UploadField(label="A file", required=False)
    url = LinkField(label="Or a link", required=False)
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(cleaned.get("file")) == bool(cleaned.get("url")):
            raise forms.ValidationError("Choose either a file or a link.")
        return cleaned
