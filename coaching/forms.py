"""The forms in which builders edit their offer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts.models import BuilderProfile
from coaching.models import DEFAULT_TIERS, LONGEST, SHORTEST, Offer, Question, Service, SessionType
from coaching.services import Config, QuestionInput, SessionTypeParts
from core.form_fields import LineFormField
from core.forms import MeetingLinkField
from core.money import MOST, currencies, rounded
from pathways.models import Pathway


class MoneyField(forms.DecimalField):
    """An amount of money, not negative, with four decimals at most."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            min_value=Decimal(0), max_value=MOST, max_digits=14, decimal_places=4, widget=widget, **options
        )


class LineForm(forms.Form):
    """A line of a list. Empty lines are ignored, so its fields are shown without the mark for optional ones."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            setattr(field, "is_plain", True)  # noqa: B010  (fields have no such attribute, as far as types know)


class PriceLine(LineForm):
    """A length and its price."""

    minutes = forms.IntegerField(label="Minutes", min_value=SHORTEST, max_value=LONGEST, required=False)
    price = MoneyField(label="Price", required=False)


class TierLine(LineForm):
    hours = forms.IntegerField(label="At least … hours ahead", min_value=0, max_value=2000, required=False)
    percent = forms.IntegerField(label="costs … per cent", min_value=0, max_value=100, required=False)


class QuestionLine(LineForm):
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    label = LineFormField(label="Question", max_length=200, required=False)
    kind = forms.ChoiceField(label="Answered with", choices=Question.Kind.choices, required=False)
    options = forms.CharField(
        label="The list, one a line", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )
    is_required = forms.BooleanField(label="Has to be answered", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        options = [line.strip()[:120] for line in cleaned.get("options", "").splitlines() if line.strip()]
        cleaned["options"] = options
        if cleaned.get("label") and cleaned.get("kind") == Question.Kind.DROPDOWN and len(options) < 2:
            self.add_error("options", "A list needs two lines at least.")
        return cleaned


PriceLines = forms.formset_factory(PriceLine, extra=2)
TierLines = forms.formset_factory(TierLine, extra=2)
QuestionLines = forms.formset_factory(QuestionLine, extra=1)


class RatesForm(forms.ModelForm[Offer]):
    """A builder's rates and session config, which apply to session types without prices of their own."""

    currency = forms.ChoiceField(choices=currencies, help_text="All your prices are in it.")
    hourly_rate = MoneyField(
        label="Per hour", required=False, help_text="For lengths that are not listed, and by the hour."
    )
    day_rate = MoneyField(label="Per day", required=False)
    day_minutes = forms.IntegerField(
        label="A day has", min_value=60, max_value=LONGEST, help_text="Minutes; 480 is eight hours."
    )
    services = forms.ModelMultipleChoiceField(
        queryset=Service.objects.filter(is_offered=True), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Offer
        fields = [
            "currency", "hourly_rate", "day_rate", "day_minutes", "default_duration", "allows_custom_duration",
            "minimum_duration", "maximum_duration", "services", "is_active",
        ]  # fmt: skip
        labels = {
            "default_duration": "The usual length",
            "allows_custom_duration": "Clients may choose other lengths, in steps of a quarter of an hour",
            "minimum_duration": "The shortest of those",
            "maximum_duration": "The longest of those",
            "is_active": "Accept bookings",
        }

    BY_TIME = (
        "hourly_rate", "day_rate", "day_minutes", "allows_custom_duration", "minimum_duration", "maximum_duration",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("hourly_rate", "day_rate"):
            self.initial[name] = input_value(getattr(self.instance, name), self.instance.currency)

    def _get_validation_exclusions(self) -> set[str]:
        """Leaves the constraint on lengths to `coaching.services`, which names the field in a sentence."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # the stubs of Django lack it
        return excluded | {"default_duration"}

    def config(self, lines: Any) -> Config:
        """Returns the session config, with the prices from the lines. Both forms must be valid."""
        cleaned = self.cleaned_data
        return Config(
            prices=prices_of(lines),
            currency=cleaned["currency"],
            is_active=cleaned["is_active"],
            default_duration=cleaned["default_duration"],
            allows_custom_duration=cleaned["allows_custom_duration"],
            minimum_duration=cleaned["minimum_duration"],
            maximum_duration=cleaned["maximum_duration"],
        )


def prices_of(lines: Any) -> dict[int, Decimal]:
    """Returns the prices by minutes of the lines that have both; other lines are ignored."""
    cleaned_lines = (line.cleaned_data for line in lines)
    return {
        line["minutes"]: line["price"]
        for line in cleaned_lines
        if line.get("minutes") and line.get("price") is not None
    }


class SessionTypeForm(forms.ModelForm[SessionType]):
    pathways = forms.ModelMultipleChoiceField(
        queryset=Pathway.objects.open(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="For sessions of the category Pathway.",
    )  # fmt: skip
    rate_types = forms.MultipleChoiceField(
        label="Paid", choices=SessionType.RateType.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one way to pay."},
    )  # fmt: skip

    meeting_url = MeetingLinkField(
        label="Link to meet at, if remote",
        help_text="Empty: the link of all your sessions. Only clients whose booking you have confirmed see it.",
    )

    class Meta:
        model = SessionType
        fields = [
            "title", "description", "category", "pathways", "service", "default_minutes", "rate_types", "is_remote",
            "meeting_url", "is_in_person", "in_person_at", "address", "travel_miles", "auto_confirm", "needs_proof", "seats", "min_seats", "decide_hours", "colour", "slot_interval", "buffer_before",
            "buffer_after", "minimum_notice", "horizon_days", "max_per_day",
        ]  # fmt: skip
        labels = {
            "default_minutes": "The usual length, in minutes",
            "is_remote": "Remote",
            "is_in_person": "In person",
            "in_person_at": "If in person",
            "address": "My address",
            "travel_miles": "I travel up to … miles",
            "auto_confirm": "Confirm automatically",
            "needs_proof": "Guests confirm their address before the booking counts",
            "min_seats": "Minimum participants",
            "decide_hours": "Decided … hours before the start",
            "slot_interval": "A new time every … minutes",
            "buffer_before": "Free minutes before",
            "buffer_after": "Free minutes after",
            "minimum_notice": "Booked at least … minutes ahead",
            "horizon_days": "Booked at most … days ahead",
            "max_per_day": "At most … sessions a day",
        }
        help_texts = {
            "title": "What a client reads first, such as “App review, screen by screen”.",
            "description": "What happens in it, and what a client leaves with.",
            "category": "Free sessions can be booked by anyone; the others need an account.",
            "needs_proof": "For free sessions, which guests can book. We mail them a link and keep the time for 30 minutes.",
            "seats": "1 is one to one; more is a group.",
            "min_seats": "With fewer, the session is called off automatically and everyone is told. With 1, it always goes ahead.",
            "address": "Where clients come to. Not needed if you always come to them.",
            "travel_miles": "From the town of your account. Empty: anywhere. Add the time for the way as free minutes "
            "before and after, under “Limits for this session”.",
            "slot_interval": "Empty: as long as the session.",
        }
        error_messages: dict[str, Any] = {"title": {"required": "Give it a title."}}
        widgets = {"description": forms.Textarea(attrs={"rows": 4}), "in_person_at": forms.RadioSelect}

    WHERE = (
        "is_remote", "meeting_url", "is_in_person", "in_person_at", "address", "travel_miles", "auto_confirm", "needs_proof",
    )  # fmt: skip
    LIMITS = ("slot_interval", "buffer_before", "buffer_after", "minimum_notice", "horizon_days", "max_per_day")

    def __init__(self, *args: Any, has_meetings: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_meetings:
            for name in ("meeting_url", "in_person_at", "travel_miles"):
                del self.fields[name]
        else:
            self.fields["in_person_at"].required = False
        for name in self.LIMITS:
            if not self.fields[name].help_text:
                self.fields[name].help_text = "Empty: as your schedule says."
        for name in ("min_seats", "decide_hours"):
            self.fields[name].required = False

    def clean_in_person_at(self) -> str:
        return str(self.cleaned_data["in_person_at"] or self.instance.in_person_at)

    @property
    def where(self) -> list[str]:
        """The names of the fields about the place that this form has."""
        return [name for name in self.WHERE if name in self.fields]

    def clean_min_seats(self) -> int:
        return self.cleaned_data["min_seats"] or 1

    def clean_decide_hours(self) -> int:
        hours: int | None = self.cleaned_data["decide_hours"]
        return 24 if hours is None else hours


class MeetingForm(forms.ModelForm[BuilderProfile]):
    """The link of a builder's remote sessions, and how their clients can reach them."""

    meeting_url = MeetingLinkField(
        label="Your meeting link",
        help_text="Such as your room at Zoom, Meet, Teams or Jitsi. It applies to each remote session without a link of "
        "its own. Sessions that are booked already follow it, and we send those clients the new link.",
    )
    phone = forms.CharField(
        label="Phone number", max_length=32, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "placeholder": "+49 30 1234567"}),
        validators=[RegexValidator(r"^\+?[0-9][0-9 ()./-]{4,30}$", "Enter a phone number like +49 30 1234567.")],
        help_text="Leave it empty to show none.",
    )  # fmt: skip

    class Meta:
        model = BuilderProfile
        fields = ["meeting_url", "phone", "shows_email"]
        labels = {"shows_email": "Show my email address too"}


