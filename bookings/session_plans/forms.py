"""The form that asks for a plan: how often, when, until when, and with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from bookings.models import SessionPlan
from bookings.models.session_plans import MAX_A_WEEK, MAX_SESSIONS
from bookings.session_plans.choices import PlanChoice
from bookings.session_plans.sentence import MAX_LENGTH, fields_in
from bookings.session_plans.services import PlanFor
from core.forms import DateField
from core.money import Money
from pathways.models import Pathway

USUAL_WEEKS = 6
PARTS = {
    "": ("At any time", 0, 24 * 60),
    "morning": ("In the mornings", 6 * 60, 12 * 60),
    "afternoon": ("In the afternoons", 12 * 60, 17 * 60),
    "evening": ("In the evenings", 17 * 60, 22 * 60),
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHOLE_DAY = 24 * 60
# The fields that show what a service refuses, by the name that it has there.
FIELD_OF = {"earliest": "part", "latest": "part", "budget": "budget", "minutes": "minutes"}


class PlanForm(forms.Form):
    """Asks in one screen for what a plan is proposed from. A sentence fills in the other fields."""

    sentence = forms.CharField(
        label="Say it in a sentence",
        required=False,
        max_length=MAX_LENGTH,
        widget=forms.TextInput(
            attrs={"placeholder": "Three evenings a week until 1 March", "autocomplete": "off", "enterkeyhint": "done"}
        ),
    )
    read = forms.CharField(required=False, max_length=MAX_LENGTH, widget=forms.HiddenInput)  # the sentence filled in
    per_week = forms.TypedChoiceField(
        label="How often",
        choices=[(number, f"{number} a week") for number in range(1, MAX_A_WEEK + 1)],
        coerce=int,
    )
    part = forms.ChoiceField(
        label="Time of day", choices=[(key, part[0]) for key, part in PARTS.items()], required=False
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Days of the week", choices=list(enumerate(DAYS)), coerce=int, required=False
    )
    last_day = DateField(
        label="Until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    session_types = forms.MultipleChoiceField(label="With", error_messages={"required": "Choose at least one builder."})
    sessions = forms.IntegerField(
        label="How many sessions",
        required=False,
        min_value=1,
        max_value=MAX_SESSIONS,
        help_text="Leave this empty for as many as fit until the last day.",
    )
    opens = forms.TimeField(
        label="Not before", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    closes = forms.TimeField(
        label="Finished by", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.TypedChoiceField(label="Length", required=False, coerce=int, empty_value=None)
    budget = forms.DecimalField(
        label="Spend at most", required=False, min_value=Decimal(0), max_digits=10, decimal_places=2
    )

    def __init__(
        self, data: Any = None, *, choices: Sequence[PlanChoice], pathway: Pathway | None, today: date, **options: Any
    ) -> None:
        self.choices, self.pathway, self.today = choices, pathway, today
        self.is_filled_in = False
        super().__init__(self._with_sentence(data), **options)
        self._set_choices("session_types", [(str(choice.key), choice.label) for choice in choices])
        lengths = sorted({minutes for choice in choices for minutes in choice.lengths})
        self._set_choices("minutes", [("", "The usual length"), *((length, f"{length} minutes") for length in lengths)])

    def _set_choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _with_sentence(self, data: Any) -> Any:
        """Returns the data with what a sentence says that was typed since the fields were last filled in from one."""
        sentence = str(data.get("sentence", "")) if data is not None else ""
        if not sentence or sentence == data.get("read"):
            return data
        copy = data.copy()
        fields = fields_in(sentence, self.today)
        if "sessions" in fields and "last_day" not in fields:
            copy["last_day"] = ""
        for name, value in fields.items():
            if isinstance(value, list):
                copy.setlist(name, value)
            else:
                copy[name] = value
        copy["read"] = sentence
        self.is_filled_in = bool(fields)
        return copy

    @property
    def chosen_types(self) -> set[str]:
        """The session types that are ticked now, as text."""
        value = self["session_types"].value() or []
        return {str(key) for key in value}

    @property
    def chosen_days(self) -> set[str]:
        return {str(day) for day in self["weekdays"].value() or []}

    @property
    def has_details(self) -> bool:
        """Whether a field below "More choices" is filled in or wrong."""
        names = ("sessions", "opens", "closes", "minutes", "budget")
        return any(self[name].value() or self[name].errors for name in names)

    def asked(self, zone: str) -> PlanFor:
        """Returns the valid form as what a plan is proposed from."""
        values = self.cleaned_data
        earliest, latest = self._hours()
        keys = [UUID(key) for key in values["session_types"]]
        return PlanFor(
            pathway=self.pathway,
            timezone=zone,
            weekdays=values["weekdays"] or list(range(7)),
            earliest=earliest,
            latest=latest,
            per_week=values["per_week"],
            session_types=[choice.key for choice in self.choices if choice.key in keys],
            last_day=values["last_day"],
            sessions=values["sessions"],
            minutes=values["minutes"],
            budget=Money(values["budget"], self.currency) if values["budget"] else None,
        )

    @property
    def currency(self) -> str:
        """The currency of the first builder, in which the budget is."""
        return self.choices[0].price.currency if self.choices else ""

    def _hours(self) -> tuple[int, int]:
        """Returns the first and the last minute of the wanted hours. Exact hours go before the part of the day."""
        values = self.cleaned_data
        _, earliest, latest = PARTS[values["part"]]
        opens, closes = values["opens"], values["closes"]
        if opens or closes:
            earliest = opens.hour * 60 + opens.minute if opens else min(earliest, _minute(closes) - 1)
            latest = _minute(closes) if closes else WHOLE_DAY
        return earliest, latest


def _minute(time: Any) -> int:
    return int(time.hour * 60 + time.minute) or WHOLE_DAY


def first_values(choices: Sequence[PlanChoice], today: date) -> dict[str, Any]:
    """Returns what a new form begins with: three evenings a week for six weeks, with the builders that come first."""
    return {
        "per_week": 3,
        "part": "evening",
        "last_day": today + timedelta(weeks=USUAL_WEEKS),
        "session_types": [str(choice.key) for choice in choices if choice.is_suggested],
    }


def values_of(plan: SessionPlan) -> dict[str, Any]:
    """Returns what was asked for in a plan, to be changed."""
    hours = (plan.earliest, plan.latest)
    part = next((key for key, (_, *span) in PARTS.items() if tuple(span) == hours), None)
    exact: Mapping[str, Any] = (
        {"part": part} if part is not None else {"opens": _clock(hours[0]), "closes": _clock(hours[1])}
    )
    return {
        "per_week": plan.per_week,
        "weekdays": [] if len(plan.weekdays) == 7 else plan.weekdays,
        "last_day": plan.last_day,
        "sessions": plan.most_sessions if plan.most_sessions < MAX_SESSIONS else None,
        "session_types": [str(key) for key in plan.session_types],
        "minutes": plan.minutes,
        "budget": plan.budget.quantize(Decimal("0.01")) if plan.budget is not None else None,
        **exact,
    }


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
