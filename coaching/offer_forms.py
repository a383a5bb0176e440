"""The form of a session type, with its lines of prices, cancellation tiers and questions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django import forms

from coaching.forms import LineForm, PriceLine, PriceLines, line_formset, price_line
from coaching.models import Offer, Question, SessionType
from coaching.offer_kinds import ONE_TO_ONE, OfferKind
from coaching.pricing import Pricing, durations_of, pricing_of, rate_types_of, usual_length
from coaching.services import QuestionInput, SessionTypeParts
from core.form_fields import LineFormField
from core.forms import MeetingLinkField
from pathways.models import Pathway
from payments.models import TaxKind


class TierLine(LineForm):
    unique, repeated = "hours", "Another line has the same number of hours."
    hours = forms.IntegerField(label="At least … hours ahead", min_value=0, max_value=2000, required=False)
    percent = forms.IntegerField(label="costs … per cent", min_value=0, max_value=100, required=False)


class QuestionLine(LineForm):
    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    label = LineFormField(label="Question", max_length=200, required=False)
    kind = forms.ChoiceField(label="Answered with", choices=Question.Kind.choices, required=False)
    options = forms.CharField(
        label="The choices, one on each line", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
    )
    is_required = forms.BooleanField(label="Required", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        options = [line.strip()[:120] for line in cleaned.get("options", "").splitlines() if line.strip()]
        cleaned["options"] = options
        if cleaned.get("label") and cleaned.get("kind") == Question.Kind.DROPDOWN and len(options) < 2:
            self.add_error("options", "A list needs at least two lines.")
        return cleaned


WHOSE_ADDRESS = (
    (SessionType.InPersonAt.BUILDER, "Mine"),
    (SessionType.InPersonAt.CLIENT, "The client’s"),
    (SessionType.InPersonAt.EITHER, "Either"),
)  # one line on a phone
FirstPriceLines = line_formset(PriceLine, extra=0)  # a new session type shows one line, so that it stays short
TierLines = line_formset(TierLine, extra=2)
QuestionLines = line_formset(QuestionLine, extra=1)


class SessionTypeForm(forms.ModelForm[SessionType]):
    pathways = forms.ModelMultipleChoiceField(
        queryset=Pathway.objects.open(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="For sessions of the category Pathway.",
    )  # fmt: skip
    pricing = forms.ChoiceField(
        label="How it is priced", choices=Pricing.choices, widget=forms.RadioSelect, required=False,
        help_text=(
            "Clients see one price for each length. To let them choose the length, enter an hourly rate and "
            "allow other lengths in your rates."
        ),
    )  # fmt: skip

    meeting_url = MeetingLinkField(
        label="Link to meet at, if remote",
        help_text=(
            "Leave this empty to use the link for all your sessions. Only clients whose booking you have "
            "confirmed see it."
        ),
    )

    class Meta:
        model = SessionType
        fields = [
            "title", "description", "category", "pathways", "service", "default_minutes", "is_remote",
            "meeting_url", "is_in_person", "in_person_at", "address", "travel_miles", "travel_before", "travel_after",
            "payment_timing", "tax_kind", "auto_confirm", "needs_proof", "seats", "min_seats", "decide_hours", "colour", "slot_interval",
            "buffer_before", "buffer_after", "minimum_notice", "horizon_days", "max_per_day",
        ]  # fmt: skip
        labels = {
            "category": "Kind",
            "default_minutes": "Usual length, in minutes",
            "is_remote": "Remote",
            "is_in_person": "In person",
            "in_person_at": "At whose address",
            "address": "My address",
            "travel_miles": "I travel up to … miles",
            "travel_before": "Travel time there, in minutes",
            "travel_after": "Travel time back, in minutes",
            "payment_timing": "When clients pay",
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
            "description": "What happens in the session, and what the client gets from it.",
            "category": "Free sessions can be booked by anyone; the others need an account.",
            "payment_timing": (
                "When it is booked: we reserve the price on the client’s card and charge it once you confirm. "
                "After the session: we ask the client to pay by card. To the builder directly: by bank "
                "transfer or in cash, as you describe under “How clients pay”."
            ),
            "needs_proof": (
                "Guests can book free sessions without an account. We mail them a link and hold the time for "
                "30 minutes."
            ),
            "seats": "More than one makes it a group.",
            "min_seats": "If fewer people book, the session is cancelled and everyone is told.",
            "address": "The address that clients come to.",
            "travel_miles": "Measured from the town of your account. Leave this empty if you travel anywhere.",
            "travel_before": "Kept free before sessions at the client’s address, in addition to other breaks.",
            "travel_after": "Kept free after sessions at the client’s address, in addition to other breaks.",
            "slot_interval": "Leave this empty to use the length of the session.",
            "tax_kind": "The VAT rates of its invoices. Leave this empty to use your billing details.",
        }
        error_messages: dict[str, Any] = {"title": {"required": "Give it a title."}}
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "in_person_at": forms.RadioSelect,
            "payment_timing": forms.RadioSelect,
        }

    WHERE = ("is_remote", "is_in_person", "in_person_at", "address", "travel_miles", "travel_before", "travel_after")
    GROUP = ("seats", "min_seats")
    # Not required, but not marked as optional: they have a value anyway, or are needed in some cases only.
    PLAIN = (
        "payment_timing",
        "min_seats",
        "decide_hours",
        "default_minutes",
        "colour",
        "pricing",
        "in_person_at",
        "address",
    )
    MORE = (
        "description", "payment_timing", "tax_kind", "category", "service", "pricing", "default_minutes", *GROUP, "decide_hours", "meeting_url",
        "auto_confirm", "needs_proof", "colour",
    )  # fmt: skip
    LIMITS = ("slot_interval", "buffer_before", "buffer_after", "minimum_notice", "horizon_days", "max_per_day")

    def __init__(
        self, *args: Any, offer: Offer, has_meetings: bool = True, has_checkout: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.offer = offer
        self.initial["pricing"] = self.saved_pricing
        cast("forms.ChoiceField", self.fields["in_person_at"]).choices = WHOSE_ADDRESS
        if self.instance._state.adding:
            del self.initial["default_minutes"]
        if not has_meetings:
            for name in ("meeting_url", "in_person_at", "travel_miles", "travel_before", "travel_after"):
                del self.fields[name]
        if not has_checkout:
            del self.fields["payment_timing"]
        self._add_tax_kinds()
        for name in self.LIMITS:
            if not self.fields[name].help_text:
                self.fields[name].help_text = "Leave this empty to use your schedule’s value."
        for name in self.PLAIN:
            if name in self.fields:
                self.fields[name].required = False
                setattr(self.fields[name], "is_plain", True)  # noqa: B010  (fields have no such attribute, as far as types know)

    def _add_tax_kinds(self) -> None:
        """Offers the kinds of VAT, if the operator has entered several. One query."""
        kinds = list(TaxKind.objects.all())
        if len(kinds) < 2:
            del self.fields["tax_kind"]
            return
        choices = [("", "As in my details on invoices"), *((kind.pk, kind.name) for kind in kinds)]
        cast("forms.ChoiceField", self.fields["tax_kind"]).choices = choices

    @property
    def saved_pricing(self) -> Pricing:
        """How the session type is priced before this form is saved; a new one by its lengths."""
        if self.instance._state.adding:
            return Pricing.LENGTHS
        return pricing_of(self.instance, {length.minutes: length.price for length in self.instance.durations.all()})

    @property
    def main_names(self) -> list[str]:
        """The names of the fields about price and people that are shown first, since they differ from the usual."""
        names = ["pricing"] if self.saved_pricing != Pricing.LENGTHS else []
        return [*names, *(self.GROUP if self.instance.seats > 1 else ())]

    @property
    def more_names(self) -> list[str]:
        """The names of the fields that are folded away."""
        return [name for name in self.MORE if name in self.fields and name not in self.main_names]

    def clean_pricing(self) -> Pricing:
        return Pricing(self.cleaned_data["pricing"] or self.saved_pricing)

    def clean_payment_timing(self) -> str:
        return str(self.cleaned_data["payment_timing"] or self.instance.payment_timing)

    def clean_colour(self) -> str:
        return str(self.cleaned_data["colour"] or self.instance.colour)

    def clean_default_minutes(self) -> int:
        return self.cleaned_data["default_minutes"] or self.instance.default_minutes

    def add_parts(self, lines: SessionTypeLines) -> SessionTypeParts:
        """Returns the parts of the session type, and writes to the instance what follows from them. Both must be valid."""
        cleaned = self.cleaned_data
        session_type, pricing = self.instance, cleaned["pricing"]
        is_free = cleaned["category"] == SessionType.Category.FREE
        durations = durations_of(pricing, lines.durations, self.offer, is_free=is_free)
        has_own_prices = any(price is not None for price in durations.values())
        if session_type._state.adding or has_own_prices or is_free or pricing != self.saved_pricing:
            session_type.rate_types = rate_types_of(Pricing.LENGTHS if is_free else pricing, durations)
        is_typed = bool(self["default_minutes"].data) and "default_minutes" in self.changed_data
        if not is_typed and session_type.default_minutes not in durations:
            session_type.default_minutes = usual_length(pricing, durations, self.offer)
        return lines.parts(durations, cleaned["pathways"])

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


class SessionTypeLines:
    """The formsets of a session type's prices, cancellation tiers and questions, which are checked and read together."""

    def __init__(
        self, data: Any, session_type: SessionType | None, currency: str, kind: OfferKind = ONE_TO_ONE
    ) -> None:
        lengths = session_type.durations.all() if session_type else []
        tiers = [(tier.hours, tier.percent) for tier in session_type.tiers.all()] if session_type else kind.tiers
        questions = session_type.questions.filter(is_asked=True) if session_type else []
        price_lines = [price_line(line.minutes, line.price, currency) for line in lengths]
        if session_type is None:
            price_lines = [{"minutes": kind.minutes}]
        tier_lines = [{"hours": hours, "percent": cost} for hours, cost in tiers]
        # With `initial`, Django would count a sent line that equals its initial values as empty.
        is_sent = data is not None
        price_lines_class = PriceLines if is_sent or session_type else FirstPriceLines
        self.prices = price_lines_class(data, prefix="prices", initial=None if is_sent else price_lines)
        for line in self.prices:
            line.fields["price"].label = f"Price in {currency}"
        self.tiers = TierLines(data, prefix="tiers", initial=None if is_sent else tier_lines)
        question_lines = None if is_sent else [_question_line(question) for question in questions]
        self.questions = QuestionLines(data, prefix="questions", initial=question_lines)

    def is_valid(self) -> bool:
        return all([self.prices.is_valid(), self.tiers.is_valid(), self.questions.is_valid()])

    @property
    def has_hidden_errors(self) -> bool:
        """Whether a line is wrong in the part of the form that is folded away."""
        return self.prices.is_bound and not (self.tiers.is_valid() and self.questions.is_valid())

    @property
    def durations(self) -> dict[int, Decimal | None]:
        """The lengths with their prices, from the lines that are valid and not empty."""
        price_lines = [line.cleaned_data for line in self.prices if hasattr(line, "cleaned_data")]
        return {line["minutes"]: line.get("price") for line in price_lines if line.get("minutes")}

    def parts(self, durations: dict[int, Decimal | None], pathways: Any) -> SessionTypeParts:
        """Returns the parts of the session type from the lines that are not empty. The formsets must be valid."""
        tier_lines = [line.cleaned_data for line in self.tiers]
        return SessionTypeParts(
            durations=durations,
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


def _question_line(question: Question) -> dict[str, Any]:
    return {
        "id": question.pk,
        "label": question.label,
        "kind": question.kind,
        "options": "\n".join(question.options),
        "is_required": question.is_required,
    }
