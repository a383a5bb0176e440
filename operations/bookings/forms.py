"""Forms of what staff do with a booking."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from bookings.disputes.forms import ResolveForm
from bookings.disputes.settling import choices_for
from bookings.models import Booking
from core.form_fields import LineFormField
from core.forms import DateField


class BookingReasonForm(forms.Form):
    """Asks for the reason, which both sides read."""

    reason = LineFormField(
        label="Reason",
        max_length=300,
        help_text="Both sides read it.",
        error_messages={"required": "Give the reason. Both sides will read it."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, booking: Booking) -> None:
        super().__init__(data)
        self.booking = booking


class StaffMoveForm(BookingReasonForm):
    """Asks for another start, in the time zone of the builder."""

    field_order = ("day", "time", "reason")
    day = DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label="Begins at", widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, data: Any = None, *, booking: Booking) -> None:
        super().__init__(data, booking=booking)
        start = timezone.localtime(booking.starts_at, self.zone)
        self.initial = {"day": start.date().isoformat(), "time": f"{start:%H:%M}"}
        self.fields["time"].help_text = f"In {self.zone.key.replace('_', ' ')}, the time of the builder."

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.booking.builder.timezone)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day, time = cleaned.pop("day", None), cleaned.pop("time", None)
        if day and time:
            cleaned["start"] = datetime.combine(day, time, self.zone)
        return cleaned


class SettleForm(ResolveForm):
    """The decision about a dispute, with what the client gets back."""

    def __init__(self, data: Any = None, *, booking: Booking) -> None:
        super().__init__(data, choices=choices_for(booking))


class BookingNoteForm(forms.Form):
    """Asks for a note about the booking that only staff read."""

    text = forms.CharField(
        label="Note for staff",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the note."},
    )

    def __init__(self, data: Any = None, *, booking: Booking | None = None) -> None:
        super().__init__(data)


class LetterForm(forms.Form):
    """Asks for a message to one side of a booking."""

    side = forms.ChoiceField(
        label="To",
        choices=[("client", "The client"), ("builder", "The builder")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who gets it."},
    )
    text = forms.CharField(
        label="Message",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write the message."},
        help_text="They get it by mail, and answer to the address of support.",
    )

    def __init__(self, data: Any = None, *, booking: Booking) -> None:
        super().__init__(data)
        self.fields["side"].choices = [  # type: ignore[attr-defined]  # of a ChoiceField
            ("client", f"{booking.client_name}, the client"),
            ("builder", f"{booking.builder.display_name}, the builder"),
        ]
