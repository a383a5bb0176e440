"""The forms of referrals."""

from __future__ import annotations

from typing import Any

from django import forms

from core.form_fields import LineFormField
from core.forms import QuickSelect
from core.money import currencies
from referrals.models import LONGEST_CODE, ReferralStatus, RewardRule
from referrals.services import NewRule

AMOUNTS = ("referrer_amount", "friend_amount", "least_paid")


class AmountField(forms.DecimalField):
    """Asks for an amount of money, with at most two decimals."""

    def __init__(self, *, label: str, help_text: str) -> None:
        super().__init__(label=label, help_text=help_text, max_digits=10, decimal_places=2, min_value=0)


class RedeemForm(forms.Form):
    """Asks for the code of whoever invited a person."""

    code = LineFormField(label="Code", max_length=LONGEST_CODE)


class StatusForm(forms.Form):
    """Filters the list of referrals for staff."""

    status = forms.ChoiceField(choices=[("", "All"), *ReferralStatus.choices], required=False, label="Status")


class DecisionForm(forms.Form):
    """Asks staff whether a referral is rewarded, and why."""

    act = forms.ChoiceField(choices=[("approve", "Give the rewards"), ("refuse", "Refuse")], widget=forms.HiddenInput)
    note = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="Kept for staff."
    )


class RuleForm(forms.Form):
    """Sets what both sides get for one kind of referral."""

    is_on = forms.BooleanField(label="Give rewards", required=False)
    referrer_amount = AmountField(label="Credit for who invites", help_text="0 for none.")
    friend_amount = AmountField(label="Credit for who joins", help_text="0 for none.")
    currency = forms.ChoiceField(choices=currencies, widget=QuickSelect)
    least_paid = AmountField(
        label="Lowest price of the first session", help_text="Sessions that cost less do not count."
    )
    days = forms.IntegerField(label="Days until the first session", min_value=1, max_value=365)
    most_per_year = forms.IntegerField(label="Most rewards for one person in a year", min_value=1, max_value=1000)

    def __init__(self, data: Any = None, *, kind: str, rule: RewardRule | None) -> None:
        names = ("is_on", "referrer_amount", "friend_amount", "currency", "least_paid", "days", "most_per_year")
        initial = {name: getattr(rule, name) for name in names} if rule else {"days": 90, "most_per_year": 20}
        if rule:  # the database has more decimals than the form takes
            initial |= {name: rule.money(getattr(rule, name)).amount for name in AMOUNTS}
        super().__init__(data, initial=initial, prefix=kind)
        self.kind = kind
        self.label = RewardRule.Kind(kind).label

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        both = [cleaned.get("referrer_amount"), cleaned.get("friend_amount")]
        least = cleaned.get("least_paid")
        if cleaned.get("is_on") and least is not None and least <= sum(amount or 0 for amount in both):
            message = (
                "The session has to cost more than both rewards together, or people could earn by booking themselves."
            )
            self.add_error("least_paid", message)
        return cleaned

    @property
    def rule(self) -> NewRule:
        """What was sent; the form is valid."""
        return NewRule(kind=self.kind, **self.cleaned_data)
