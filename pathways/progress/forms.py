"""The form for evidence of a skill."""

from __future__ import annotations

from typing import Any

from django import forms

from core.forms import LinkField, UploadField


class EvidenceForm(forms.Form):
    """Evidence: text, a link or a file, at least one of them."""

    text = forms.CharField(
        label="In words", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What did you do, and what was the result?",
    )  # fmt: skip
    url = LinkField(label="A link", required=False)
    file = UploadField(label="A file", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not any((cleaned.get("text", "").strip(), cleaned.get("url"), cleaned.get("file"))):
            raise forms.ValidationError("Write something, enter a link, or choose a file.")
        return cleaned
