"""The forms for feedback."""

from __future__ import annotations

from typing import Any

from django import forms


class FeedbackWordsForm(forms.Form):
    """Asks for words, after the answer about a booking."""

    text = forms.CharField(
        label="What was good, or what was in your way?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what you want to tell us."},
    )


class FeedbackForm(FeedbackWordsForm):
    """Asks for words and, if one likes, for whether it was easy."""

    easy = forms.ChoiceField(
        label="Was it easy to do what you came for?",
        choices=[("yes", "Yes"), ("no", "No"), ("", "I cannot say")],
        widget=forms.RadioSelect,
        required=False,
    )
    field_order = ("easy", "text")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        return cleaned | {"was_easy": {"yes": True, "no": False}.get(cleaned.pop("easy", ""))}
