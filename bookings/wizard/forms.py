"""The form for what a builder needs to know before a session."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms

from accounts.forms import PlaceField
from bookings.agreement.requests import (
    MAX_ANSWER_LENGTH,
    MAX_EMAIL_LENGTH,
    MAX_NAME_LENGTH,
    MAX_NOTES_LENGTH,
    BookingRequest,
    Contact,
    details_errors,
)
from bookings.meetings.places import AT_BUILDER, AT_CLIENT, why_too_far
from bookings.models import Project
from coaching.models import Question, SessionType
from core.characters import validate_characters
from core.form_fields import LineFormField
from core.names import tidy
from pathways.models import Pathway
from scheduling.claims import Visitor

REMOTE, IN_PERSON = "remote", "in_person"


class _Parsed:
    """A form field that only parses: what is required, allowed and too long, `bookings.agreement.requests` decides."""

    def validate(self, value: Any) -> None:
        """Accepts every value."""


class _Text(_Parsed, forms.CharField):
    pass


class _Line(_Text):
    default_validators = [validate_characters]

    def clean(self, value: Any) -> Any:
        return tidy(super().clean(value))


class _Choice(_Parsed, forms.ChoiceField):
    pass


class _Tick(_Parsed, forms.BooleanField):
    pass


class PlaceSelect(forms.RadioSelect):
    """Large choices with an icon, since the place changes most what a client has to do."""

    template_name = "bookings/meetings/_place_select.html"


def place_choices(session_type: SessionType) -> list[tuple[str, str]]:
    """Returns where the session can be, as (value of the field, label)."""
    name = session_type.builder.display_name
    choices = [(REMOTE, "Remote, by video")] if session_type.is_remote else []
    offered = session_type.in_person_places
    if AT_BUILDER in offered:
        choices.append((IN_PERSON, f"In person, {session_type.address}"))
    if AT_CLIENT in offered:
        miles = session_type.travel_miles
        choices.append(
            (AT_CLIENT, f"At your place, {name} comes to you" + (f" (up to {miles} miles)" if miles else ""))
        )
    return choices


class DetailsForm(forms.Form):
    """The third step: place, pathway, the builder's questions and, for a guest, name and email address."""

    website = forms.CharField(
        required=False, widget=forms.HiddenInput
    )  # hidden from people; programs that fill it in are refused

    def __init__(self, data: Any = None, *, session_type: SessionType, person: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.session_type, self.person = session_type, person
        self.pathways: dict[str, Pathway] = {}
        self.projects: dict[str, Project] = {}
        self.questions = [question for question in session_type.questions.all() if question.is_asked]
        if person is None:
            self._add_guest()
        self._add_place()
        self._add_pathway()
        for question in self.questions:
            self.fields[field_name(question)] = _field_for(question)
        self._add_project()
        self.fields["notes"] = _Text(
            label=f"Anything else {session_type.builder.display_name} should know", required=False,
            widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_NOTES_LENGTH}),
        )  # fmt: skip

    def _add_guest(self) -> None:
        self.fields["name"] = _Line(
            label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": MAX_NAME_LENGTH})
        )
        self.fields["email"] = _Line(
            label="Email address",
            widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": MAX_EMAIL_LENGTH}),
            help_text="We will send the confirmation there. You do not need an account.",
        )

    def _add_place(self) -> None:
        """Adds the choice of a place, if there are several, and the fields for the client's address, if it can be there."""
        choices = place_choices(self.session_type)
        if len(choices) > 1:
            self.fields["place"] = forms.ChoiceField(
                label="Where", choices=choices, widget=PlaceSelect, initial=choices[0][0]
            )
        if AT_CLIENT in dict(choices):
            is_only = len(choices) == 1
            self.fields["street"] = LineFormField(
                label="Street and number", max_length=100, required=is_only,
                widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
                error_messages={"required": "Enter the street and number."},
                help_text="Only the builder sees your address." if is_only else "If the session is at your place. Only the builder sees your address.",
            )  # fmt: skip
            self.fields["town"] = PlaceField(label="Town")
            for name in ("street", "town"):
                setattr(self.fields[name], "is_plain", True)  # noqa: B010  (needed or not by the choice above)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "street" not in self.fields or self._place(cleaned) != AT_CLIENT:
            return cleaned
        if not cleaned.get("street") and "street" not in self.errors:
            self.add_error("street", "Enter the street and number.")
        town = cleaned.get("town")
        if town is None and "town" not in self.errors:
            self.add_error("town", "Enter your town.")
        if town and (sentence := why_too_far(self.session_type, town)):
            self.add_error("town", sentence)
        return cleaned

    def _place(self, values: dict[str, Any]) -> str:
        return str(values.get("place") or place_choices(self.session_type)[0][0])

    def _add_pathway(self) -> None:
        """Adds the choice of a pathway: required for a pathway session, optional for others, left out for guests."""
        session_type = self.session_type
        is_needed = session_type.category == SessionType.Category.PATHWAY
        if self.person is None:
            return
        offered = list(session_type.pathways.all()) or list(Pathway.objects.open())
        self.pathways = {pathway.slug: pathway for pathway in offered}
        choices = [(pathway.slug, pathway.name) for pathway in offered]
        if is_needed:
            self.fields["pathway"] = _Choice(
                label="Your pathway", choices=choices, widget=forms.RadioSelect, initial=choices[0][0]
            )
        else:
            self.fields["pathway"] = forms.ChoiceField(
                label="Is this session part of a pathway?", choices=[("", "No"), *choices], required=False
            )

    def _add_project(self) -> None:
        """Adds the choice of one of the client's open projects, if there are any."""
        mine = Project.objects.filter(client=self.person, closed_at__isnull=True) if self.person else ()
        self.projects = {str(project.pk): project for project in mine}
        choices = [(key, project.title) for key, project in self.projects.items()]
        if choices:
            self.fields["project"] = forms.ChoiceField(
                label="Is this session for one of your projects?", choices=[("", "No"), *choices], required=False
            )

    def booking_request(
        self, *, start: datetime, minutes: int, rate_type: str | None, timezone: str, form_key: UUID
    ) -> BookingRequest:
        """Returns the valid form as a request for a booking."""
        values = self.cleaned_data
        chosen = self._place(values)
        is_at_client = chosen == AT_CLIENT
        return BookingRequest(
            session_type=self.session_type,
            start=start,
            minutes=minutes,
            rate_type=rate_type,
            timezone=timezone,
            is_remote=chosen == REMOTE,
            in_person_at={IN_PERSON: AT_BUILDER, AT_CLIENT: AT_CLIENT}.get(chosen, ""),
            location=f"{values['street']}, {values['town']}" if is_at_client else "",
            town=values["town"] if is_at_client else None,
            pathway=self.pathways.get(values.get("pathway", "")),
            answers={
                question.pk: values[field_name(question)]
                for question in self.questions
                if field_name(question) in values
            },
            notes=values.get("notes", ""),
            guest=Contact(values["name"], values["email"].lower()) if "email" in values else None,
            project=self.projects.get(values.get("project", "")),
            form_key=form_key,
        )

    def is_complete(self, visitor: Visitor) -> bool:
        """Whether everything is typed that a booking needs. What is wrong or missing is shown beside its field."""
        if not self.is_valid():
            return False
        anytime: dict[str, Any] = {"start": datetime.now(UTC), "minutes": 0, "rate_type": None, "timezone": "UTC"}
        errors = details_errors(self.booking_request(**anytime, form_key=uuid4()), visitor)
        for name, messages in errors.items():
            self.add_error(self._field_of(name), messages)
        return not errors

    def _field_of(self, name: str) -> str | None:
        """Returns the form's field for a field of the booking request; None for the top of the form."""
        kind, _, key = name.partition(".")
        fields = {"is_remote": "place", "in_person_at": "place", "location": "street", "guest": key or "email"}
        field = f"question_{key}" if kind == "answers" else fields.get(kind, kind)
        return field if field in self.fields else None

    @property
    def typed(self) -> dict[str, str]:
        """What was typed into the fields, valid or not."""
        return {name: str(self.data[name]) for name in self.fields if name in self.data and name != "website"}

    @property
    def shown(self) -> list[tuple[str, str]]:
        """(label, answer) for each field that was filled in, to be shown in the last step beside the place."""
        rows = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name in ("website", "place", "street", "town") or value in (None, ""):
                continue
            choices = dict(getattr(field, "choices", []))
            text = {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(choices.get(value, value))
            rows.append((str(field.label), text))
        return rows


def field_name(question: Question) -> str:
    """Returns the name of the field for the answer to a question."""
    return f"question_{question.pk}"


def _field_for(question: Question) -> forms.Field:
    about: dict[str, Any] = {"label": question.label, "required": question.is_required}
    if question.kind == Question.Kind.CHECKBOX:
        return _Tick(**about)
    if question.kind == Question.Kind.DROPDOWN:
        return _Choice(**about, choices=[("", "Choose one"), *((option, option) for option in question.options)])
    return _Text(**about, widget=forms.Textarea(attrs={"rows": 2, "maxlength": MAX_ANSWER_LENGTH}))
