"""The forms of rates and of meetings, and the lines of prices that other forms use too."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts.models import BuilderProfile
from coaching.models import LONGEST, SHORTEST, Offer, Service
from coaching.services import Config
from core.forms import MeetingLinkField, QuickSelect
from core.money import MOST, Money, currencies, rounded


class MoneyField(forms.DecimalField):
    """An amount of money, not negative, with four decimals at most."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            min_value=Decimal(0), max_value=MOST, max_digits=14, decimal_places=4, widget=widget, **options
        )


MOST_LINES = 50  # of prices, cancellation tiers or questions


class LineForm(forms.Form):
    """A line of a list. Empty lines are ignored, so its fields are shown without the mark for optional ones."""

    unique = ""  # the field that has another value in each line
    repeated = ""  # the error of a line whose value another line has already

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            setattr(field, "is_plain", True)  # noqa: B010  (fields have no such attribute, as far as types know)


class LineFormSet(forms.BaseFormSet[LineForm]):
    """The lines of a list. Of two lines for the same length, one would be dropped without a word."""

    default_error_messages = {"too_many_forms": f"A list can have at most {MOST_LINES} lines."}

    def clean(self) -> None:
        known = set()
        for line in self.forms:
            value = line.cleaned_data.get(line.unique) if hasattr(line, "cleaned_data") else None
            if value is not None and value in known:
                line.add_error(line.unique, line.repeated)
            known.add(value)


def line_formset(form: type[LineForm], *, extra: int) -> type[forms.BaseFormSet[LineForm]]:
    """Returns the class of the lines of a list. Their number is limited, because each line sent is checked and shown."""
    return forms.formset_factory(
        form, formset=LineFormSet, extra=extra, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
    )


class PriceLine(LineForm):
    """A length and its price."""

    unique, repeated = "minutes", "There is already a price for this length."
    minutes = forms.IntegerField(label="Minutes", min_value=SHORTEST, max_value=LONGEST, required=False)
    price = MoneyField(label="Price", required=False)


PriceLines = line_formset(PriceLine, extra=1)


class RatesForm(forms.ModelForm[Offer]):
    """A builder's rates and session config, which apply to session types without prices of their own. An hourly rate alone
    is enough."""

    currency = forms.ChoiceField(
        choices=currencies, help_text="All your prices are in this currency.", widget=QuickSelect
    )
    hourly_rate = MoneyField(
        label="Per hour",
        required=False,
        help_text="Used for every length without a price of its own. You can enter just this rate and no other prices.",
    )
    day_rate = MoneyField(label="Per day", required=False)
    day_minutes = forms.IntegerField(
        label="A day has", min_value=60, max_value=LONGEST, help_text="In minutes: 480 is eight hours."
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
            "default_duration": "Usual length, in minutes",
            "allows_custom_duration": "Let clients choose other lengths, in steps of 15 minutes",
            "minimum_duration": "Shortest length, in minutes",
            "maximum_duration": "Longest length, in minutes",
            "is_active": "Accept bookings",
        }
        help_texts = {"maximum_duration": "120 is two hours, 1440 a day and a night."}

    BY_TIME = ("hourly_rate", "day_rate")
    OTHER_LENGTHS = ("allows_custom_duration", "minimum_duration", "maximum_duration")
    MORE = ("day_minutes", "default_duration", "services", "is_active")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("hourly_rate", "day_rate"):
            self.initial[name] = input_value(getattr(self.instance, name), self.instance.currency)

    def _get_validation_exclusions(self) -> set[str]:
        """Leaves the constraint on lengths to `coaching.services`, which names the field in a sentence."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]  # the stubs of Django lack it
        return excluded | {"default_duration"}

    @property
    def rates(self) -> list[tuple[Money, str]]:
        """The saved rates with their units."""
        units = ((self.instance.hourly_rate, "an hour"), (self.instance.day_rate, "a day"))
        currency = self.instance.currency
        return [(Money(rounded(rate, currency), currency), unit) for rate, unit in units if rate is not None]

    def config(self, lines: Any) -> Config:
        """Returns the session config, with the prices from the lines. Both forms must be valid."""
        cleaned, prices = self.cleaned_data, prices_of(lines)
        default = cleaned["default_duration"]
        if "default_duration" not in self.changed_data and prices and default not in prices:
            default = min(prices)
        return Config(
            prices=prices,
            currency=cleaned["currency"],
            is_active=cleaned["is_active"],
            default_duration=default,
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


class MeetingForm(forms.ModelForm[BuilderProfile]):
    """The link of a builder's remote sessions, and how their clients can reach them."""

    meeting_url = MeetingLinkField(
        label="Your meeting link",
        help_text=(
            "For example, your room at Zoom, Meet, Teams or Jitsi. It is used for every remote session that "
            "has no link of its own. If you change it, we send the new link to clients who have already booked."
        ),
    )
    phone = forms.CharField(
        label="Phone number", max_length=32, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "placeholder": "+49 30 1234567"}),
        validators=[RegexValidator(r"^\+?[0-9][0-9 ()./-]{4,30}$", "Enter a phone number like +49 30 1234567.")],
        help_text="Leave this empty if you do not want to show a number.",
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
        help_text=(
            "For example, your bank details, or that you accept cash. Leave this empty if you tell each client "
            "yourself."
        ),
    )  # fmt: skip

    class Meta:
        model = BuilderProfile
        fields = ["how_to_pay"]


def price_line(minutes: int, price: Decimal | None, currency: str) -> dict[str, Any]:
    """Returns the initial values of a line of prices."""
    return {"minutes": minutes, "price": input_value(price, currency)}


def input_value(amount: Decimal | None, currency: str) -> str:
    """Returns the amount as it is shown in a text field; an empty string for None."""
    return "" if amount is None else f"{rounded(amount, currency):f}"
