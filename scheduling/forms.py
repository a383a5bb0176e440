"""Forms for schedules, exceptions, time off and the preview."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models import User
from coaching.models import SessionType
from core.forms import DateField, QuickSelect, ZoneField
from core.templatetags.waymark import minutes as minutes_in_words
from scheduling.hours_text import Interval, InvalidHours, format_hours, parse_hours
from scheduling.loading import holiday_countries
from scheduling.models import Schedule
from scheduling.patterns import WEEKDAYS, Pattern
from scheduling.services import ScheduleHours

NOTICE = [(0, "None"), (60, "1 hour"), (120, "2 hours"), (240, "4 hours"), (720, "12 hours"), (1440, "1 day"),
          (2880, "2 days"), (4320, "3 days"), (10080, "1 week"), (20160, "2 weeks")]  # fmt: skip


class HoursField(forms.CharField):
    """Hours in one line of text. Empty means closed, so the field is not marked as optional."""

    is_plain = True

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "closed"})
        super().__init__(max_length=200, required=False, widget=widget, **options)

    def clean(self, value: Any) -> list[Interval]:
        try:
            return parse_hours(super().clean(value))
        except InvalidHours as unread:
            raise forms.ValidationError(str(unread)) from None


class ScheduleForm(forms.ModelForm[Schedule]):
    timezone = ZoneField(help_text="Your hours follow the clocks of this time zone, in winter and in summer.")
    minimum_notice = forms.TypedChoiceField(label="Booked at least … ahead", coerce=int, choices=NOTICE)
    holiday_country = forms.ChoiceField(
        label="Closed on the public holidays of", required=False, widget=QuickSelect,
        choices=lambda: [("", "nowhere"), *sorted(holiday_countries().items(), key=lambda pair: pair[1])],
    )  # fmt: skip
    session_types = forms.ModelMultipleChoiceField(
        label="Only for these sessions", queryset=SessionType.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text="They use this schedule instead of the default one.",
    )  # fmt: skip

    class Meta:
        model = Schedule
        fields = [
            "name", "timezone", "starts_on", "ends_on", "buffer_before", "buffer_after", "minimum_notice",
            "horizon_days", "max_per_day", "holiday_country",
        ]  # fmt: skip
        labels = {
            "starts_on": "First day",
            "ends_on": "Last day",
            "buffer_before": "Free minutes before a session",
            "buffer_after": "Free minutes after a session",
            "horizon_days": "Booked at most … days ahead",
            "max_per_day": "At most … sessions a day",
        }
        help_texts = {"max_per_day": "Leave this empty for no limit."}
        error_messages: dict[str, Any] = {"name": {"required": "Give it a name."}}
        field_classes = {"starts_on": DateField, "ends_on": DateField}
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    DAYS = tuple(f"day_{weekday}" for weekday in range(7))
    AROUND_SESSIONS = (
        "buffer_before", "buffer_after", "minimum_notice", "horizon_days", "max_per_day", "holiday_country",
        "session_types",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rules = [] if self.instance._state.adding else list(self.instance.rules.all())
        for weekday, name in enumerate(WEEKDAYS):
            hours = [(rule.start, rule.end) for rule in rules if rule.weekday == weekday]
            self.fields[f"day_{weekday}"] = HoursField(label=name, initial=format_hours(hours))
        self._add_current_notice()
        self._remove_unused_fields()

    def _add_current_notice(self) -> None:
        """Adds the schedule's notice to the choices if the list lacks it, since the API accepts any."""
        field, notice = self.fields["minimum_notice"], self.instance.minimum_notice
        assert isinstance(field, forms.TypedChoiceField)
        if notice not in dict(NOTICE):
            field.choices = sorted([*NOTICE, (notice, minutes_in_words(notice))])

    def _remove_unused_fields(self) -> None:
        """Removes fields that do not apply: dates are for holiday schedules, session types for weekly ones that are
        not the default."""
        if self.instance.kind == Schedule.Kind.HOLIDAY:
            self.fields["starts_on"].required = self.fields["ends_on"].required = True
            del self.fields["session_types"]
            return
        del self.fields["starts_on"]
        del self.fields["ends_on"]
        if self.instance._state.adding or self.instance.is_default:
            del self.fields["session_types"]
            return
        field = self.fields["session_types"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = SessionType.objects.filter(builder=self.instance.builder)
        field.initial = [use.session_type_id for use in self.instance.uses.all()]

    def clean_holiday_country(self) -> str | None:
        return self.cleaned_data["holiday_country"] or None

    def week(self, recurring: list[Pattern] | None) -> ScheduleHours:
        """Returns the hours of the form, with the exceptions that the schedule has."""
        cleaned = self.cleaned_data
        days = [] if self.instance._state.adding else self.instance.exceptions.all()
        return ScheduleHours(
            rules=[(weekday, *hours) for weekday, name in enumerate(self.DAYS) for hours in cleaned[name]],
            exceptions={day.date: [(start, end) for start, end in day.intervals] for day in days},
            recurring=recurring,
            session_types=list(cleaned["session_types"]) if "session_types" in cleaned else None,
        )


class ExceptionForm(forms.Form):
    date = DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}))
    hours = HoursField(label="Open", help_text="Leave this empty if you are closed.")


class TimeOffForm(forms.Form):
    first = DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    last = DateField(label="Until, inclusive", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(
        label="What clients will see", max_length=120, required=False, help_text="Such as “At a conference in Lisbon”."
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", "This is before the first day.")
        if first and last and (last - first).days > 366:
            self.add_error("last", "This can be a year at most.")
        return cleaned

    def during(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Returns the beginning of the first day and the end of the last one, in the builder's zone."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"] + timedelta(days=1)
        return datetime.combine(first, time.min, zone), datetime.combine(last, time.min, zone)


class PreviewForm(forms.Form):
    """The session type, time zone and week to preview, and a time to explain."""

    session = forms.ModelChoiceField(label="Session", queryset=SessionType.objects.none(), empty_label=None)
    zone = ZoneField(label="Seen from")
    day = DateField(label="Week of", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(
        label="Why is this time not offered?",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, builder: User, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["session"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = builder.session_types.filter(is_active=True)
