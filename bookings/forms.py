"""What people type on the way to a booking, and about one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from bookings.models import Booking, Project
from bookings.states import Cause
from bookings.wishes import LONGEST_ANSWER, Contact, Wish
from coaching.models import Question, SessionType
from core.forms import LineFormField, NameFormField, UploadField
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

    def wish(self, *, start: datetime, minutes: int, rate_type: str | None, timezone: str, form_key: UUID) -> Wish:
        """The valid form as a wish."""
        told = self.cleaned_data
        usual = REMOTE if self.session_type.is_remote else IN_PERSON
        slug = told.get("pathway")
        return Wish(
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


class ReasonForm(forms.Form):
    """Why something is moved, declined or cancelled. The other side reads it."""

    reason = forms.CharField(
        label="Why", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The other side reads it.",
    )  # fmt: skip


class CancelForm(ReasonForm):
    """The cause in a few words, and whatever is to be said besides."""

    field_order = ("cause", "reason")
    cause = forms.ChoiceField(label="What is it?", choices=[("", "Choose one"), *Cause.choices], required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].label = "Anything to add"


class EndSeveralForm(ReasonForm):
    """Why a builder cancels several sessions at once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        field.required, field.help_text = True, "Each of the guests reads it."
        field.error_messages["required"] = "Say why: the guests read it."


class ReviewForm(forms.Form):
    rating = forms.TypedChoiceField(
        label="How was it?", coerce=int, widget=forms.RadioSelect,
        choices=[(5, "5 stars, excellent"), (4, "4 stars, good"), (3, "3 stars, fine"), (2, "2 stars, poor"), (1, "1 star, bad")],
        error_messages={"required": "Choose between one and five stars."},
    )  # fmt: skip
    text = forms.CharField(
        label="In words", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What helped, and what would have? Anybody can read it once it is published.",
    )  # fmt: skip


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label="Your reply", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Once, and in public.", error_messages={"required": "Write what you would like to say."},
    )  # fmt: skip


class ReportForm(forms.Form):
    report = forms.CharField(
        label="What is wrong with it?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Our support reads it. Nobody else learns that you have reported it.",
        error_messages={"required": "Say what is wrong with it."},
    )  # fmt: skip


class DeliverableForm(forms.Form):
    """A file or a link."""

    title = LineFormField(label="What is it?", max_length=120, required=False, help_text="Without one, its name.")
    file = UploadField(label="A file", required=False)
    url = forms.URLField(label="Or a link", max_length=500, required=False, assume_scheme="https",
                         error_messages={"invalid": "Enter a link like https://example.com/page."})  # fmt: skip
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(told.get("file")) == bool(told.get("url")):
            raise forms.ValidationError("Choose a file, or enter a link. One of the two.")
        if told.get("url") and not told["url"].startswith(("http://", "https://")):
            self.add_error("url", "Enter a link like https://example.com/page.")
        return told


class StatementForm(forms.Form):
    text = forms.CharField(
        label="What happened?", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Say what happened."},
        help_text="Both sides and our support read it. It cannot be changed afterwards.",
    )  # fmt: skip
    file = UploadField(label="A file that shows it", required=False)


class ResolveForm(forms.Form):
    outcome = forms.ChoiceField(
        label="How does it end?", widget=forms.RadioSelect,
        choices=[("COMPLETED", "It counts as completed"), ("CANCELLED", "It is cancelled")],
        error_messages={"required": "Choose how it ends."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="Both sides read it.",
        error_messages={"required": "Say why: both sides read it."},
    )  # fmt: skip


class ProjectForm(forms.Form):
    title = LineFormField(label="What is it called?", max_length=80, error_messages={"required": "Give it a name."})
    about = forms.CharField(
        label="What is it about?", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The builders you book for it read this.",
    )  # fmt: skip


class NoteForm(forms.Form):
    text = forms.CharField(
        label="A note", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write something to note."},
    )  # fmt: skip
    is_shared = forms.BooleanField(label="Share it with the client", required=False)


class DeclineForm(ReasonForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        field.required = True
        field.error_messages["required"] = "Say why: the client reads it, and can ask for something that fits."


def told(booking: Booking) -> list[tuple[str, str]]:
    """What was answered and noted when it was booked."""
    found = [(answer.label, answer.shown) for answer in booking.answers.all()]
    return found + ([("Notes", booking.notes)] if booking.notes else [])
