"""allauth's second factors, with used codes counted in PostgreSQL instead of the cache, and with encrypted secrets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from accounts.notifications import NewNotification, notify
from accounts.sign_in import limits
from core import audit, encryption
from core.limits import Limit
from core.names import as_sentence

# A code is valid for its half minute and the ones before and after it. Within these 90 seconds it may be used once.
USED_CODES = Limit("used codes", 1, timedelta(seconds=90))


def is_missing(user: Any) -> bool:
    """Whether this person must set up a second factor before they may do anything else."""
    return bool(
        settings.STAFF_NEED_SECOND_FACTOR
        and user.is_authenticated
        and getattr(user, "is_staff", False)
        and not user.has_second_factor
    )


@transaction.atomic
def remove_for(*, user: User, by: User, reason: str) -> bool:
    """Removes the second factors of a person who lost theirs, and notifies them; returns False if they had none."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        return False
    entry = audit.record(actor=by, action="second factor removed", subject=user, before=None, after={"reason": reason})
    notify(
        user,
        NewNotification(
            kind="account",
            event=f"second factor removed:{entry.pk}",
            title="Your second factor was removed",
            text=f"By {by.display_name}, because: {as_sentence(reason)} If you did not ask for this, "
            "reply to this mail now.",
            path="/account/2fa/",
            call="Set one up again",
            is_important=True,
        ),
    )
    return True


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's adapter for second factors, with encrypted secrets and an inline QR code."""

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> SafeString:
        """Returns the QR code as an inline SVG: the Content-Security-Policy allows no images from `data:` URLs."""
        drawing = super().build_totp_svg(url)
        return mark_safe(drawing[drawing.index("<svg") :])  # noqa: S308  (drawn here, holds no text)


class _CodeFieldMixin:
    """A field for a code, which counts wrong codes and accepts each code once."""

    fields: dict[str, forms.Field]
    user: User

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["code"] = forms.CharField(
            label="Code",
            max_length=20,
            help_text=self.help_text,
            error_messages={"required": "Enter the code."},
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        )

    help_text = "Six digits from your authenticator app, or one of your recovery codes."

    def clean_code(self) -> str:
        """Counts the code as wrong before it is checked, so that parallel guesses count too; takes that back if it is right."""
        limits.count_code(context.request, self.user.email)
        code: str = super().clean_code()  # type: ignore[misc]  # the form that this is mixed into
        kind = getattr(getattr(self, "authenticator", None), "type", None)
        if kind != Authenticator.Type.RECOVERY_CODES:
            usage = USED_CODES.count(f"{self.user.pk}:{code}")
            if usage and usage.is_exceeded:
                raise forms.ValidationError("This code has already been used. Wait for the next one.")
        limits.code_was_right(context.request, self.user.email)
        return code


class SecondFactorForm(_CodeFieldMixin, base_forms.AuthenticateForm):
    """The second step of signing in."""


class ConfirmForm(_CodeFieldMixin, base_forms.ReauthenticateForm):
    """Asks a signed-in person for a code again."""


class ActivateForm(_CodeFieldMixin, totp_forms.ActivateTOTPForm):
    """Asks for the first code when an authenticator app is set up, to check that the app has the secret."""

    help_text = "Enter the six digits that your app shows now."
