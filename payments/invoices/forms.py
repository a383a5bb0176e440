"""Forms for what invoices say of sellers and buyers."""

from __future__ import annotations

from typing import Any

from django import forms

from core.form_fields import LineFormField
from core.forms import QuickSelect
from payments.invoices.countries import choices, tidy_vat_number, vat_number_problem
from payments.invoices.models import PREFIX, TaxKind


class PartyForm(forms.Form):
    """Name, address and VAT number."""

    name = LineFormField(label="Name or company", max_length=120)
    street = LineFormField(label="Street and number", max_length=120)
    more = LineFormField(label="Second line of the address", max_length=120, required=False)
    postal_code = LineFormField(label="Postal code", max_length=20, required=False)
    city = LineFormField(label="Town", max_length=80)
    country = forms.ChoiceField(
        label="Country", choices=lambda: [("", "Choose a country"), *choices()], widget=QuickSelect,
        error_messages={"required": "Choose a country from the list."},
    )  # fmt: skip
    vat_number = forms.CharField(
        label="VAT number", max_length=30, required=False,
        help_text="With the country in front, such as DE123456789. Leave it empty if you have none.",
    )  # fmt: skip

    def clean_vat_number(self) -> str:
        return tidy_vat_number(self.cleaned_data["vat_number"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        number, country = values.get("vat_number"), values.get("country")
        if number and country and (problem := vat_number_problem(number, country)):
            self.add_error("vat_number", problem)
        return values


class PrefixField(forms.CharField):
    """The beginning of a seller's invoice numbers, in capitals however it was typed."""

    default_validators = [*forms.CharField.default_validators, PREFIX]

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).upper()


class BuyerForm(PartyForm):
    """A client's billing details."""


class SellerForm(PartyForm):
    """A builder's details, and whether they agree to invoices in their name."""

    tax_number = LineFormField(
        label="Tax number", max_length=30, required=False, help_text="Needed if you have no VAT number."
    )
    is_small_business = forms.BooleanField(
        label="I am a small business and charge no VAT", required=False,
        help_text="Your invoices then show no VAT, with the reason.",
    )  # fmt: skip
    tax_kind = forms.ModelChoiceField(
        label="What you sell", queryset=TaxKind.objects.all(), required=False, empty_label="The usual kind",
        help_text="Which rate of VAT applies. A session type can have another one.",
    )  # fmt: skip
    number_prefix = PrefixField(
        label="Invoice numbers begin with", max_length=10,
        help_text="2 to 10 capital letters and digits, such as ADA for ADA-0001. Others begin a new series.",
    )  # fmt: skip
    agrees = forms.BooleanField(
        label="Waymark writes invoices and credit notes for my clients in my name", required=False,
        help_text="Without it no invoices are written, and you write your own.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("is_small_business") and not values.get("vat_number") and not values.get("tax_number"):
            self.add_error("tax_number", "Enter a tax number or a VAT number: invoices of a small business need one.")
        return values
