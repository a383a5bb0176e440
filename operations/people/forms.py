"""Forms of what staff do with a person."""

from __future__ import annotations

from django import forms

from core.form_fields import LineFormField


class StaffReasonForm(forms.Form):
    """Asks a member of staff for the reason, which the audit keeps."""

    reason = LineFormField(
        label="Reason",
        max_length=300,
        help_text="It is kept in the audit. Leave out names and addresses.",
        error_messages={"required": "Give the reason."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ToldReasonForm(StaffReasonForm):
    """Asks for a reason that the person reads as well."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # given from outside
        self.fields[
            "reason"
        ].help_text = "The person reads it, and it is kept in the audit. Leave out names and addresses."


class MergeReasonForm(StaffReasonForm):
    """Asks for a reason that both sides of the moved bookings read as well."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # given from outside
        self.fields[
            "reason"
        ].help_text = "Both sides of each booking read it, and it is kept in the audit. Leave out names and addresses."


class GuestMergeForm(MergeReasonForm):
    """Asks for the address with which somebody booked as a guest."""

    field_order = ("email", "reason")
    email = forms.EmailField(
        label="Address of the guest",
        help_text="With which they booked without an account.",
        error_messages={"invalid": "Enter an email address like name@example.com."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class PersonNoteForm(forms.Form):
    """Asks for a note that only staff read."""

    text = forms.CharField(
        label="Note for staff",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the note."},
        help_text="The person can read it in a download of their data.",
    )
