"""The short forms of the first steps. The pages that the dashboard links to have all the fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import ContentFile

from accounts.forms import AvatarForm, PlaceField
from core.form_fields import LineFormField
from core.forms import MeetingLinkField, ZoneField
from scheduling.hours_text import format_hours
from scheduling.services import ScheduleHours

NINE_TO_FIVE, EVENING, DAYTIME = (540, 1020), (1020, 1260), (600, 960)
WEEKS = {
    "weekdays": ("Monday to Friday", range(5), NINE_TO_FIVE),
    "evenings": ("Monday to Friday", range(5), EVENING),
    "weekends": ("Saturday and Sunday", range(5, 7), DAYTIME),
}


class ProfileStep(AvatarForm):
    """What the builder does, and a picture, which may stay as it is."""

    headline = LineFormField(
        label="Headline",
        max_length=120,
        help_text="One line under your name, such as “Mixing engineer for bands that play loud”.",
        error_messages={"required": "Enter a headline."},
    )
    bio = forms.CharField(
        label="About your work",
        max_length=4000,
        required=False,
        help_text="Who you work with, and what they get from it.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    field_order = ["headline", "bio", "picture"]

    def __init__(self, *args: Any, has_picture: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["picture"].required = not has_picture
        setattr(self.fields["picture"], "is_plain", True)  # noqa: B010  (fields have no such attribute, as far as types know)

    def clean_picture(self) -> ContentFile[bytes] | None:  # type: ignore[override]  # none keeps the present picture
        return super().clean_picture() if self.cleaned_data["picture"] else None


class HoursStep(forms.Form):
    """The hours to begin with."""

    hours = forms.ChoiceField(
        label="When you work",
        choices=lambda: [(name, f"{days}, {format_hours([times])}") for name, (days, _, times) in WEEKS.items()],
        initial="weekdays",
        widget=forms.RadioSelect,
    )
    timezone = ZoneField(help_text="Your hours follow the clocks of this time zone, in winter and in summer.")

    def week(self) -> ScheduleHours:
        _, days, (start, end) = WEEKS[self.cleaned_data["hours"]]
        return ScheduleHours(rules=[(day, start, end) for day in days])


class PlaceStep(forms.Form):
    """Where remote sessions take place, and the town in which the builder works."""

    meeting_url = MeetingLinkField(
        label="Link of your remote sessions",
        required=True,
        help_text="Only clients with a confirmed booking can see it.",
        error_messages={"required": "Enter the link at which you meet."},
    )
    place = PlaceField(label="Town", help_text="Clients who search near it find you.")
