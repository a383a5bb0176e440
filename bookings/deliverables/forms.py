"""The form that adds a deliverable."""

from __future__ import annotations

from typing import Any

from django import forms

from core.form_fields import LineFormField
from core.forms import UploadField


class DeliverableForm(forms.Form):
    """A file or a link, but not both."""

    title = LineFormField(label="What is it?", max_length=120, required=False, help_text="Without one, its name.")
    file = UploadField(label="A file", required=False)
    url = forms.URLField(label="Or a link", max_length=500, required=False, assume_scheme="https",
                         error_messages={"invalid": "Enter a link like https://example.com/page."})  # fmt: skip
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(cleaned.get("file")) == bool(cleaned.get("url")):
            raise forms.ValidationError("Choose a file, or enter a link. One of the two.")
        if cleaned.get("url") and not cleaned["url"].startswith(("http://", "https://")):
            self.add_error("url", "Enter a link like https://example.com/page.")
        return cleaned
