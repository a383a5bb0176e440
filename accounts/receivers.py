"""What allauth does to how somebody signs in leaves an audit row, and may end API tokens; signing in may set a time zone."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.tokens import services as tokens
from accounts.zones import adopt
from core import audit
from core.zones import browser_zone


@receiver(account.password_changed, dispatch_uid="audit")
@receiver(account.password_reset, dispatch_uid="audit")
@receiver(account.password_set, dispatch_uid="audit")
def password(sender: Any, request: HttpRequest, user: User, **told: Any) -> None:
    audit.record(actor=user, action="password changed", subject=user, before=None, after=None)
    _say_what_ended(request, getattr(user, "ended_tokens", 0))  # set by the forms in credentials


@receiver(account.password_set, dispatch_uid="tokens")
def first_password(sender: Any, request: HttpRequest, user: User, **told: Any) -> None:
    _say_what_ended(request, tokens.revoke_all(user=user, by=user, because="password set"))


@receiver(factors.authenticator_added, dispatch_uid="audit")
def factor_added(sender: Any, user: User, authenticator: Any, **told: Any) -> None:
    audit.record(
        actor=user, action="second factor added", subject=user, before=None, after={"kind": authenticator.type}
    )


@receiver(factors.authenticator_removed, dispatch_uid="audit")
def factor_removed(sender: Any, user: User, authenticator: Any, **told: Any) -> None:
    audit.record(
        actor=user, action="second factor removed", subject=user, before={"kind": authenticator.type}, after=None
    )


@receiver(factors.authenticator_reset, dispatch_uid="audit")
def codes_renewed(sender: Any, user: User, **told: Any) -> None:
    audit.record(actor=user, action="recovery codes renewed", subject=user, before=None, after=None)


@receiver(user_logged_in, dispatch_uid="zone")
def signed_in(sender: Any, request: HttpRequest, user: User, **options: Any) -> None:
    """An account that has never had a time zone takes the one of the device it is used on."""
    adopt(request, user, browser_zone(request))


def _say_what_ended(request: HttpRequest, count: int) -> None:
    if count:
        messages.info(request, tokens.ended_words(count))
