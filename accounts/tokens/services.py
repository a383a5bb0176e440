"""Services for personal API tokens: making them, checking them, ending them and reminding of their end."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import ApiToken, User, roles_and_factor
from accounts.notifications import NewNotification, notify
from accounts.refusals import AccountRefusal
from accounts.sign_in import second_factors
from core import audit, clock
from core.bearers import Bearer
from core.errors import Refusal, Refused
from core.scopes import Scope, with_included

PREFIX = "wm_"
USED_AT_INTERVAL = timedelta(minutes=1)  # `used_at` is written at most once a minute, not for every request
LIFETIMES = {30: "30 days", 90: "90 days", 365: "A year", 730: "Two years"}
DEFAULT_DAYS, MAX_DAYS = 365, max(LIFETIMES)
REMIND_BEFORE = timedelta(days=14)


@transaction.atomic
def issue(*, user: User, name: str, scopes: Iterable[str] = (Scope.MANAGE,), days: int = DEFAULT_DAYS) -> str:
    """Creates a token and returns its secret, which is not stored. A scope includes the narrower ones.

    Refuses if the person's password, address or account has changed since `user` was loaded: a request that began
    before such a change ended all tokens must not leave a new one behind.
    """
    current = _lock(user)
    if current is None or (current.password, current.email, current.is_active) != (
        user.password,
        user.email,
        user.is_active,
    ):
        raise Refused(Refusal.NOT_AUTHENTICATED)
    try:
        allowed = with_included(scopes)
    except ValueError:
        message = f"Choose from {', '.join(Scope.values)}."
        raise Refused(Refusal.INVALID, fields={"scopes": [message]}) from None
    if not 1 <= days <= MAX_DAYS:
        raise Refused(Refusal.INVALID, fields={"days": [f"A token works for 1 to {MAX_DAYS} days."]})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(secret),
        hint=secret[:9],
        scopes=[scope.value for scope in allowed],
        expires_at=clock.now() + timedelta(days=days),
    )
    facts = {"hint": token.hint, "scopes": token.scopes, "days": days}
    audit.record(actor=user, action="token made", subject=token, before=None, after=facts)
    return secret


def bearer_of(secret: str) -> Bearer | None:
    """Returns the person whose token this is, with their roles, and the scopes of the token.

    Returns None if the token is unknown, revoked or expired, or its person's account is switched off. One query, and
    another once a minute.
    """
    if not secret.startswith(PREFIX):
        return None
    live = ApiToken.objects.live().filter(digest=_digest(secret)).select_related("user")
    try:
        token: Any = live.annotate(read_at=Now(), **roles_and_factor("user")).get()
    except ApiToken.DoesNotExist:
        return None
    if token.used_at is None or token.used_at < token.read_at - USED_AT_INTERVAL:
        ApiToken.objects.filter(pk=token.pk).update(used_at=token.read_at)
    person: User = token.user
    if not person.is_active:
        return None
    vars(person).update(held_roles=token.held_roles, has_factor=token.has_factor)
    if second_factors.is_missing(person):
        raise Refused(AccountRefusal.SECOND_FACTOR_REQUIRED)
    return Bearer(person, frozenset(token.scopes))


def person_of(secret: str) -> User | None:
    """Returns the person whose token this is; None if it does not work."""
    bearer = bearer_of(secret)
    person: User | None = bearer.person if bearer else None
    return person


@transaction.atomic
def revoke(*, user: User, token: UUID, by: User | None = None) -> bool:
    """Ends one of the person's tokens and notifies them if somebody else ended it; returns False if it is not live."""
    ended = ApiToken.objects.filter(user=user, pk=token, revoked_at__isnull=True).update(revoked_at=clock.now())
    if not ended:
        return False
    actor = by or user
    audit.record(actor=actor, action="token revoked", subject=f"accounts.apitoken:{token}", before=None, after=None)
    if actor != user:
        notify(user, _revoked_by_staff_notification(ApiToken.objects.get(pk=token)))
    return True


@transaction.atomic
def revoke_all(*, user: User, by: User | None = None, because: str = "") -> int:
    """Ends every token of the person and returns how many still worked. `by` is None for the system."""
    _lock(user)
    tokens = ApiToken.objects.filter(user=user, revoked_at__isnull=True)
    working = tokens.live().count()
    if tokens.update(revoked_at=clock.now()):
        facts = {"count": working, "because": because}
        audit.record(actor=by, action="tokens revoked", subject=user, before=None, after=facts)
    return working


def revoke_named(*, user: User, name: str) -> None:
    """Ends the person's tokens of that name."""
    ApiToken.objects.filter(user=user, name=name, revoked_at__isnull=True).update(revoked_at=clock.now())


def remind_of_ending(now: datetime) -> int:
    """Notifies the owners of tokens that end within two weeks, once for each token; returns the number of tokens.

    Tokens that were made for two weeks or less are left out.
    """
    ending = ApiToken.objects.live().filter(
        reminded_at__isnull=True,
        expires_at__lte=now + REMIND_BEFORE,
        expires_at__gt=F("created_at") + REMIND_BEFORE,
        user__is_active=True,
    )
    return sum(_remind(token, now) for token in ending.select_related("user"))


@transaction.atomic
def _remind(token: ApiToken, now: datetime) -> bool:
    """Notifies the owner unless another worker has claimed the token already; the conditional UPDATE claims it."""
    is_claimed = ApiToken.objects.live().filter(pk=token.pk, reminded_at__isnull=True).update(reminded_at=now)
    if is_claimed:
        notify(token.user, _ends_soon_notification(token))
    return bool(is_claimed)


def ended_text(count: int) -> str:
    """Returns the message about tokens that ended with another change; an empty string if there were none."""
    if not count:
        return ""
    what = "Your API token has ended" if count == 1 else f"Your {count} API tokens have ended"
    return f"{what}. Programs that used {'it' if count == 1 else 'them'} need a new one."


def _ends_soon_notification(token: ApiToken) -> NewNotification:
    return NewNotification(
        kind="account",
        event=f"token ends:{token.pk}",
        title=f"Your API token “{token.name}” ends on {token.expires_at:%-d %B %Y}",
        text="Programs that use it will stop working then. Create a new token and replace it before that day.",
        path=reverse("accounts:tokens"),
        call="Your API tokens",
    )


def _revoked_by_staff_notification(token: ApiToken) -> NewNotification:
    return NewNotification(
        kind="account",
        event=f"token revoked:{token.pk}",
        title=f"Your API token “{token.name}” was revoked by our staff",
        text="Programs that used it have stopped working. You can create a new token on your account page.",
        path=reverse("accounts:tokens"),
        call="Your API tokens",
    )


def _lock(user: User) -> User | None:
    """Locks the person's row and returns it as it is now. Other transactions that make or end their tokens wait."""
    return User.objects.get_queryset().select_for_update(no_key=True).filter(pk=user.pk).first()


def _digest(secret: str) -> str:
    """Returns the SHA-256 of a token. Tokens are long and random, so one round is as safe as a password hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
