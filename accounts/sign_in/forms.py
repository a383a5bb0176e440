"""The forms for addresses and passwords. Limits are counted before any account is looked up."""

from __future__ import annotations

from typing import Any

from allauth.account import forms
from allauth.account.fields import EmailField, SetPasswordField
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.forms import BooleanField, Form, PasswordInput, ValidationError
from django.urls import reverse
from django.utils.html import format_html

from accounts.addresses import changes as address_changes
from accounts.addresses import services as addresses
from accounts.forms import NameForm
from accounts.models import User, UserManager
from accounts.sign_in import limits
from accounts.tokens import services as tokens
from core.requests import client_address

KEEP_TOKENS_HINT = "Otherwise they will be revoked, and programs that use them will stop working."
LENGTH_HINT = "At least 10 characters. A short sentence is the easiest to remember."


class _PasswordHintMixin:
    """Replaces Django's list of password rules by one short hint, and drops placeholders that repeat the label."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password1"].help_text = LENGTH_HINT
        for field in self.fields.values():
            if isinstance(field.widget, PasswordInput):
                field.widget.attrs.pop("placeholder", None)


class SignInForm(forms.LoginForm):
    """Email address and password. Its link for a forgotten password passes on the page that the person wants to go to."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        url = passthrough_next_redirect_url(self.request, reverse("account_reset_password"), REDIRECT_FIELD_NAME)
        self.fields["remember"].label = "Keep me signed in on this device"
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = format_html('<a href="{}">Forgot your password?</a>', url)


class SignUpForm(_PasswordHintMixin, forms.SignupForm):
    """Joins. Known and new addresses count alike, because otherwise the limit would reveal which accounts exist."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.errors:
            limits.SIGN_UPS.hit(client_address(context.request))
            limits.count_confirmation_mail(cleaned["email"])
        return cleaned

    def validate_unique_email(self, value: str) -> str:
        """Accepts every address: only the mail says whether it has an account."""
        return value


class OtherBrowserForm(_PasswordHintMixin, NameForm):
    """Name and password of a person who confirms their address in another browser than the one that joined.

    They are asked for again, because a stranger may have typed those of the sign-up.
    """

    password1 = SetPasswordField(label="Password", error_messages={"required": "Choose a password."})

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["password1"]
        field.user = user


class ChangePasswordForm(_PasswordHintMixin, forms.ChangePasswordForm):
    """Replaces a password that the person knows. API tokens end unless the person ticks that they stay."""

    user: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["oldpassword"].label = "Current password"
        self.fields["password1"].label, self.fields["password2"].label = "New password", "New password again"
        if self.user.api_tokens.live().exists():
            self.fields["keep_tokens"] = BooleanField(
                label="Keep my API tokens", required=False, help_text=KEEP_TOKENS_HINT
            )

    @transaction.atomic
    def save(self) -> None:
        super().save()
        if not self.cleaned_data.get("keep_tokens"):
            self.user.ended_tokens = tokens.revoke_all(user=self.user, by=self.user, because="password changed")


class NewPasswordForm(_PasswordHintMixin, forms.ResetPasswordKeyForm):
    """Replaces a forgotten password. API tokens and a pending change of address end, because somebody else who knew the
    old password may have asked for them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password1"].label, self.fields["password2"].label = "New password", "New password again"

    @transaction.atomic
    def save(self) -> None:
        super().save()
        address_changes.cancel(user=self.user)
        self.user.ended_tokens = tokens.revoke_all(user=self.user, by=self.user, because="password reset")


class ForgottenPasswordForm(forms.ResetPasswordForm):
    """Requests a reset mail. Known, unknown and unverified addresses count alike for the limit."""

    def clean_email(self) -> str:
        email = UserManager.normalize_email(self.cleaned_data["email"])
        limits.RESETS.hit(email)
        owner = addresses.owner_of(email)
        self.users = [owner] if owner and owner.is_active else []
        return email


class LinkForm(Form):
    """Requests the confirmation link again. Every address counts alike for the limit."""

    email = EmailField(error_messages={"required": "Enter your email address."})

    def clean_email(self) -> str:
        email = UserManager.normalize_email(self.cleaned_data["email"])
        limits.count_confirmation_mail(email)
        return email


class AddressForm(Form):
    """Requests another address for the account."""

    email = EmailField(label="New email address", error_messages={"required": "Enter the new address."})

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_email(self) -> str:
        email = UserManager.normalize_email(self.cleaned_data["email"])
        if email == self.user.email:
            raise ValidationError("This is already your address.")
        limits.count_confirmation_mail(email)
        return email
