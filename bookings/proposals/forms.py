"""The form with which a builder suggests other times."""

from __future__ import annotations

from django import forms


class SuggestionForm(forms.Form):
    """Asks for a few words to the client."""

    note = forms.CharField(label="Note", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: object, reader: str, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # a form takes many kinds of arguments
        self.fields["note"].help_text = f"{reader} will see this."
