"""The form for an address that is told of events."""

from __future__ import annotations

from typing import Any

from django import forms

from connections.outgoing.sources import kind_choices
from core.http import LONGEST_ADDRESS


class EndpointForm(forms.Form):
    address = forms.CharField(
        max_length=LONGEST_ADDRESS,
        label="Address",
        help_text="It has to begin with https://. Waymark sends a POST request there for each event.",
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/waymark", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(label="Events", widget=forms.CheckboxSelectMultiple)
    is_for_site = forms.BooleanField(
        required=False, label="Send the events of all builders", help_text="Otherwise it is sent your own only."
    )

    def __init__(self, *arguments: Any, may_choose_site: bool = False, is_builder: bool = True, **options: Any) -> None:
        super().__init__(*arguments, **options)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = kind_choices()
        kinds.initial = [kind for kind, _ in kind_choices()]
        if not (may_choose_site and is_builder):  # there is nothing to choose
            del self.fields["is_for_site"]
