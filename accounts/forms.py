"""What people type about themselves."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.http import HttpRequest

from accounts.applications import SHORTEST_MESSAGE
from accounts.models import BuilderApplication, BuilderProfile, User


class NameForm(forms.Form):
    """The question that sign-up asks beside address and password."""

    display_name = forms.CharField(
        label="Your name",
        max_length=80,
        help_text="As you would like to be called. Others see it when you book.",
        error_messages={"required": "Enter your name."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["display_name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for this; the name is saved by the adapter, with the rest."""


class PersonForm(forms.ModelForm[User]):
    timezone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [
            (zone, zone.replace("_", " "))
            for zone in sorted(zoneinfo.available_timezones())
            if "/" in zone or zone == "UTC"
        ],
        help_text="Every time you see is shown in this zone.",
    )

    class Meta:
        model = User
        fields = ["display_name", "timezone", "wants_notifications", "wants_mail", "wants_reminders"]
        labels = {"display_name": "Your name"}
        error_messages: dict[str, Any] = {"display_name": {"required": "Enter your name."}}
        widgets = {"display_name": forms.TextInput(attrs={"autocomplete": "name"})}


class TokenForm(forms.Form):
    name = forms.CharField(
        label="What is it for?",
        max_length=80,
        help_text="So that you know which one to revoke, such as “calendar script on my laptop”.",
        error_messages={"required": "Say what it is for."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ApplicationForm(forms.ModelForm[BuilderApplication]):
    message = forms.CharField(
        label="What you do, and for whom",
        min_length=SHORTEST_MESSAGE,
        max_length=2000,
        help_text="An admin reads this. Tell them who you have worked with, and what those people left with.",
        error_messages={
            "required": "Tell us what you do.",
            "min_length": "Tell us a little more: at least 40 characters.",
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = BuilderApplication
        fields = ["headline", "message"]
        help_texts = {"headline": "The line under your name, such as “Mixing engineer for bands that play loud”."}
        error_messages: dict[str, Any] = {"headline": {"required": "Enter a headline."}}


class BuilderForm(forms.ModelForm[BuilderProfile]):
    class Meta:
        model = BuilderProfile
        fields = ["headline", "bio", "is_published"]
        labels = {"bio": "About your work", "is_published": "Show my profile to everyone"}
        help_texts = {
            "headline": "One line under your name, such as “Mixing engineer for bands that play loud”.",
            "bio": "Who you work with, and what they leave with. Leave a blank line between paragraphs.",
        }
        error_messages: dict[str, Any] = {"headline": {"required": "Enter a headline."}}
        widgets = {"bio": forms.Textarea(attrs={"rows": 10})}
