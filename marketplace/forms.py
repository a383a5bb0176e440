"""The form of the search page. Invalid values are left out of the search and explained beside their field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.forms import PlaceField
from accounts.models import ProfessionalRole
from coaching.models import Service, SessionType
from core.forms import DateField, QuickSelect
from core.kept import kept_for_a_minute
from core.languages import LANGUAGES
from core.money import Money, rounded
from core.rates import per_dollar
from marketplace import search
from marketplace.filters import Filters
from marketplace.search import SORTS, Area
from marketplace.words import MAX_LENGTH
from pathways.models import Pathway, Skill

ANY = ("", "Any")
RATINGS = (ANY, ("4", "4 stars and more"), ("4.5", "4.5 stars and more"))
WITHIN = (ANY, ("1", "Today or tomorrow"), ("3", "Within 3 days"), ("7", "Within a week"), ("14", "Within two weeks"))
DAYS = (
    ("", "Any day"), ("weekdays", "Weekdays"), ("weekend", "Weekends"), ("0", "Mondays"), ("1", "Tuesdays"),
    ("2", "Wednesdays"), ("3", "Thursdays"), ("4", "Fridays"), ("5", "Saturdays"), ("6", "Sundays"),
)  # fmt: skip
WEEKDAYS = {"": (), "weekdays": (0, 1, 2, 3, 4), "weekend": (5, 6), **{str(day): (day,) for day in range(7)}}
HOURS = {"": (0, 24), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}
FROM_OR_UNTIL = re.compile(r"(after|before)([1-9]|1[0-9]|2[0-3])")
TIMES = (
    ("", "Any time"), ("morning", "Mornings"), ("afternoon", "Afternoons"), ("evening", "Evenings from 18:00"),
    ("before9", "Before 9:00"),
)  # fmt: skip
FORMATS = (("", "Remote or in person"), ("remote", "Remote"), ("in_person", "In person"))
DISTANCES = {"km": ("10", "25", "50", "100", "150"), "miles": ("10", "25", "50", "100")}
USUAL_DISTANCE = {"km": "50", "miles": "25"}
LONGEST_DISTANCE = 500
MILES_PER_KM = 0.621371
SORT_CHOICES = (("", "Recommended"), *SORTS.items())
TYPED = ("place", "max_rate", "date")
MOST_PANELS = 500  # kept in memory, of about 15 kB each
MAIN = ("service", "day", "time", "place", "km", "miles", "max_rate", "currency")  # the filters that are always shown


def parsed_area(text: str) -> Area | None:
    """Returns the area in `south,west,north,east`, in degrees, or None if that is not an area on Earth."""
    try:
        south, west, north, east = (float(part) for part in text.split(","))
    except ValueError:
        return None
    is_on_earth = -90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180
    return Area(south, west, north, east) if is_on_earth else None


@dataclass(frozen=True)
class Chip:
    """An active filter: its field, what it says, and the parameters to drop from the address to remove it."""

    name: str
    label: str
    parameters: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.parameters or (self.name,)


class FilterField(forms.ChoiceField):
    """A list of choices of which none has to be chosen."""

    widget = QuickSelect

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> FilterField:
        """Copies the field for a form without its list of choices, which forms replace and never change."""
        return forms.Field.__deepcopy__(self, memo)

    def offer(self, rows: list[tuple[str, str]]) -> None:
        """Sets the choices as `choices` does, without looking at each of them: they are pairs."""
        self._choices = rows
        cast("QuickSelect", self.widget).choices = rows


@dataclass(frozen=True)
class FilterChoices:
    """The choices of the filters that staff can change, and the filters that were rendered with them, by their values."""

    rows: Mapping[str, list[tuple[str, str]]]
    panels: dict[tuple[Any, ...], SafeString] = field(default_factory=dict)


@kept_for_a_minute
def filter_choices() -> FilterChoices:
    """Returns the choices. Four queries in a minute."""
    rows: dict[str, Any] = {
        "service": Service.objects.filter(is_offered=True),
        "pathway": Pathway.objects.open(),
        "skill": Skill.objects.open(),
        "role": ProfessionalRole.objects.filter(is_offered=True),
    }
    return FilterChoices({name: [ANY, *queryset.values_list("slug", "name")] for name, queryset in rows.items()})


class DiscoverForm(forms.Form):
    q = forms.CharField(
        required=False, max_length=MAX_LENGTH, label="What do you need, where and when?",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )  # fmt: skip
    service = FilterField(label="What")
    day = FilterField(label="When", choices=DAYS)
    time = FilterField(label="Time of day", choices=TIMES)
    place = PlaceField(label="Where", placeholder="A town")
    km = FilterField(label="Within")
    miles = FilterField(label="Within")
    max_rate = forms.DecimalField(required=False, label="Price up to", min_value=0, max_digits=9, decimal_places=2)
    currency = FilterField(label="Currency")
    format = FilterField(label="Remote or in person", choices=FORMATS)
    language = FilterField(label="Language", choices=[ANY, *LANGUAGES])
    date = DateField(
        required=False, label="On a date", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Enter a date like 2026-12-24."},
    )  # fmt: skip
    free = FilterField(label="Available", choices=WITHIN)
    pathway = FilterField(label="Pathway")
    skill = FilterField(label="Skill")
    role = FilterField(label="Trade")
    category = FilterField( label="Session", choices=[ANY, *((value, label) for value, label in SessionType.Category.choices)])  # fmt: skip
    rating = FilterField(label="Stars", choices=RATINGS)
    verified = forms.BooleanField(required=False, label="Only verified builders")
    sort = FilterField(label="Order", choices=SORT_CHOICES)
    area = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, zone: str, unit: str = "km", currencies: Collection[str] = (), currency: str = "EUR"
    ) -> None:
        values = data.copy()
        self.unit = next((name for name in DISTANCES if values.get(name)), unit)
        self.zone, self.default_currency = zone, currency
        values.setdefault("currency", currency)
        values.setdefault(self.unit, USUAL_DISTANCE[self.unit])
        values["q"] = values.get("q", "")[:MAX_LENGTH]
        super().__init__(values, auto_id="id_%s")
        del self.fields["miles" if self.unit == "km" else "km"]
        self.currencies = sorted(currencies or per_dollar())
        self.known = filter_choices()
        choices = {
            **self.known.rows,
            "currency": [(code, code) for code in self.currencies],
            self.unit: _distance_choices(self.unit, values[self.unit]),
            "time": _time_choices(values.get("time", "")),
        }
        for name, rows in choices.items():
            cast("FilterField", self.fields[name]).offer(rows)
        for entry in self.fields.values():
            setattr(entry, "is_plain", True)  # noqa: B010  (hides “optional”, as every field is)
        self.map_area: Area | None = None

    @property
    def panel(self) -> SafeString:
        """The filters as HTML, rendered once in a minute for the same values, unless somebody has typed one of them."""
        names = [name for name in self.fields if name not in ("q", "area")]
        key = (*self.currencies, *((name, self.data.get(name) or "") for name in names))
        html = self.known.panels.get(key)
        if html is None:
            html = render_to_string("marketplace/_filters.html", {"form": self})
            is_chosen = not self.errors and not any(self.data.get(name) for name in TYPED)
            if is_chosen and len(self.known.panels) < MOST_PANELS:
                self.known.panels[key] = html
        return html

    def clean_area(self) -> str:
        """Reads the area that the map has written; drops anything else."""
        self.map_area = parsed_area(str(self.cleaned_data["area"]))
        return str(self.cleaned_data["area"]) if self.map_area else ""

    def filters(self, now: datetime) -> Filters:
        """Returns the filters of the valid fields."""
        self.is_valid()
        cleaned = self.cleaned_data
        text = cleaned.get("q", "")
        return Filters(
            words=text,
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
            miles=int(self.distance) * (MILES_PER_KM if self.unit == "km" else 1.0),
            area=self.map_area,
            is_verified=bool(cleaned.get("verified")),
            languages=[cleaned["language"]] if cleaned.get("language") else [],
            format=cleaned.get("format", ""),
            days=int(cleaned["free"]) if cleaned.get("free") else None,
            windows=self.windows(now),
            sort=cleaned.get("sort") or (search.RELEVANCE if text.strip() else search.RATING),
        )

    @property
    def distance(self) -> str:
        """The radius around the place, in the form's unit."""
        return self.cleaned_data.get(self.unit) or USUAL_DISTANCE[self.unit]

    def windows(self, now: datetime, *, without: Collection[str] = ()) -> list[tuple[int, int]]:
        """Returns the windows of the chosen date, or of the chosen weekdays, between the chosen hours."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if name not in without}
        hours = hours_of(cleaned.get("time") or "")
        if cleaned.get("date"):
            return [search.on(cleaned["date"], *hours, ZoneInfo(self.zone))]
        if cleaned.get("day") or cleaned.get("time"):
            return search.at_times(WEEKDAYS[cleaned.get("day") or ""], *hours, self.zone, now)
        return []

    def labels(self, name: str) -> dict[str, str]:
        field: Any = self.fields[name]
        return {str(value): str(label) for value, label in field.choices}

    @property
    def main(self) -> list[forms.BoundField]:
        """The filters by what, when, where and price."""
        return [self[name] for name in MAIN if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """The other filters."""
        return [self[name] for name in self.fields if name not in (*MAIN, "q", "sort", "area")]

    @property
    def is_more_open(self) -> bool:
        """Whether one of the other filters is set or wrong, so that they are shown."""
        return any(field.errors or self.cleaned_data.get(field.name) for field in self.more)

    @property
    def chips(self) -> list[Chip]:
        """The active filters."""
        cleaned = self.cleaned_data
        names = (
            "service",
            "pathway",
            "skill",
            "role",
            "category",
            "rating",
            "free",
            "day",
            "time",
            "format",
            "language",
        )
        chips = [Chip(name, self.labels(name).get(cleaned[name], cleaned[name])) for name in names if cleaned.get(name)]
        if cleaned.get("language"):
            chips[-1] = Chip("language", f"Speaks {chips[-1].label}")
        if cleaned.get("date"):
            chips.append(Chip("date", f"On {cleaned['date']:%-d %B %Y}"))
        if cleaned.get("max_rate") is not None:
            currency = cleaned.get("currency") or self.default_currency
            money = Money(rounded(cleaned["max_rate"], currency), currency).shown().removesuffix(".00")
            chips.append(Chip("max_rate", f"At most {money} an hour", ("max_rate", "currency")))
        if cleaned.get("place"):
            label = f"Within {self.distance} {self.unit} of {cleaned['place']}"
            chips.append(Chip("place", label, ("place", "km", "miles")))
        if self.map_area is not None:
            chips.append(Chip("area", "In this part of the map"))
        if cleaned.get("verified"):
            chips.append(Chip("verified", "Verified"))
        return chips


def _distance_choices(unit: str, chosen: str) -> list[tuple[str, str]]:
    """Returns the radii to choose from, with the chosen one if it is another whole number."""
    distances = {int(distance) for distance in DISTANCES[unit]}
    if re.fullmatch(r"[0-9]{1,3}", chosen) and 1 <= int(chosen) <= LONGEST_DISTANCE:
        distances.add(int(chosen))
    return [(str(distance), f"{distance} {unit}") for distance in sorted(distances)]


def _time_choices(chosen: str) -> list[tuple[str, str]]:
    """Returns the times of day to choose from, with the chosen one if it is another hour, such as `after19`."""
    match = FROM_OR_UNTIL.fullmatch(chosen)
    if match is None or chosen in dict(TIMES):
        return list(TIMES)
    return [*TIMES, (chosen, f"{'From' if match[1] == 'after' else 'Before'} {match[2]}:00")]


def hours_of(time: str) -> tuple[int, int]:
    """Returns the hours between which a session has to fit."""
    if match := FROM_OR_UNTIL.fullmatch(time):
        return (int(match[2]), 24) if match[1] == "after" else (0, int(match[2]))
    return HOURS[time]
