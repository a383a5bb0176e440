"""Forms for moving, declining and cancelling a booking."""

from __future__ import annotations

from typing import Any

from django import forms

from bookings.states import Cause


class ReasonForm(forms.Form):
    """Asks for the reason, and says who will see it."""

    reason = forms.CharField(
        label="Why", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip

    def __init__(self, *args: Any, reader: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        if reader:
            self.fields["reason"].help_text = f"{reader} will see this."


class CancelForm(ReasonForm):
    """Asks for a cause from a list, and for a reason in the client's or builder's own words."""

    field_order = ("cause", "reason")
    cause = forms.ChoiceField(
        label="Why are you cancelling?", choices=[("", "Choose one"), *Cause.choices], required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = "Anything to add?"


class EndSeveralForm(ReasonForm):
    """Asks a builder for the reason, which is required, to cancel several sessions at once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        field.required, field.help_text = True, "Every guest will see this."
        field.error_messages["required"] = "Give a reason. The guests will see it."


class DeclineForm(ReasonForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        field.required = True
        field.error_messages["required"] = "Give a reason. The client will see it and can request another time."
