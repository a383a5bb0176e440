"""Forms for plans."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from core.errors import Refused
from core.form_fields import LineFormField
from core.forms import QuickSelect
from core.money import currencies
from payments.models import Plan
from payments.plans.features import FEATURES
from payments.plans.services import MOST_SESSIONS, MOST_TRIAL_DAYS, PlanFields, check
from payments.stripe.amounts import is_offered


def payable_currencies() -> list[tuple[str, str]]:
    return [(code, label) for code, label in currencies() if is_offered(code)]


class OwnPlanForm(forms.Form):
    """A builder's monthly plan."""

    name = LineFormField(label="Name", max_length=60, help_text="Such as “Two sessions a month”.")
    description = LineFormField(label="What it is for", max_length=200, required=False)
    sessions_per_period = forms.IntegerField(
        label="Sessions a month", min_value=1, max_value=MOST_SESSIONS,
        help_text="Each pays for a session with you of any length. Those not used by the end of the month lapse.",
    )  # fmt: skip
    price = forms.DecimalField(label="Price a month", min_value=Decimal("0.01"), max_digits=14)
    currency = forms.ChoiceField(choices=payable_currencies, widget=QuickSelect)
    trial_days = forms.IntegerField(
        label="Days on trial", min_value=0, max_value=MOST_TRIAL_DAYS, initial=0,
        help_text="0 for none. A trial brings the sessions of a month for free, once for each client.",
    )  # fmt: skip

    def __init__(self, *args: Any, is_in_use: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_in_use:
            for name in ("sessions_per_period", "price", "currency"):
                self.fields[name].disabled = True

    def plan_fields(self) -> PlanFields:
        return PlanFields(**self.cleaned_data)


# Not read from `Meta.fields`: the admin adds the fields of features to those.
PLATFORM_FIELDS = ("name", "description", "price", "currency", "interval", "trial_days")


class PlatformPlanForm(forms.ModelForm[Plan]):
    """A plan of the platform, in the admin. Each feature has a field of its own."""

    fee_percent = forms.DecimalField(label=FEATURES[0].label, help_text=FEATURES[0].help_text, required=False)
    session_types = forms.IntegerField(label=FEATURES[1].label, help_text=FEATURES[1].help_text, required=False)

    class Meta:
        model = Plan
        fields = PLATFORM_FIELDS

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for feature in FEATURES:
            if feature.name in self.fields:
                self.fields[feature.name].initial = self.instance.features.get(feature.name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check(self.instance, self.plan_fields())
            except Refused as refused:
                for name, texts in (refused.fields or {"": [str(refused)]}).items():
                    self.add_error(name if name in self.fields else None, texts)
        return cleaned

    def plan_fields(self) -> PlanFields:
        values = {name: self.cleaned_data[name] for name in PLATFORM_FIELDS}
        features = {
            feature.name: self.cleaned_data[feature.name]
            for feature in FEATURES
            if self.cleaned_data.get(feature.name) is not None
        }
        return PlanFields(**values, features=features)
