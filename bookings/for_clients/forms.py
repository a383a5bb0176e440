"""The form with which a builder books a session for a client."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models import User
from bookings.agreement.requests import Contact
from bookings.clients.queries import clients_of
from coaching.models import SessionType
from coaching.quotes import offered_minutes
from coaching.terms import offer_of, terms_of
from core.form_fields import NameFormField
from core.forms import DateField
from core.zones import local_time
from scheduling.intervals import instant
from scheduling.loading import moment

REMOTE, IN_PERSON = "remote", "in_person"
ASK, AT_ONCE = "ask", "at_once"
MOST_CLIENTS = 200  # in the list; others are found by their address


class BookForClientForm(forms.Form):
    """Asks for whom, what, when and where, and whether the client is asked first."""

    client = forms.ChoiceField(label="Client", required=False)
    name = NameFormField(label="Name", max_length=80, required=False, help_text="For a new client.")
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        required=False,
        help_text="For a new client. We send the invitation there.",
    )
    session_type = forms.ChoiceField(label="Session")
    minutes = forms.IntegerField(
        label="Length in minutes",
        required=False,
        min_value=1,
        max_value=1440,
        help_text="Leave this empty for the usual length.",
    )
    day = DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label="Start", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.ChoiceField(
        label="Where", choices=[(REMOTE, "Remote, by video"), (IN_PERSON, "In person")], widget=forms.RadioSelect
    )
    location = forms.CharField(
        label="Address",
        max_length=200,
        required=False,
        help_text=("Only for sessions in person. Leave this empty for your own address."),
    )
    asks = forms.ChoiceField(
        label="Ask first?",
        choices=[(ASK, "Ask the client to accept the price and terms"), (AT_ONCE, "Book it at once")],
        widget=forms.RadioSelect,
        help_text="Only clients who have booked with you before can be booked at once. They can cancel for free.",
    )

    def __init__(self, data: Any = None, *, builder: User, **options: Any) -> None:
        super().__init__(data, **options)
        self.builder = builder
        people = clients_of(builder).filter(is_active=True).order_by("display_name", "pk")[:MOST_CLIENTS]
        self.clients = {str(person.pk): person for person in people}
        loaded = SessionType.objects.filter(builder=builder, is_active=True).complete()
        self.types = {
            str(kind.pk): kind for kind in loaded.select_related("builder__builder_profile", "builder__offer")
        }
        choices = [(key, f"{person.display_name} ({person.email})") for key, person in self.clients.items()]
        self._set_choices("client", [("", "A new client"), *choices])
        self._set_choices("session_type", [(key, kind.title) for key, kind in self.types.items()])
        self.fields["time"].help_text = f"In {local_time(builder.timezone)}. It can be outside your working hours."

    def _set_choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not values.get("client") and not self.errors:
            for name, problem in (
                ("name", "Enter a name for the client."),
                ("email", "Enter an email address for the client."),
            ):
                if not values.get(name):
                    self.add_error(name, problem)
        return values

    @property
    def chosen_client(self) -> User | None:
        return self.clients.get(self.cleaned_data["client"])

    @property
    def contact(self) -> Contact | None:
        values = self.cleaned_data
        return None if values["client"] else Contact(values["name"], values["email"].lower())

    @property
    def chosen_type(self) -> SessionType:
        return self.types[self.cleaned_data["session_type"]]

    @property
    def chosen_minutes(self) -> int:
        """The length, or else the usual one if it is offered, or else the first that is."""
        kind = self.chosen_type
        offered = offered_minutes(terms_of(kind, offer_of(self.builder.pk)))
        usual = kind.default_minutes if kind.default_minutes in offered or not offered else offered[0]
        return int(self.cleaned_data["minutes"] or usual)

    @property
    def start(self) -> datetime:
        time, zone = self.cleaned_data["time"], ZoneInfo(self.builder.timezone)
        return moment(instant(self.cleaned_data["day"], time.hour * 60 + time.minute, zone))
