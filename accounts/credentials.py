"""allauth's forms around passwords: a short hint, and limits that are counted before anybody is looked up."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.core import context
from django.db import transaction
from django.forms import BooleanField

from accounts import limits, tokens
from accounts.models import UserManager
from core.requests import client_address

KEEP_HINT = "Otherwise they end with your old password, and programs that use them stop working."
HINT = "At least 10 characters. A short sentence is the easiest to remember."


class _ShortHint:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password1"].help_text = HINT


class SignUpForm(_ShortHint, forms.SignupForm):
    """Joining. Known and new addresses count alike, or the limit itself would tell them apart."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.errors:
            limits.SIGN_UPS.hit(client_address(context.request))
        return cleaned


class ChangePasswordForm(_ShortHint, forms.ChangePasswordForm):
    """A new password in place of a known one. API tokens end with the old one, unless their owner keeps them."""

    user: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.user.api_tokens.live().exists():
            self.fields["keep_tokens"] = BooleanField(label="Keep my API tokens", required=False, help_text=KEEP_HINT)

    @transaction.atomic
    def save(self) -> None:
        super().save()
        if not self.cleaned_data.get("keep_tokens"):
            self.user.ended_tokens = tokens.revoke_all(user=self.user, by=self.user, because="password changed")


class NewPasswordForm(_ShortHint, forms.ResetPasswordKeyForm):
    """A new password in place of a forgotten one. API tokens end: whoever knew the old one may have made them."""

    @transaction.atomic
    def save(self) -> None:
        super().save()
        self.user.ended_tokens = tokens.revoke_all(user=self.user, by=self.user, because="password reset")


class ForgottenPasswordForm(forms.ResetPasswordForm):
    """Asking for a reset mail. Known and unknown addresses count alike here too."""

    def clean_email(self) -> str:
        email: str = super().clean_email()
        limits.RESETS.hit(UserManager.normalize_email(email))
        return email
