"""Forms to connect a calendar and to change how it is read."""

from __future__ import annotations

from typing import Any

from django import forms

from connections.models import Connection
from core.names import tidy

PATIENCE = [(30, "30 minutes"), (60, "1 hour"), (120, "2 hours"), (360, "6 hours"), (1440, "1 day")]


class CalendarForm(forms.ModelForm[Connection]):
    address = forms.CharField(
        label="Secret calendar address",
        max_length=2_000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="It begins with https:// or webcal://. Waymark keeps it encrypted and never shows it again.",
        error_messages={"required": "Paste the secret address of your calendar."},
    )
    patience = forms.TypedChoiceField(
        label="If it cannot be read for longer than", coerce=int, choices=PATIENCE, initial=120
    )

    class Meta:
        model = Connection
        fields = ["name", "counts_all_day", "when_unread"]
        labels = {"name": "Name", "when_unread": "Then"}
        help_texts = {
            "name": "Only you see it, such as “Family” or “Work”.",
            "counts_all_day": "Birthdays and holidays are often all-day events marked as free. Tick this to block "
            "those days too.",
        }
        error_messages: dict[str, Any] = {"name": {"required": "Give the calendar a name."}}
        widgets = {"when_unread": forms.RadioSelect}

    field_order = ("name", "address", "counts_all_day", "patience", "when_unread")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        when_unread = self.fields["when_unread"]
        assert isinstance(when_unread, forms.ChoiceField)
        when_unread.choices = Connection.Unread.choices
        if not self.instance._state.adding:
            address = self.fields["address"]
            address.required = False
            address.label = "New secret address"
            address.help_text = "Leave this empty to keep the present one."
            self.initial["patience"] = self.instance.patience

    def clean_name(self) -> str:
        name = tidy(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Give the calendar a name.", code="required")
        return name
