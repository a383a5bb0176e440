"""The form of the search page. Invalid values are left out of the search and explained beside their field."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms

from accounts.forms import PlaceField
from accounts.models import ProfessionalRole
from coaching.models import Service, SessionType
from core.forms import DateField, QuickSelect
from core.rates import per_dollar
from marketplace import search
from marketplace.filters import DEFAULT_MILES, Filters
from marketplace.search import SORTS, Area
from pathways.models import Pathway, Skill

ANY = ("", "Any")
RATINGS = (ANY, ("4", "4 stars and more"), ("4.5", "4.5 stars and more"))
WITHIN = (ANY, ("1", "Today or tomorrow"), ("3", "Within 3 days"), ("7", "Within a week"), ("14", "Within two weeks"))
DAYS = (
    ANY, ("weekdays", "On weekdays"), ("weekend", "At the weekend"), ("0", "On Monday"), ("1", "On Tuesday"),
    ("2", "On Wednesday"), ("3", "On Thursday"), ("4", "On Friday"), ("5", "On Saturday"), ("6", "On Sunday"),
)  # fmt: skip
WEEKDAYS = {"": (), "weekdays": (0, 1, 2, 3, 4), "weekend": (5, 6), **{str(day): (day,) for day in range(7)}}
HOURS = {
    "": (0, 24),
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "after18": (18, 24),
    "before9": (0, 9),
}
TIMES = (
    ANY, ("morning", "In the morning"), ("afternoon", "In the afternoon"), ("evening", "In the evening, from 18:00"),
    ("before9", "Before 9:00"),
)  # fmt: skip
MILES = (("10", "10 miles"), ("25", "25 miles"), ("50", "50 miles"), ("100", "100 miles"))


def parsed_area(text: str) -> Area | None:
    """Returns the area in `south,west,north,east`, in degrees, or None if that is not an area on Earth."""
    try:
        south, west, north, east = (float(part) for part in text.split(","))
    except ValueError:
        return None
    is_on_earth = -90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180
    return Area(south, west, north, east) if is_on_earth else None


class DiscoverForm(forms.Form):
    q = forms.CharField(
        required=False, max_length=100, label="What do you want to get done?",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "A name, a craft, a problem", "autocomplete": "off"}),
    )  # fmt: skip
    service = forms.ChoiceField(required=False, label="Kind of work")
    pathway = forms.ChoiceField(required=False, label="Pathway")
    skill = forms.ChoiceField(required=False, label="Skill")
    role = forms.ChoiceField(required=False, label="Trade")
    category = forms.ChoiceField(required=False, label="Session", choices=[ANY, *((value, label) for value, label in SessionType.Category.choices)])  # fmt: skip
    rating = forms.ChoiceField(required=False, label="Stars", choices=RATINGS)
    max_rate = forms.DecimalField(required=False, label="At most an hour", min_value=0, max_digits=9, decimal_places=2)
    currency = forms.ChoiceField(required=False, label="Currency")
    place = PlaceField(label="Near", placeholder="A town")
    miles = forms.ChoiceField(required=False, label="Within", choices=MILES)
    free = forms.ChoiceField(required=False, label="Free", choices=WITHIN)
    day = forms.ChoiceField(required=False, label="On", choices=DAYS)
    date = DateField(
        required=False, label="Or on a date", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a date like 2026-12-24."},
    )  # fmt: skip
    time = forms.ChoiceField(required=False, label="At", choices=TIMES)
    verified = forms.BooleanField(required=False, label="Only verified builders")
    sort = forms.ChoiceField(required=False, label="Order", choices=list(SORTS.items()))
    area = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, zone: str, currency: str = "EUR") -> None:
        values = data.copy()
        for name, default in (("currency", currency), ("miles", f"{DEFAULT_MILES:.0f}"), ("sort", search.RATING)):
            values.setdefault(name, default)
        super().__init__(values, auto_id="id_%s")
        self.zone, self.default_currency = zone, currency
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                choices: Any = field.choices
                field.widget = QuickSelect(choices=choices)
            setattr(field, "is_plain", True)  # noqa: B010  (hides “optional”, as every field is)
        self._set_choices("service", Service.objects.filter(is_offered=True).values_list("slug", "name"))
        self._set_choices("pathway", Pathway.objects.open().values_list("slug", "name"))
        self._set_choices("skill", Skill.objects.open().values_list("slug", "name"))
        self._set_choices("role", ProfessionalRole.objects.filter(is_offered=True).values_list("slug", "name"))
        self.currencies = sorted(per_dollar())
        cast("forms.ChoiceField", self.fields["currency"]).choices = [(code, code) for code in self.currencies]
        self.map_area: Area | None = None

    def _set_choices(self, name: str, rows: Any) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = [ANY, *rows]

    def clean_area(self) -> str:
        """Reads the area that the map has written; drops anything else."""
        self.map_area = parsed_area(str(self.cleaned_data["area"]))
        return str(self.cleaned_data["area"]) if self.map_area else ""

    def filters(self, now: datetime) -> Filters:
        """Returns the filters of the valid fields."""
        self.is_valid()
        cleaned = self.cleaned_data
        return Filters(
            words=cleaned.get("q", ""),
            services=[cleaned["service"]] if cleaned.get("service") else [],
            pathway=cleaned.get("pathway", ""),
            skill=cleaned.get("skill", ""),
            roles=[cleaned["role"]] if cleaned.get("role") else [],
            category=cleaned.get("category", ""),
            rating=float(cleaned["rating"]) if cleaned.get("rating") else None,
            most=Decimal(cleaned["max_rate"]) if cleaned.get("max_rate") is not None else None,
            currency=cleaned.get("currency") or self.default_currency,
            town=cleaned.get("place"),
            is_town_unknown="place" in self.errors,
            miles=float(cleaned.get("miles") or DEFAULT_MILES),
            area=self.map_area,
            is_verified=bool(cleaned.get("verified")),
            days=int(cleaned["free"]) if cleaned.get("free") else None,
            windows=self._windows(now),
            sort=cleaned.get("sort") or search.RATING,
        )

    def _windows(self, now: datetime) -> list[tuple[int, int]]:
        """Returns the windows of the chosen date, or of the chosen weekdays, between the chosen hours."""
        cleaned = self.cleaned_data
        hours = HOURS[cleaned.get("time") or ""]
        if cleaned.get("date"):
            return [search.on(cleaned["date"], *hours, ZoneInfo(self.zone))]
        if cleaned.get("day") or cleaned.get("time"):
            return search.at_times(WEEKDAYS[cleaned.get("day") or ""], *hours, self.zone, now)
        return []

    def labels(self, name: str) -> dict[str, str]:
        field: Any = self.fields[name]
        return {str(value): str(label) for value, label in field.choices}

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields of the filters: all but the search words and the hidden area."""
        return [self[name] for name in self.fields if name not in ("q", "area")]

    @property
    def chips(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """The active filters: field, label, and the parameters to drop from the URL to remove the filter."""
        cleaned = self.cleaned_data
        names = ("service", "pathway", "skill", "role", "category", "rating", "free", "day", "time")
        chips: list[tuple[str, str, tuple[str, ...]]]
        chips = [
            (name, self.labels(name).get(cleaned[name], cleaned[name]), (name,)) for name in names if cleaned.get(name)
        ]
        if cleaned.get("date"):
            chips.append(("date", f"On {cleaned['date']:%-d %B %Y}", ("date",)))
        if cleaned.get("max_rate") is not None:
            money = f"{cleaned['max_rate'].normalize():f} {cleaned.get('currency') or self.default_currency}"
            chips.append(("max_rate", f"At most {money} an hour", ("max_rate", "currency")))
        if cleaned.get("place"):
            miles = cleaned.get("miles") or f"{DEFAULT_MILES:.0f}"
            chips.append(("place", f"Within {miles} miles of {cleaned['place']}", ("place", "miles")))
        if self.map_area is not None:
            chips.append(("area", "In this part of the map", ("area",)))
        if cleaned.get("verified"):
            chips.append(("verified", "Verified", ("verified",)))
        return chips
