"""Forms to connect a calendar or an account with calendars, and to change how it is read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from connections.caldav import providers
from connections.models import AccountCalendar, Connection
from core.names import tidy

PATIENCE = [(30, "30 minutes"), (60, "1 hour"), (120, "2 hours"), (360, "6 hours"), (1440, "1 day")]
NOWHERE = ""


class ReadingForm(forms.ModelForm[Connection]):
    """How a connection is named and read, whatever kind it is."""

    patience = forms.TypedChoiceField(
        label="If it cannot be read for longer than", coerce=int, choices=PATIENCE, initial=120
    )

    class Meta:
        model = Connection
        fields = ["name", "counts_all_day", "when_unread"]
        labels = {"name": "Name", "when_unread": "Then"}
        help_texts = {
            "name": "For example, “Family” or “Work”. Only you can see it.",
            "counts_all_day": (
                "Birthdays and holidays are often all-day events that are marked as free. Tick this to block "
                "those days too."
            ),
        }
        error_messages: dict[str, Any] = {"name": {"required": "Give the calendar a name."}}
        widgets = {"when_unread": forms.RadioSelect(attrs={"class": "one-a-line"})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        when_unread = self.fields["when_unread"]
        assert isinstance(when_unread, forms.ChoiceField)
        when_unread.choices = Connection.Unread.choices
        if not self.is_new:
            self.initial["patience"] = self.instance.patience

    @property
    def is_new(self) -> bool:
        return self.instance._state.adding

    def clean_name(self) -> str:
        name = tidy(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Give the calendar a name.", code="required")
        return name


class CalendarForm(ReadingForm):
    """A calendar at a secret address."""

    address = forms.CharField(
        label="Secret calendar address",
        max_length=2_000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="It begins with https:// or webcal://. Waymark stores it encrypted and never shows it again.",
        error_messages={"required": "Paste the secret address of your calendar."},
    )

    field_order = ("name", "address", "counts_all_day", "patience", "when_unread")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_new:
            address = self.fields["address"]
            address.required = False
            address.label = "New secret address"
            address.help_text = "Leave this empty to keep the current one."


class AccountForm(ReadingForm):
    """An account with calendars, which is opened by a name and an app password."""

    provider = forms.ChoiceField(
        label="Service",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where your calendars are."},
    )
    address = forms.CharField(
        label="Address of the server",
        required=False,
        max_length=2_000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="Only for Nextcloud and other servers. For example, https://cloud.example.com.",
    )
    username = forms.CharField(
        label="Name",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        help_text="The name that you use to sign in there. This is often your email address.",
        error_messages={"required": "Enter the name that you sign in with there."},
    )
    password = forms.CharField(
        label="App password",
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=(
            "Create one for Waymark in the settings of your account. Waymark stores it encrypted and never "
            "shows it again."
        ),
        error_messages={"required": "Enter an app password."},
    )

    field_order = ("provider", "address", "username", "password", "name", "counts_all_day", "patience", "when_unread")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ChoiceField)
        provider.choices = [(provider.key, provider.name) for provider in providers.providers()]
        self.fields["name"].label = "What to call this account"
        self.fields["name"].help_text = "Only you can see it."
        if self.instance.account_id is not None:
            for name in ("provider", "address", "username", "password"):
                del self.fields[name]
        elif not self.is_new:
            del self.fields["provider"]
            self.initial["username"] = self.instance.username
            self.fields["address"].label = "New address of the server"
            self.fields["address"].help_text = "Leave this empty to keep the current one."
            self.fields["password"].label = "New app password"
            self.fields["password"].help_text = "Leave this empty to keep the current one."
            self.fields["password"].required = False

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if ":" in username:
            raise forms.ValidationError("A name cannot contain a colon.", code="colon")
        return username

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        provider = data.pop("provider", None) if self.is_new else "other"
        if provider is not None and "address" in data:
            data["address"] = providers.server_address(provider, data["address"])
            if self.is_new and not data["address"]:
                self.add_error("address", "Enter the address of the server.")
        return data


class ChooseCalendarsForm(forms.Form):
    """Which calendars of an account count, and into which one confirmed sessions are written."""

    counted = forms.MultipleChoiceField(
        label="Calendars that count",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="When one of these says that you are busy, nobody can book you.",
    )
    written = forms.ChoiceField(
        label="Add confirmed sessions to",
        required=False,
        widget=forms.RadioSelect,
        help_text="They are moved and removed with the booking. You can choose one calendar in all your accounts.",
    )

    def __init__(self, calendars: list[AccountCalendar], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        counted, written = self.fields["counted"], self.fields["written"]
        assert isinstance(counted, forms.MultipleChoiceField)
        assert isinstance(written, forms.ChoiceField)
        counted.choices = [(str(calendar.pk), calendar.name) for calendar in calendars]
        written.choices = [
            (NOWHERE, "None of these"),
            *((str(calendar.pk), calendar.name) for calendar in calendars if calendar.can_write),
        ]
        self.initial["counted"] = [str(calendar.pk) for calendar in calendars if calendar.counts]
        self.initial["written"] = next((str(calendar.pk) for calendar in calendars if calendar.is_written), NOWHERE)

    def clean_counted(self) -> set[UUID]:
        return {UUID(pk) for pk in self.cleaned_data["counted"]}

    def clean_written(self) -> UUID | None:
        return UUID(self.cleaned_data["written"]) if self.cleaned_data["written"] else None
