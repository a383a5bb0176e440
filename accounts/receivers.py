"""What allauth does to how somebody signs in leaves an audit row; whoever signs in may get their device's time zone."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as factors
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.zones import adopt
from core import audit
from core.zones import browser_zone


@receiver(account.password_changed, dispatch_uid="audit")
@receiver(account.password_reset, dispatch_uid="audit")
@receiver(account.password_set, dispatch_uid="audit")
def password(sender: Any, user: User, **told: Any) -> None:
    audit.record(actor=user, action="password changed", subject=user, before=None, after=None)


@receiver(account.email_changed, dispatch_uid="audit")
def email(sender: Any, user: User, **told: Any) -> None:
    """Without the addresses: audit rows outlive their person."""
    audit.record(actor=user, action="email address changed", subject=user, before=None, after=None)


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
