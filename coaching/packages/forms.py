"""The form in which a builder describes a package."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django import forms

from coaching.forms import input_value
from coaching.models import LONGEST, SHORTEST
from coaching.packages import pricing
from coaching.packages.models import FEWEST, LONGEST_VALIDITY, MOST, SHORTEST_VALIDITY, Package
from coaching.packages.pricing import Offered
from coaching.packages.services import NewPackage
from core.form_fields import LineFormField
from core.money import MOST as MOST_MONEY
from core.money import Money, rounded
from payments.account_credit.forms import WithCreditForm
from payments.stripe.amounts import payable

LESS = re.compile(r"(\d{1,2}(?:[.,]\d)?)\s*%", re.ASCII)


class PackageForm(forms.Form):
    """Title, sessions and price, which can be an amount or how many per cent less than singly."""

    title = LineFormField(label="Title", max_length=80)
    session_types = forms.MultipleChoiceField(
        label="For which sessions", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Without a choice it is for all of your sessions that have this length and a price.",
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes of each session", min_value=SHORTEST, max_value=LONGEST,
    )  # fmt: skip
    sessions = forms.IntegerField(label="Number of sessions", min_value=FEWEST, max_value=MOST)
    price = forms.CharField(
        label="Price of the package", max_length=20,
        help_text="An amount, such as 450, or how much less than the sessions cost singly, such as 10 %.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    valid_days = forms.IntegerField(
        label="Days to use it", min_value=SHORTEST_VALIDITY, max_value=LONGEST_VALIDITY,
        help_text="From the purchase on. Credits that are left then expire, and the money stays with you.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, offered: list[Offered], currency: str, package: Package | None) -> None:
        super().__init__(data, initial=_initial(package, offered))
        self.offered, self.currency = offered, currency
        priced = [(str(session_type.pk), session_type.title) for session_type, terms in offered if not terms.is_free]
        self.fields["session_types"].choices = priced  # type: ignore[attr-defined]  # fields of forms are typed by their base
        self.fields["price"].label = f"Price of the package in {currency}"

    def clean_session_types(self) -> list[UUID]:
        return [UUID(value) for value in self.cleaned_data["session_types"]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "price" in cleaned:
            price = self._price(cleaned)
            if price is None:
                self.add_error("price", "Enter an amount, such as 450, or a percentage, such as 10 %.")
            cleaned["amount"] = price
        return cleaned

    def _price(self, cleaned: dict[str, Any]) -> Decimal | None:
        text = cleaned["price"].strip()
        less = LESS.fullmatch(text)
        if less:
            singly = self._singly(cleaned)
            part = Decimal(100) - Decimal(less[1].replace(",", "."))
            if singly is None:
                return Decimal(0)
            return payable(Money(rounded(singly * part / 100, self.currency), self.currency)).amount
        try:
            amount = Decimal(text.replace(",", "."))
        except InvalidOperation:
            return None
        return amount if amount.is_finite() and abs(amount) <= MOST_MONEY else None

    def _singly(self, cleaned: dict[str, Any]) -> Decimal | None:
        """Returns what the sessions cost without the package; None if none has this length."""
        if not {"sessions", "minutes", "session_types"} <= cleaned.keys():
            return None
        rows = pricing.fitting(self.offered, cleaned["session_types"], cleaned["minutes"])
        return min(price.amount for _, price in rows) * int(cleaned["sessions"]) if rows else None

    @property
    def new_package(self) -> NewPackage:
        """The valid form as what the builder wants to sell."""
        values = self.cleaned_data
        return NewPackage(
            values["title"], values["session_types"], values["minutes"], values["sessions"], values["amount"],
            self.currency, values["valid_days"],
        )  # fmt: skip

    @property
    def preview(self) -> pricing.ShownPackage | None:
        """The package as it is typed so far, for the preview; None before it has its numbers."""
        values = getattr(self, "cleaned_data", {})
        if (
            not self.is_bound
            or not values.get("amount")
            or not {"sessions", "minutes", "session_types"} <= values.keys()
        ):
            return None
        package = Package(
            title=values.get("title") or "Your title", session_types=values["session_types"], minutes=values["minutes"],
            sessions=values["sessions"], price=values["amount"], currency=self.currency,
            valid_days=values.get("valid_days") or LONGEST_VALIDITY,
        )  # fmt: skip
        return pricing.shown(package, self.offered)


class RefundPackageForm(WithCreditForm):
    key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The client can read this.", error_messages={"required": "Give a reason: the client will see it."},
    )  # fmt: skip


def _initial(package: Package | None, offered: list[Offered]) -> dict[str, Any]:
    if package is None:
        first = next((session_type for session_type, terms in offered if not terms.is_free), None)
        return {"sessions": 5, "minutes": first.default_minutes if first else 60, "price": "10 %", "valid_days": 365}
    return {
        "title": package.title, "session_types": [str(pk) for pk in package.session_types],
        "minutes": package.minutes, "sessions": package.sessions, "valid_days": package.valid_days,
        "price": input_value(package.price, package.currency),
    }  # fmt: skip
