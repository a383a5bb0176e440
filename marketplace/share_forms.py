"""The form for the sites that may show a builder's times."""

from __future__ import annotations

from django import forms

from core.links import BadLink, parse_site

MOST_SITES = 20


class EmbedSitesForm(forms.Form):
    sites = forms.CharField(
        label="Sites that may show your times",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://www.example.com"}),
        help_text="One in each line, such as https://www.example.com or https://*.example.com. Leave it empty to let "
        "every site show them.",
    )

    def clean_sites(self) -> list[str]:
        lines = [line for line in self.cleaned_data["sites"].splitlines() if line.strip()]
        try:
            sites = list(dict.fromkeys(parse_site(line) for line in lines))
        except BadLink as error:
            raise forms.ValidationError(str(error)) from None
        if len(sites) > MOST_SITES:
            raise forms.ValidationError(f"Enter at most {MOST_SITES} sites.")
        return sites
