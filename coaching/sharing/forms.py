"""The lines in which a builder says with whom the price of a session is shared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import BuilderProfile
from accounts.roles import Role
from coaching.forms import LineForm, line_formset
from coaching.models import SessionType
from coaching.sharing.services import WantedShare
from core.form_fields import LineFormField


class ShareLine(LineForm):
    unique, repeated = "builder", "Another line is already for this builder."
    builder = LineFormField(label="Address of their page", max_length=200, required=False)
    percent = forms.DecimalField(
        label="Per cent", min_value=Decimal(1), max_value=Decimal(99), max_digits=5, decimal_places=2, required=False
    )

    def clean_builder(self) -> str:
        """Returns the last part of the address, by which a builder's page is known."""
        typed = str(self.cleaned_data["builder"] or "").strip().rstrip("/")
        return typed.rsplit("/", maxsplit=1)[-1].lower()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        slug, percent = cleaned.get("builder"), cleaned.get("percent")
        if slug and percent is None and "percent" not in self.errors:
            self.add_error("percent", "Enter the percentage that they get.")
        if percent is not None and not slug:
            self.add_error("builder", "Enter a builder’s page, such as /builders/ada-moreno/.")
        if slug:
            profile = BuilderProfile.objects.filter(slug=slug).select_related("user").first()
            if profile is None or Role.BUILDER not in profile.user.roles:
                self.add_error("builder", "There is no builder at this address.")
            else:
                cleaned["person"] = profile.user
        return cleaned


ShareLines = line_formset(ShareLine, extra=2)


def share_lines(data: Any, session_type: SessionType) -> forms.BaseFormSet[LineForm]:
    shares = session_type.price_shares.select_related("builder__builder_profile")
    initial = [
        {"builder": share.builder.builder_profile.slug, "percent": share.percent.normalize()} for share in shares
    ]
    return ShareLines(data, prefix="shares", initial=None if data is not None else initial)


def wanted_shares(lines: forms.BaseFormSet[LineForm]) -> list[WantedShare]:
    """Returns the shares of the lines that are not empty. They must be valid."""
    rows = [line.cleaned_data for line in lines if line.cleaned_data.get("person")]
    return [WantedShare(row["person"], row["percent"]) for row in rows]
