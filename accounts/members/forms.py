"""The forms of members: the data, the list's filters, merging and importing. The rules stand in `members.rules`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.members import rules
from accounts.members.lookups import DESIGNATIONS, MEMBER_TYPES, STATE_CHOICES, MemberStatus
from accounts.members.queries import REMIND_AT, MemberFilters
from accounts.members.rules import written
from accounts.members.tables import MOST_BYTES, MOST_ROWS
from accounts.models import Member
from core.form_fields import LineFormField

BLANK = ("", "Choose")


def _text(name: str, help_text: str = "", **attributes: str) -> forms.CharField:
    """Returns a field for one line, whose length `members.rules` checks like everything else."""
    widget = forms.TextInput(attrs={"autocomplete": "off", **attributes})
    return forms.CharField(label=rules.BY_NAME[name].label, help_text=help_text, required=False, widget=widget)


def _leave_out_optional(form: forms.Form) -> None:
    """Shows no field as optional: in a filter all are, and in a member's data it depends on the type."""
    for field in form.fields.values():
        setattr(field, "is_plain", True)  # noqa: B010  (the type of fields has no such attribute)


class MemberForm(forms.Form):
    """The data of a member as texts. `members.services.parsed` reads and refuses them."""

    member_key = _text("member_key", "The ID that your MLS gave the member, such as 204517.")
    full_name = _text("full_name", "As it is on the licence.")
    email = _text("email", inputmode="email")
    member_status = forms.ChoiceField(label="Status", choices=MemberStatus.choices, required=False)
    member_type = forms.ChoiceField(
        label="Type", choices=[BLANK, *((name, name) for name in MEMBER_TYPES)], required=False,
        help_text="Licensed types also need a licence and a company.",
    )  # fmt: skip
    license_number = _text("license_number", "Separate several with “, ”.")
    license_state = forms.ChoiceField(label="Licence state", choices=[BLANK, *STATE_CHOICES], required=False)
    license_expires = forms.CharField(
        label="Licence expires", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    company_name = _text("company_name", "The legal name of the brokerage.")
    office_name = _text("office_name", "The branch, if there are several.")
    designations = forms.MultipleChoiceField(
        label="Designations", choices=[(name, name) for name in DESIGNATIONS], required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "one-a-line"}),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, member: Member | None = None, defaults: Mapping[str, str] | None = None
    ) -> None:
        shown: dict[str, Any] = dict(defaults or {})
        if member is not None:
            shown = {name: written(getattr(member, name)) for name in rules.NAMES}
            shown |= {"designations": member.designations, "shows_on_profile": member.shows_on_profile}
        super().__init__(data, initial=shown)
        _leave_out_optional(self)

    def texts(self) -> dict[str, str]:
        """Returns what was typed, by field."""
        return {name: written(self.cleaned_data.get(name) or "") for name in rules.NAMES}


class OwnMemberForm(MemberForm):
    """The same for a builder, who also chooses whether clients see it."""

    shows_on_profile = forms.BooleanField(
        label="Show my company, licence and designations on my page", required=False,
        help_text="Clients see them while your status is Active. A licence that has expired is not shown.",
    )  # fmt: skip


class StaffMemberForm(MemberForm):
    """The same for an admin, who may save a member that lacks something."""

    allows_incomplete = forms.BooleanField(
        label="Save it although something is missing",
        required=False,
        help_text="The report then lists it as incomplete.",
    )


EXPIRING = [("", "Any"), ("-1", "Expired"), *((str(days), f"Within {days} days") for days in sorted(REMIND_AT))]


class MemberFilterForm(forms.Form):
    """The filters of the list. Choices that do not exist are ignored."""

    q = forms.CharField(
        label="Search", required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Name, key or licence"}),
    )  # fmt: skip
    status = forms.ChoiceField(label="Status", choices=[("", "All"), *MemberStatus.choices], required=False)
    member_type = forms.ChoiceField(
        label="Type", choices=[("", "All"), *((name, name) for name in MEMBER_TYPES)], required=False
    )
    office = forms.CharField(label="Company or office", required=False, max_length=255)
    expiring = forms.TypedChoiceField(
        label="Licence expires", choices=EXPIRING, required=False, coerce=int, empty_value=None
    )
    show = forms.ChoiceField(
        label="Only", choices=[("", "All"), ("incomplete", "Incomplete"), ("duplicate", "Possible duplicates")],
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _leave_out_optional(self)

    def filters(self) -> MemberFilters:
        """Returns what was chosen; a field with a refused value does not filter."""
        self.is_valid()
        return MemberFilters(**{name: value for name, value in self.cleaned_data.items() if value is not None})


class MergeForm(forms.Form):
    keep = forms.ChoiceField(
        label="Which one stays?", widget=forms.RadioSelect(attrs={"class": "one-a-line"}),
        help_text="It keeps its values, and gets those that it lacks from the other one, but no part of another licence.",
        error_messages={"required": "Choose the one that stays.", "invalid_choice": "Choose the one that stays."},
    )  # fmt: skip
    reason = LineFormField(
        label="Why are they the same person?", max_length=500,
        error_messages={"required": "Say why they are the same person."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, members: tuple[Member, Member], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(member.pk), f"{member.full_name}, key {member.member_key}") for member in members]
        field = self.fields["keep"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class ImportForm(forms.Form):
    """A CSV file, and whether rows that lack something for their type are taken too."""

    file = forms.FileField(
        label="CSV file",
        help_text=f"At most {MOST_ROWS:,} rows and {MOST_BYTES // 1024 // 1024} MB, in UTF-8. The first line names the columns.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )
    allows_incomplete = forms.BooleanField(
        label="Take rows that lack something for their type", required=False,
        help_text="Name, key, status and type are always needed. The report lists what is missing.",
    )  # fmt: skip

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Split it into several files."
            )
        return file