class HowToPayForm(forms.ModelForm[BuilderProfile]):
    how_to_pay = forms.CharField(
        label="How clients pay you", max_length=1000, required=False,
        widget=forms.Textarea(
            attrs={"rows": 5, "placeholder": "Bank transfer to Ada Moreno, DE00 0000 0000, with the reference of the booking"}
        ),
        help_text="Such as your bank details, or that you take cash. Leave it empty to tell each client yourself.",
    )  # fmt: skip

    class Meta:
        model = BuilderProfile
        fields = ["how_to_pay"]


class SessionTypeLines:
    """The formsets of a session type's prices, cancellation tiers and questions, which are checked and read together."""

    def __init__(self, data: Any, session_type: SessionType | None, currency: str) -> None:
        lengths = session_type.durations.all() if session_type else []
        tiers = [(tier.hours, tier.percent) for tier in session_type.tiers.all()] if session_type else DEFAULT_TIERS
        questions = session_type.questions.filter(is_asked=True) if session_type else []
        price_lines = [price_line(line.minutes, line.price, currency) for line in lengths]
        if session_type is None:
            price_lines = [{"minutes": 60}]
        tier_lines = [{"hours": hours, "percent": cost} for hours, cost in tiers]
        # With `initial`, Django would count a sent line that equals its initial values as empty.
        is_sent = data is not None
        self.prices = PriceLines(data, prefix="prices", initial=None if is_sent else price_lines)
        self.tiers = TierLines(data, prefix="tiers", initial=None if is_sent else tier_lines)
        question_lines = None if is_sent else [_question_line(question) for question in questions]
        self.questions = QuestionLines(data, prefix="questions", initial=question_lines)

    def is_valid(self) -> bool:
        return all([self.prices.is_valid(), self.tiers.is_valid(), self.questions.is_valid()])

    def parts(self, pathways: Any) -> SessionTypeParts:
        """Returns the parts of the session type from the lines that are not empty. The formsets must be valid."""
        price_lines = [line.cleaned_data for line in self.prices]
        tier_lines = [line.cleaned_data for line in self.tiers]
        return SessionTypeParts(
            durations={line["minutes"]: line.get("price") for line in price_lines if line.get("minutes")},
            tiers={
                line["hours"]: line["percent"]
                for line in tier_lines
                if line.get("hours") is not None and line.get("percent") is not None
            },
            questions=[
                QuestionInput(
                    line["label"], line["kind"] or "text", line["options"], line["is_required"], line.get("id")
                )
                for line in (line.cleaned_data for line in self.questions)
                if line.get("label")
            ],
            pathways=list(pathways),
        )


def price_line(minutes: int, price: Decimal | None, currency: str) -> dict[str, Any]:
    """Returns the initial values of a line of prices."""
    return {"minutes": minutes, "price": input_value(price, currency)}


def input_value(amount: Decimal | None, currency: str) -> str:
    """Returns the amount as it is shown in a text field; an empty string for None."""
    return "" if amount is None else f"{rounded(amount, currency):f}"


def _question_line(question: Question) -> dict[str, Any]:
    return {
        "id": question.pk,
        "label": question.label,
        "kind": question.kind,
        "options": "\n".join(question.options),
        "is_required": question.is_required,
    }
