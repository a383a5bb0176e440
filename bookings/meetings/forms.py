"""The form for the link of one booking."""

from __future__ import annotations

from django import forms

from core.forms import MeetingLinkField


class BookingLinkForm(forms.Form):
    link = MeetingLinkField(
        label="Link for this session", help_text="Leave this empty to use your usual link, if you have one."
    )
