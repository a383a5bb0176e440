"""The part of a form for refunds that says whether the money becomes credit."""

from __future__ import annotations

from typing import Any

from django import forms

METHOD, CREDIT = "method", "credit"


class WithCreditForm(forms.Form):
    """Adds the choice between the original payment method and credit. `cleaned_data["consent"]` is then None, or says how
    the client agreed to credit."""

    target = forms.ChoiceField(
        label="How the client gets it",
        choices=[(METHOD, "The way it was paid"), (CREDIT, "As credit, for what they book next on Waymark")],
        widget=forms.RadioSelect(attrs={"class": "one-a-line"}),
    )
    consent = forms.CharField(
        label="How the client agreed to credit", max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only for credit, such as “In a message on 3 May”. The client will see this.",
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, can_be_credit: bool, initial: dict[str, Any] | None = None, **options: Any
    ) -> None:
        super().__init__(data, initial={"target": METHOD} | (initial or {}), **options)
        self.order_fields(["key", "amount", "target", "consent", "reason"])
        if not can_be_credit:
            del self.fields["target"], self.fields["consent"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        as_credit, consent = cleaned.pop("target", METHOD) == CREDIT, cleaned.pop("consent", "")
        if as_credit and not consent:
            self.add_error("consent", "Say how the client agreed to get credit. They will see it.")
        return cleaned | {"consent": consent if as_credit else None}
