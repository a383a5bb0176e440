"""Forms for a dispute: a statement, and the decision of support."""

from __future__ import annotations

from typing import Any

from django import forms

from bookings.disputes.settling import SettlementChoices
from bookings.states import State
from coaching.forms import MoneyField
from core.forms import UploadField


class StatementForm(forms.Form):
    text = forms.CharField(
        label="What happened?", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Say what happened."},
        help_text="Both of you and our support team will see this. You cannot change it afterwards.",
    )  # fmt: skip
    file = UploadField(label="A file that shows it", required=False)


class ResolveForm(forms.Form):
    """The decision of support, with what it gives back where the payment was made through Waymark."""

    outcome = forms.ChoiceField(
        label="How does it end?", widget=forms.RadioSelect,
        choices=[(State.COMPLETED.value, "It counts as completed"), (State.CANCELLED.value, "It is cancelled")],
        error_messages={"required": "Choose how it ends."},
    )  # fmt: skip
    refund_amount = MoneyField(required=False)
    reason = forms.CharField(
        label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 4}), help_text="Both sides will see this.",
        error_messages={"required": "Give a reason. Both sides will see it."},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, choices: SettlementChoices) -> None:
        super().__init__(data)
        most = choices.bill.refundable
        if choices.can_refund:
            amount = self.fields["refund_amount"]
            amount.label = f"Amount in {most.currency} that the client gets back"
            amount.help_text = f"Up to {most.shown()}. Only for a session that counts as completed."
        else:
            del self.fields["refund_amount"]
