"""Forms of messaging: preferences and saved replies."""

from __future__ import annotations

from typing import Any

from django import forms

from core.form_fields import LineFormField
from messaging.models import MessagePreferences


class PreferencesForm(forms.ModelForm[MessagePreferences]):
    """A person's choices about messages; only builders are asked about questions before a booking."""

    class Meta:
        model = MessagePreferences
        fields = ["shows_seen", "wants_mail", "quiet_from", "quiet_until", "sends_on_enter", "takes_questions"]
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, is_builder: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_builder:
            del self.fields["takes_questions"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and (cleaned["quiet_from"] is None) != (cleaned["quiet_until"] is None):
            self.add_error("quiet_until", "Enter both times, or neither.")
        return cleaned


class SavedReplyForm(forms.Form):
    """A reply to send often."""

    title = LineFormField(label="Name", max_length=60, help_text="Only you can see it.")
    text = forms.CharField(
        label="Text",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=(
            "{name} is replaced by the first name, {time} and {link} by the time and the link of the latest booking."
        ),
    )
