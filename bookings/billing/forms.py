"""Forms in which builders record what they received and what they gave back."""

from __future__ import annotations

from typing import Any

from django import forms

from coaching.forms import MoneyField, input_value
from core.form_fields import LineFormField
from core.forms import DateField
from core.ids import uuid7
from core.money import Money
from payments.account_credit.forms import WithCreditForm
from payments.states import Method


class AmountForm(forms.Form):
    """An amount that can be at most `most`, which is what the form begins with, and the key that makes it count once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    amount = MoneyField(label="Amount")

    def __init__(self, data: Any = None, *, most: Money, initial: dict[str, Any] | None = None) -> None:
        begin = {"key": uuid7(), "amount": input_value(most.amount, most.currency)}
        super().__init__(data, initial=begin | (initial or {}))
        self.fields["amount"].label = f"Amount in {most.currency}"


class ReceiptForm(AmountForm):
    method = forms.ChoiceField(label="Paid by", choices=Method.choices)
    received_on = DateField(label="Received on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = LineFormField(label="Note", max_length=200, required=False, help_text="The client will see this.")

    def __init__(self, data: Any = None, *, most: Money, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, most=most, initial=initial)
        self.fields["amount"].help_text = f"{most.shown()} is due. You can also record a part of it."


class CorrectionForm(forms.Form):
    reason = LineFormField(
        label="What was wrong", max_length=200, help_text="The client will see this.",
        error_messages={"required": "Explain what was wrong. The client will see it."},
    )  # fmt: skip


class GiveUpForm(forms.Form):
    reason = forms.CharField(
        label="Why it is not tried again", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The client can read this. Say how they get the money instead, if they do.",
        error_messages={"required": "Give a reason: the client will see it."},
    )  # fmt: skip


class RefundForm(WithCreditForm, AmountForm):
    reason = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The client will see this.", error_messages={"required": "Give a reason. The client will see it."},
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, most: Money, can_be_credit: bool, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, most=most, can_be_credit=can_be_credit, initial=initial)
        self.fields["amount"].help_text = f"You can refund up to {most.shown()}."
