"""The form for what a builder needs to know before a session."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from bookings.agreement.requests import LONGEST_ANSWER, BookingRequest, Contact
from bookings.models import Project
from coaching.models import Question, SessionType
from core.forms import NameFormField
from pathways.models import Pathway

REMOTE, IN_PERSON = "remote", "in_person"


class DetailsForm(forms.Form):
    """The third step: where, what for, the builder's questions, and who a guest is."""

    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people do not see it, programs fill it in

    def __init__(self, data: Any = None, *, session_type: SessionType, person: Any, **options: Any) -> None:
        super().__init__(data, **options)
        self.session_type, self.person = session_type, person
        self.questions = [question for question in session_type.questions.all() if question.is_asked]
        if person is None:
            self._add_guest()
        self._add_place()
        self._add_pathway()
        for question in self.questions:
            self.fields[_name(question)] = _field_of(question)
        self._add_project()
        self.fields["notes"] = forms.CharField(
            label=f"Anything else {session_type.builder.display_name} should know", required=False, max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip

    def _add_guest(self) -> None:
        self.fields["name"] = NameFormField(
            label="Your name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"}),
            error_messages={"required": "Enter your name."},
        )  # fmt: skip
        self.fields["email"] = forms.EmailField(
            label="Email address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            help_text="The confirmation goes there. No account is needed.",
            error_messages={"required": "Enter your email address.", "invalid": "Enter an email address like name@example.com."},
        )  # fmt: skip

    def _add_place(self) -> None:
        found = self.session_type
        if found.is_remote and found.is_in_person:
            self.fields["way"] = forms.ChoiceField(
                label="Where", choices=[(REMOTE, "Remote, by video"), (IN_PERSON, f"In person, {found.address}")], widget=forms.RadioSelect,
                initial=REMOTE,
            )  # fmt: skip

    def _add_pathway(self) -> None:
        """For sessions of a pathway always; for others of somebody who is on one, if they like."""
        found = self.session_type
        is_needed = found.category == SessionType.Category.PATHWAY
        if self.person is None:
            return
        offered = list(found.pathways.all()) or list(Pathway.objects.open())
        choices = [(pathway.slug, pathway.name) for pathway in offered]
        if is_needed:
            self.fields["pathway"] = forms.ChoiceField(
                label="Your pathway", choices=choices, widget=forms.RadioSelect, initial=choices[0][0]
            )
        else:
            self.fields["pathway"] = forms.ChoiceField(
                label="Is it a step on a pathway?", choices=[("", "No"), *choices], required=False
            )

    def _add_project(self) -> None:
        """One of their own; nothing where there is none."""
        mine = Project.objects.filter(client=self.person, closed_at__isnull=True) if self.person else ()
        choices = [(str(project.pk), project.title) for project in mine]
        if choices:
            self.fields["project"] = forms.ChoiceField(
                label="Is it for one of your projects?", choices=[("", "No"), *choices], required=False
            )

    def booking_request(
        self, *, start: datetime, minutes: int, rate_type: str | None, timezone: str, form_key: UUID
    ) -> BookingRequest:
        """The valid form as a request for a booking."""
        told = self.cleaned_data
        usual = REMOTE if self.session_type.is_remote else IN_PERSON
        slug = told.get("pathway")
        return BookingRequest(
            session_type=self.session_type,
            start=start,
            minutes=minutes,
            rate_type=rate_type,
            timezone=timezone,
            is_remote=told.get("way", usual) == REMOTE,
            pathway=Pathway.objects.filter(slug=slug).first() if slug else None,
            answers={question.pk: told[_name(question)] for question in self.questions if _name(question) in told},
            notes=told.get("notes", ""),
            guest=Contact(told["name"], told["email"].lower()) if "email" in told else None,
            project=Project.objects.filter(pk=told["project"], client=self.person).first()
            if told.get("project")
            else None,
            form_key=form_key,
        )

    @property
    def typed(self) -> dict[str, str]:
        """What was typed into its fields, right or wrong."""
        return {name: str(self.data[name]) for name in self.fields if name in self.data and name != "website"}

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What was typed, for the review: question and answer, without what was left empty."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if name == "website" or value in (None, ""):
                continue
            choices = dict(getattr(field, "choices", []))
            words = {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(choices.get(value, value))
            found.append((str(field.label), words))
        return found


def _name(question: Question) -> str:
    return f"question_{question.pk}"


def _field_of(question: Question) -> forms.Field:
    needed = {"required": "Answer this question."}
    if question.kind == Question.Kind.CHECKBOX:
        return forms.BooleanField(label=question.label, required=question.is_required, error_messages={"required": "This has to be ticked."})  # fmt: skip
    if question.kind == Question.Kind.DROPDOWN:
        choices = [("", "Choose one"), *((option, option) for option in question.options)]
        return forms.ChoiceField(
            label=question.label, required=question.is_required, choices=choices, error_messages=needed
        )
    return forms.CharField(
        label=question.label, required=question.is_required, max_length=LONGEST_ANSWER, error_messages=needed,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
