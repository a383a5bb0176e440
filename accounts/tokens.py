"""Personal tokens: how a program signs in as its person."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts import factors
from accounts.models import ApiToken, User
from core import audit, clock
from core.errors import Refusal, Refused

PREFIX = "wm_"
REMEMBER_USE = timedelta(minutes=1)  # exact enough for people, and no write for every request


@transaction.atomic
def issue(*, user: User, name: str) -> str:
    """Makes a token and returns it: the only time that anybody sees it."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=user, name=name, digest=_digest(secret), hint=secret[:9])
    audit.record(actor=user, action="token made", subject=token, before=None, after={"hint": token.hint})
    return secret


def person_of(secret: str) -> User | None:
    """Whose token this is, with their roles; None for one that is unknown, revoked or of somebody gone."""
    if not secret.startswith(PREFIX):
        return None
    token = ApiToken.objects.filter(digest=_digest(secret), revoked_at__isnull=True).first()
    if token is None:
        return None
    now = clock.now()
    ApiToken.objects.filter(Q(used_at__isnull=True) | Q(used_at__lt=now - REMEMBER_USE), pk=token.pk).update(
        used_at=now
    )
    person = User.objects.with_roles().filter(pk=token.user_id, is_active=True).first()
    if person is not None and factors.is_missing(person):
        raise Refused(Refusal.SECOND_FACTOR_REQUIRED)
    return person


@transaction.atomic
def revoke(*, user: User, token: UUID) -> bool:
    """Ends one of the person's tokens; False if there is no such live one."""
    ended = ApiToken.objects.filter(user=user, pk=token, revoked_at__isnull=True).update(revoked_at=clock.now())
    if ended:
        audit.record(actor=user, action="token revoked", subject=f"accounts.apitoken:{token}", before=None, after=None)
    return bool(ended)


def revoke_named(*, user: User, name: str) -> None:
    """Ends the person's live tokens of that name."""
    ApiToken.objects.filter(user=user, name=name, revoked_at__isnull=True).update(revoked_at=clock.now())


def revoke_all(*, user: User) -> None:
    """Ends all of the person's live tokens."""
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=clock.now())


def _digest(secret: str) -> str:
    """Tokens are long and random, so one round of SHA-256 keeps them as safe as a password hash would."""
    return hashlib.sha256(secret.encode()).hexdigest()
