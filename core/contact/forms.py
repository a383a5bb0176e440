"""The form of the contact page."""

from __future__ import annotations

from typing import Any

from django import forms

from core.form_fields import LineFormField, NameFormField


class ContactForm(forms.Form):
    """Asks what somebody wants to tell support. Signed-in people are not asked who they are."""

    name = NameFormField(
        label="Your name",
        max_length=80,
        error_messages={"required": "Enter your name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Email address",
        error_messages={
            "required": "Enter your address, so that we can answer.",
            "invalid": "Enter an email address like name@example.com.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    reference = LineFormField(
        label="Number of the booking",
        max_length=20,
        required=False,
        help_text="It begins with WM- and is in each mail about the booking.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label="Your message",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write your message."},
    )

    def __init__(self, data: Any = None, *, person: Any, reference: str = "") -> None:
        super().__init__(data, initial={"reference": reference[:20]})
        self.person = person if getattr(person, "is_authenticated", False) else None
        if self.person is not None:
            del self.fields["name"], self.fields["email"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.person is not None:
            cleaned |= {"name": self.person.display_name, "email": self.person.email}
        return cleaned
