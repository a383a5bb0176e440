"""allauth's adapter: limits kept in PostgreSQL, mails through the outbox, addresses in lower case."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.models import User, UserManager
from accounts.sign_in import limits
from accounts.sign_in.emails import email_for
from accounts.sign_in.identity_checks import last_check
from core.ids import uuid7
from core.mail import queue_email
from core.requests import exact_address, is_address, own_path


class AccountAdapter(DefaultAccountAdapter):
    # allauth would roll back its own counter in the cache; `accounts.sign_in.limits` counts instead.
    _login_failed_rl_usage = None

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the password as wrong before it is checked, so that parallel attempts count too."""
        limits.count_password(request, credentials.get("email") or "")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            limits.password_was_right(request, credentials.get("email") or "")
        return user

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Sets the password and forgets failed attempts, so that its owner can sign in at once."""
        super().set_password(user, password)
        limits.forget_passwords(context.request, _person(user).email)

    def send_mail(self, template_prefix: str, email: str, details: dict[str, Any]) -> None:
        """Sends through the outbox, so that no link is lost while the mail server is down."""
        queue_email(email_for(template_prefix, email, details), to=email, event=f"{template_prefix}:{uuid7()}")

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Whether the last password or second factor was given too long ago; signing in counts as giving one."""
        return time.time() - last_check(context.request) > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_client_ip(self, request: HttpRequest) -> str:
        """Returns the address to show in the person's list of sessions."""
        address = exact_address(request)
        return address if is_address(address) else "0.0.0.0"  # noqa: S104  (an unknown address, nothing to bind to)

    def is_safe_url(self, url: str) -> bool:
        """Whether the URL is a path of this site. allauth's own check raises for URLs that cannot be parsed."""
        return own_path(url, "") != ""

    def clean_email(self, email: str) -> str:
        return UserManager.normalize_email(email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Adds the page that the person wants to go to."""
        url: str = super().get_reset_password_from_key_url(key)
        return str(passthrough_next_redirect_url(context.request, url, REDIRECT_FIELD_NAME))


def _person(user: AbstractBaseUser) -> User:
    """Narrows the type: allauth's signatures have the base class of all user models."""
    assert isinstance(user, User)
    return user
