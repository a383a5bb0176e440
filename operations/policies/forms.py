"""Forms of the pages of policies."""

from __future__ import annotations

from django import forms

from core.form_fields import LineFormField
from core.forms import LocalTimeField
from core.policies.models import Announcement, SignUpPolicy


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


class JoiningForm(forms.Form):
    """Asks who may join."""

    mode = forms.ChoiceField(label="Who may join", choices=SignUpPolicy.Mode.choices, widget=forms.RadioSelect)
    message = LineFormField(
        label="Message", required=False, max_length=300, help_text="Shown to those who cannot join, in place of ours."
    )


class InvitationForm(forms.Form):
    """Asks whom to invite."""

    email = forms.EmailField(
        label="Email address",
        required=False,
        help_text="We mail them the link. Leave it empty to pass the link on yourself.",
        error_messages={"invalid": "Enter an email address like name@example.com."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    note = LineFormField(label="Note", required=False, max_length=120, help_text="Only staff read it.")


class TextForm(forms.Form):
    """Asks for a new version of the terms or of the privacy notice."""

    text = forms.CharField(
        label="Text",
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 20}),
        help_text="Markdown: # for headings, - for lists, [text](address) for links.",
        error_messages={"required": "Write the text."},
    )
    summary = LineFormField(
        label="What has changed",
        required=False,
        max_length=300,
        help_text="One or two sentences for people who accepted the version before.",
    )
    is_asked = forms.BooleanField(
        label="Ask everybody with an account to accept it",
        required=False,
        help_text="Leave it out for corrections that change no rights and duties.",
    )
