"""The form that says for whom a flag is on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group

from accounts.models import User, UserManager
from core.models import Flag
from operations.flags.services import FlagValues

SETTING, EVERYBODY, NOBODY, SOME = "setting", "everybody", "nobody", "some"


class FlagForm(forms.Form):
    """Asks for whom the flag is on."""

    state = forms.ChoiceField(
        label="On for",
        choices=[
            (SETTING, "Whoever the setting says"),
            (EVERYBODY, "Everybody"),
            (NOBODY, "Nobody"),
            (SOME, "Only these:"),
        ],
        widget=forms.RadioSelect,
    )
    staff = forms.BooleanField(label="Staff", required=False)
    authenticated = forms.BooleanField(label="Everybody with an account", required=False)
    percent = forms.DecimalField(
        label="Percentage of browsers", required=False, min_value=0, max_value=99, max_digits=3, decimal_places=1,
        help_text="Browsers are chosen at random, and a cookie keeps the answer.",
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )  # fmt: skip
    people = forms.CharField(
        label="People", required=False, max_length=20_000, help_text="Their email addresses, one a line.",
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )  # fmt: skip
    groups = forms.ModelMultipleChoiceField(
        label="Groups", queryset=Group.objects.order_by("name"), required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "one-a-line"}),
    )  # fmt: skip
    note = forms.CharField(
        label="Note", required=False, max_length=500, help_text="Why it is so, for the next admin.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, row: Flag | None = None) -> None:
        super().__init__(data, initial=_values_of(row) if row else {"state": SETTING})
        if not Group.objects.exists():
            del self.fields["groups"]

    def clean_people(self) -> list[User]:
        addresses = {
            UserManager.normalize_email(line.strip())
            for line in self.cleaned_data["people"].splitlines()
            if line.strip()
        }
        people = list(User.objects.filter(email__in=addresses))
        if unknown := sorted(addresses - {person.email for person in people}):
            raise forms.ValidationError(f"Nobody has the address {', '.join(unknown)}.")
        return people

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        names = ("staff", "authenticated", "percent", "people", "groups")
        if cleaned.get("state") == SOME and not self.errors and not any(cleaned.get(name) for name in names):
            self.add_error("state", "Say for whom it is on.")
        if cleaned.get("state") != SOME:
            cleaned |= {"staff": False, "authenticated": False, "percent": None, "people": [], "groups": []}
        return cleaned

    @property
    def values(self) -> FlagValues:
        cleaned = self.cleaned_data
        return FlagValues(
            everyone={EVERYBODY: True, NOBODY: False}.get(cleaned["state"]),
            staff=cleaned["staff"],
            authenticated=cleaned["authenticated"],
            percent=cleaned["percent"] or None,
            note=cleaned["note"],
        )


def _values_of(row: Flag) -> dict[str, Any]:
    people, groups = list(row.users.all()), list(row.groups.all())
    names_some = row.staff or row.authenticated or row.percent is not None or people or groups
    state = SOME if names_some else SETTING
    if row.everyone is not None:
        state = EVERYBODY if row.everyone else NOBODY
    return {
        "state": state,
        **{name: getattr(row, name) for name in ("staff", "authenticated", "percent", "note")},
        "people": "\n".join(sorted(person.email for person in people)),
        "groups": groups,
    }
