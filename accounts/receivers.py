"""Receivers of allauth's and Django's signals: changes of passwords and second factors are audited and may end API tokens,
and signing in may set the time zone."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.time_zones.services import adopt
from accounts.tokens import services as tokens
from core import audit
from core.zones import browser_zone


@receiver(account.password_changed, dispatch_uid="audit")
@receiver(account.password_reset, dispatch_uid="audit")
@receiver(account.password_set, dispatch_uid="audit")
def audit_password(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Records the change, and says on the next page how many API tokens it ended."""
    audit.record(actor=user, action="password changed", subject=user, before=None, after=None)
    _show_ended_tokens(request, getattr(user, "ended_tokens", 0))  # set by the forms in accounts.sign_in


@receiver(account.password_set, dispatch_uid="tokens")
def end_tokens_with_first_password(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Ends the API tokens of a person who sets a password for the first time."""
    _show_ended_tokens(request, tokens.revoke_all(user=user, by=user, because="password set"))


@receiver(factors.authenticator_added, dispatch_uid="audit")
def audit_added_factor(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    audit.record(
        actor=user, action="second factor added", subject=user, before=None, after={"kind": authenticator.type}
    )


@receiver(factors.authenticator_removed, dispatch_uid="audit")
def audit_removed_factor(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    audit.record(
        actor=user, action="second factor removed", subject=user, before={"kind": authenticator.type}, after=None
    )


@receiver(factors.authenticator_reset, dispatch_uid="audit")
def audit_renewed_codes(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record(actor=user, action="recovery codes renewed", subject=user, before=None, after=None)


@receiver(user_logged_in, dispatch_uid="zone")
def adopt_zone(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Gives an account that has never had a time zone the one of the browser."""
    adopt(request, user, browser_zone(request))


def _show_ended_tokens(request: HttpRequest, count: int) -> None:
    if count:
        messages.info(request, tokens.ended_text(count))
