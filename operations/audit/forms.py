"""The filters of the audit."""

from __future__ import annotations

from typing import Any

from django import forms

from core.form_fields import LineFormField
from core.forms import DateField

TYPED = {"autocomplete": "off"}


class AuditFilterForm(forms.Form):
    """Asks who, what, about whom and when."""

    actor = LineFormField(
        label="By", required=False, max_length=254, help_text="An email address.",
        widget=forms.TextInput(attrs=TYPED),
    )  # fmt: skip
    subject = LineFormField(
        label="About", required=False, max_length=254,
        help_text="An email address, or the reference of a booking.",
        widget=forms.TextInput(attrs=TYPED),
    )  # fmt: skip
    action = LineFormField(
        label="Action", required=False, max_length=60, help_text="A part of it, such as “role”.",
        widget=forms.TextInput(attrs=TYPED),
    )  # fmt: skip
    first = DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            setattr(field, "is_plain", True)  # noqa: B010  (hides “optional”, as every field is)
