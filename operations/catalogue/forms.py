"""The forms of services, towns and professional roles. They parse; `catalogue.services` saves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings

from accounts.models import Place
from accounts.places import folded
from core.form_fields import LineFormField
from core.forms import QuickSelect, ZoneField

OFF = {"autocomplete": "off"}


def _icons() -> list[tuple[str, str]]:
    names = sorted(path.stem for path in (Path(settings.BASE_DIR) / "templates" / "icons").glob("*.svg"))
    return [(name, name.capitalize()) for name in names]


class RowForm(forms.Form):
    """What every kind has: a name."""

    name = LineFormField(label="Name", max_length=60, widget=forms.TextInput(attrs=OFF))

    def __init__(self, data: Any = None, *, row: Any = None) -> None:
        super().__init__(data, initial=self.initial_of(row) if row is not None else None)

    def initial_of(self, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.base_fields}

    @property
    def values(self) -> dict[str, Any]:
        """Returns the cleaned values by the fields of the model."""
        return dict(self.cleaned_data)


class _ListedForm(RowForm):
    position = forms.IntegerField(
        label="Place in the list", min_value=0, max_value=30_000, initial=100, help_text="The lowest comes first."
    )


class ServiceForm(_ListedForm):
    """A kind of work that builders can offer."""

    icon = forms.ChoiceField(label="Icon", choices=_icons, initial="spark")
    keywords = forms.CharField(
        label="Other words for it", max_length=300, required=False, widget=forms.TextInput(attrs=OFF),
        help_text="With commas between them. A search for such a word that finds nobody suggests this service.",
    )  # fmt: skip


class ProfessionalRoleForm(_ListedForm):
    """A profession that builders can choose."""

    name = LineFormField(label="Name", max_length=40, widget=forms.TextInput(attrs=OFF))


class PlaceForm(RowForm):
    """A town."""

    name = LineFormField(label="Name", max_length=80, widget=forms.TextInput(attrs=OFF))
    other_names = forms.CharField(
        label="Other names", max_length=1000, required=False, widget=forms.TextInput(attrs=OFF),
        help_text="By which people may search for it, with commas between them, such as Munich.",
    )  # fmt: skip
    region = LineFormField(label="Region", max_length=40, required=False, widget=forms.TextInput(attrs=OFF))
    country_code = forms.ChoiceField(label="Country", widget=QuickSelect)
    latitude = forms.DecimalField(label="Latitude", min_value=-90, max_value=90, max_digits=9, decimal_places=6)
    longitude = forms.DecimalField(label="Longitude", min_value=-180, max_value=180, max_digits=9, decimal_places=6)
    timezone = ZoneField()
    population = forms.IntegerField(
        label="People", min_value=0, max_value=100_000_000,
        help_text="Of several towns with a name, the largest comes first.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, row: Place | None = None) -> None:
        super().__init__(data, row=row)
        countries = Place.objects.order_by("country").values_list("country_code", "country").distinct()
        self.countries = dict(countries)
        self.fields["country_code"].choices = list(self.countries.items())  # type: ignore[attr-defined]  # of a ChoiceField

    def initial_of(self, row: Place) -> dict[str, Any]:
        names = [name for name in row.names.strip("|").split("|") if name and name != folded(row.name)]
        own = [name for name in self.base_fields if name != "other_names"]
        return {name: getattr(row, name) for name in own} | {"other_names": ", ".join(names)}

    @property
    def values(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        names = [folded(name) for name in (cleaned["name"], *cleaned.pop("other_names").split(","))]
        listed = "|".join(dict.fromkeys(name for name in names if name))
        return cleaned | {"country": self.countries[cleaned["country_code"]], "names": f"|{listed}|"}
