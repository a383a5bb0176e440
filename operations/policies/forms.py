"""Forms of the pages of policies."""

from __future__ import annotations

from django import forms

from core.form_fields import LineFormField
from core.forms import LocalTimeField
from core.policies.models import Announcement


class MaintenanceForm(forms.Form):
    """Asks when a maintenance begins and ends, from when on it is announced, and what people are told."""

    starts_at = LocalTimeField(label="Begins", required=False, help_text="Leave it empty to begin now.")
    ends_at = LocalTimeField(label="Ends", help_text="By itself, at this time. You can end it earlier or later.")
    announced_at = LocalTimeField(
        label="Announce from", required=False, help_text="Leave it empty to show the banner from now on."
    )
    message = LineFormField(
        label="Message", required=False, max_length=300, help_text="Shown to everybody. The times are added."
    )


class EndForm(forms.Form):
    """Asks for another end of a maintenance."""

    ends_at = LocalTimeField(label="Ends")


class AnnouncementForm(forms.Form):
    """Asks for an announcement."""

    text = LineFormField(label="Text", max_length=300, error_messages={"required": "Write what to announce."})
    audience = forms.ChoiceField(label="For", choices=Announcement.Audience.choices)
    starts_at = LocalTimeField(label="From")
    ends_at = LocalTimeField(label="Until")
    can_be_closed = forms.BooleanField(label="Readers can close it", required=False, initial=True)
