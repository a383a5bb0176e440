"""Forms to connect Calendly, and to choose the terms of an event type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from coaching.models import SessionType
from core.money import MOST
from pathways.models import Pathway
from scheduling.calendly.services import ChosenTerms

PLACES = [
    ("here", "On Waymark, at the times that are available here"),
    ("calendly", "On Calendly's own page, shown here"),
]


class CalendlyTokenForm(forms.Form):
    token = forms.CharField(
        label="Personal access token",
        max_length=2_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Waymark tries it at once, stores it encrypted and never shows it again.",
        error_messages={"required": "Paste your token."},
    )


class CalendlyLinkForm(forms.Form):
    calendly_url = forms.CharField(
        label="Address of your page on Calendly",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="For example, https://calendly.com/your-name. Programs that read your profile can see it.",
    )


class LeaveForm(forms.Form):
    sessions = forms.ChoiceField(
        label="Your session types from Calendly",
        choices=[
            ("open", "Stay as they are, and can be booked on Waymark"),
            ("closed", "Are unpublished, until you publish them yourself"),
        ],
        initial="open",
        widget=forms.RadioSelect,
    )


class TermsForm(forms.Form):
    category = forms.ChoiceField(
        label="What clients pay",
        choices=[
            (SessionType.Category.FREE, "Free, even for guests without an account"),
            (SessionType.Category.SPECIALIZED, "A price"),
            (SessionType.Category.PATHWAY, "A price, as part of a pathway"),
        ],
        widget=forms.RadioSelect,
    )
    pathways = forms.ModelMultipleChoiceField(
        queryset=Pathway.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only for sessions that are part of a pathway.",
    )
    price = forms.DecimalField(
        label="Price of a session",
        required=False,
        min_value=Decimal(0),
        max_value=MOST,
        max_digits=14,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text="Leave this empty to use your rates, or the existing price of each length.",
    )
    booked = forms.ChoiceField(label="Where it is booked", choices=PLACES, initial="here", widget=forms.RadioSelect)

    def terms(self) -> ChosenTerms:
        """Returns what was chosen. The form must be valid."""
        cleaned: dict[str, Any] = self.cleaned_data
        return ChosenTerms(
            category=cleaned["category"],
            pathways=tuple(cleaned["pathways"]),
            price=cleaned["price"],
            books_on_calendly=cleaned["booked"] == "calendly",
        )
