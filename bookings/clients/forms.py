"""The form for a builder's note on a client."""

from __future__ import annotations

from django import forms


class NoteForm(forms.Form):
    text = forms.CharField(
        label="A note", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write something to note."},
    )  # fmt: skip
    is_shared = forms.BooleanField(label="Share it with the client", required=False)
