"""Forms for moving, declining and cancelling a booking."""

from __future__ import annotations

from typing import Any

from django import forms

from bookings.states import Cause


class ReasonForm(forms.Form):
    """Asks for the reason, which the other side reads."""

    reason = forms.CharField(
        label="Why", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The other side reads it.",
    )  # fmt: skip


class CancelForm(ReasonForm):
    """Asks for a cause from a list, and for a reason in the client's or builder's own words."""

    field_order = ("cause", "reason")
    cause = forms.ChoiceField(label="What is it?", choices=[("", "Choose one"), *Cause.choices], required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = "Anything to add"


class EndSeveralForm(ReasonForm):
    """Asks a builder for the reason, which is required, to cancel several sessions at once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        field.required, field.help_text = True, "Each of the guests reads it."
        field.error_messages["required"] = "Say why: the guests read it."


class DeclineForm(ReasonForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        field.required = True
        field.error_messages["required"] = "Say why: the client reads it, and can ask for something that fits."
