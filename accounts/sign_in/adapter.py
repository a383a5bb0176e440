"""Where allauth asks us: limits that outlive a cache, one way to write an address."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from accounts.models import User, UserManager
from accounts.sign_in import limits
from accounts.sign_in.emails import email_for
from core.ids import uuid7
from core.mail import queue_email
from core.requests import exact_address, is_address, own_path


class AccountAdapter(DefaultAccountAdapter):
    # allauth's own counter lives in the cache; ours takes its place, so there is none to roll back.
    _login_failed_rl_usage = None

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before a password is looked at: counted as a failure at once, so that parallel tries count too."""
        limits.count_password(request, credentials.get("email") or "")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            limits.password_was_right(request, credentials.get("email") or "")
        return user

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Whoever could read the reset mail need not wait for the guesses of others to run out."""
        super().set_password(user, password)
        limits.forget_passwords(context.request, _person(user).email)

    def send_mail(self, template_prefix: str, email: str, details: dict[str, Any]) -> None:
        """Through the outbox, so that a mail server that is down loses nobody's link."""
        queue_email(email_for(template_prefix, email, details), to=email, event=f"{template_prefix}:{uuid7()}")

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Whoever has just signed in has just shown that it is them."""
        request = context.request
        shown = max((record["at"] for record in get_authentication_records(request, request.user)), default=0.0)
        return time.time() - shown > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_client_ip(self, request: HttpRequest) -> str:
        """For the list of one's sessions."""
        address = exact_address(request)
        return address if is_address(address) else "0.0.0.0"  # noqa: S104  (an unknown address, nothing to bind to)

    def is_safe_url(self, url: str) -> bool:
        """Whether that is the path of a page here; allauth's own check raises for addresses that do not parse."""
        return own_path(url, "") != ""

    def clean_email(self, email: str) -> str:
        return UserManager.normalize_email(email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Carries along where the person wanted to go."""
        url: str = super().get_reset_password_from_key_url(key)
        return str(passthrough_next_redirect_url(context.request, url, REDIRECT_FIELD_NAME))


def _person(user: AbstractBaseUser) -> User:
    """allauth knows only what every user model has."""
    assert isinstance(user, User)
    return user
