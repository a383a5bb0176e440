"""The forms for the agenda of a session and for the builder's checklist."""

from __future__ import annotations

from django import forms

from bookings.models import Preparation
from bookings.preparation.rules import LONGEST


class AgendaField(forms.CharField):
    is_plain = True  # an empty agenda is one, so that "optional" would say nothing


class AgendaForm(forms.Form):
    """The text of the agenda, and the version of it that the writer has read."""

    agenda = AgendaField(
        label="Agenda",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "maxlength": LONGEST}),
        help_text="Lines that begin with a hyphen (-) become bullet points.",
    )
    version = forms.IntegerField(min_value=0, max_value=1_000_000, widget=forms.HiddenInput)


class ChecklistForm(forms.Form):
    checked = forms.MultipleChoiceField(choices=Preparation.Check.choices, required=False)
