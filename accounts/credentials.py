"""allauth's forms that ask for a new password, with one line in place of three rules."""

from __future__ import annotations

from typing import Any

from allauth.account import forms

HINT = "At least 10 characters. A short sentence is the easiest to remember."


class _ShortHint:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password1"].help_text = HINT


class SignUpForm(_ShortHint, forms.SignupForm):
    """Joining."""


class ChangePasswordForm(_ShortHint, forms.ChangePasswordForm):
    """A new password in place of a known one."""


class NewPasswordForm(_ShortHint, forms.ResetPasswordKeyForm):
    """A new password in place of a forgotten one."""
