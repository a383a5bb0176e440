"""Connects accounts at outside services, keeps their tokens valid, and calls the services in their name."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify
from connections.oauth import revoking, wire
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import Identity, OAuthService, Tokens, service_of
from core import audit, clock, http
from core.breakers import Breaker
from core.characters import is_allowed
from core.errors import Refusal, Refused
from core.service_calls import ServiceDown
from core.service_calls import call as call_service

logger = logging.getLogger(__name__)

NOTED_EVERY = timedelta(minutes=5)  # how often a success is written down
NOTIFICATION = "connection"


class AccountBroken(Exception):
    """The service no longer lets Waymark use the account: its owner has to connect it again."""


def connect(*, owner: User, service: OAuthService, code: str, verifier: str, redirect_uri: str) -> LinkedAccount:
    """Connects the account whose owner agreed at the service. Asks the service, so call it outside a transaction.

    Refuses what the service does not accept.
    """
    client = service.client()
    if client is None:
        raise Refused(Refusal.NOT_FOUND)
    try:
        tokens = wire.exchange_code(service, client, code=code, verifier=verifier, redirect_uri=redirect_uri)
        identity = service.identify(tokens)
    except wire.GrantRefused:
        sentence = f"{service.label} did not accept this, perhaps because it took too long. Try to connect again."
        raise Refused(Refusal.INVALID, sentence) from None
    except ServiceDown as down:
        raise Refused(Refusal.INVALID, str(down)) from None
    return save_account(
        owner=owner, service=service, kind=LinkedAccount.Kind.OAUTH, tokens=tokens, identity=identity, by=owner
    )


@transaction.atomic
def save_account(
    *,
    owner: User | None,
    service: OAuthService,
    kind: LinkedAccount.Kind,
    tokens: Tokens,
    identity: Identity,
    by: User | None,
) -> LinkedAccount:
    """Saves an account with its tokens, new or connected again, and records it in the audit."""
    if not (is_allowed(identity.external_id) and is_allowed(identity.name) and identity.external_id):
        raise Refused(Refusal.INVALID, f"{service.label} did not say which account this is.")
    account, is_new = LinkedAccount.objects.select_for_update(of=["self"]).get_or_create(
        owner=owner, service=service.name, external_id=identity.external_id[:200], defaults={"kind": kind}
    )
    account.kind, account.name = kind, identity.name[:200]
    _set_tokens(account, tokens)
    account.state, account.broken_at, account.error = LinkedAccount.State.GOOD, None, ""
    account.good_at = clock.now()
    account.save()
    action = "account connected" if is_new else "account connected again"
    audit.record(actor=by, action=action, subject=account, before=None, after={"service": service.name})
    service.connected(account)
    return account


@transaction.atomic
def disconnect(*, account: LinkedAccount, by: User) -> None:
    """Deletes an account with its tokens, which are given back to the service, and records it in the audit."""
    current = LinkedAccount.objects.select_for_update(of=["self"]).filter(pk=account.pk).first()
    if current is None:
        return
    service_of(current).disconnected(current)
    audit.record(
        actor=by, action="account disconnected", subject=current, before={"service": current.service}, after=None
    )
    revoking.queue(current)
    current.delete()


def call(
    account: LinkedAccount,
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 10,
) -> http.HttpAnswer:
    """Calls the service in the name of the account, with a token that is renewed when it has to be.

    Call it outside a transaction. Raises AccountBroken or `core.service_calls.ServiceDown`. An answer with any other
    status is returned, and what it means is for the caller to say.
    """
    try:
        token = access_token(account)
        answer = _send(account, method, address, token, headers, body, seconds)
        if answer.status == 401:
            answer = _send(account, method, address, _renew(account, refused=token), headers, body, seconds)
    except ServiceDown as down:
        note_failure(account, str(down))
        raise
    if answer.status == 401:
        mark_broken(account=account)
        raise AccountBroken
    note_success(account)
    return answer


def access_token(account: LinkedAccount) -> str:
    """Returns a token that is valid for at least a minute. Raises AccountBroken or ServiceDown."""
    if account.is_broken:
        raise AccountBroken
    return _renew(account) if account.is_expired(clock.now()) else account.access_token


def note_success(account: LinkedAccount) -> None:
    """Records that the service did what was asked, every few minutes or after a failure."""
    now = clock.now()
    if account.error or account.good_at is None or now - account.good_at > NOTED_EVERY:
        account.error, account.good_at = "", now
        LinkedAccount.objects.working().filter(pk=account.pk).update(error="", good_at=now)


def note_failure(account: LinkedAccount, sentence: str) -> None:
    """Records why the service did not do what was asked, for the pages that show the account."""
    account.error = sentence[:300]
    LinkedAccount.objects.working().filter(pk=account.pk).update(error=account.error)


@transaction.atomic
def mark_broken(*, account: LinkedAccount) -> None:
    """Records that the account has to be connected again, and notifies its owner, once."""
    current = LinkedAccount.objects.select_for_update(of=["self"]).select_related("owner").filter(pk=account.pk).first()
    if current is not None and not current.is_broken:
        _break(current)


def _send(
    account: LinkedAccount,
    method: str,
    address: str,
    token: str,
    headers: Mapping[str, str] | None,
    body: bytes | None,
    seconds: float,
) -> http.HttpAnswer:
    return call_service(
        method, address, headers={"Authorization": f"Bearer {token}"} | dict(headers or {}), body=body,
        seconds=seconds, label=service_of(account).label, breaker=Breaker(account.service, str(account.pk)),
    )  # fmt: skip


def _renew(account: LinkedAccount, refused: str = "") -> str:
    """Returns a new access token, which `account` has too then. `refused` is a token that the service did not accept.

    The row is locked while the service is asked: a refresh token can be used once, and of two processes that renew at
    once, the second has to use what the first was given. `durable`, because a rollback would lose the new one.
    """
    with transaction.atomic(durable=True):
        current = LinkedAccount.objects.select_for_update(of=["self"]).select_related("owner").get(pk=account.pk)
        is_usable = not current.is_expired(clock.now()) and current.access_token != refused
        if not is_usable and not current.is_broken:
            _renew_locked(current)
        account.secret, account.refresh_secret = current.secret, current.refresh_secret
        account.expires_at, account.state, account.broken_at = current.expires_at, current.state, current.broken_at
    if account.is_broken:
        raise AccountBroken
    return account.access_token


def _renew_locked(account: LinkedAccount) -> None:
    service = service_of(account)
    client = service.client()
    try:
        if account.kind == LinkedAccount.Kind.SERVER and service.renew_server is not None:
            tokens = service.renew_server()
        elif account.kind == LinkedAccount.Kind.OAUTH and client is not None:
            tokens = wire.refresh(service, client, refresh_token=account.refresh_token, owner=str(account.pk))
        else:
            _break(account)
            return
    except wire.GrantRefused:
        _break(account)
        return
    _set_tokens(account, tokens)
    account.save(update_fields=["secret", "refresh_secret", "expires_at", "scopes", "changed_at"])


def _set_tokens(account: LinkedAccount, tokens: Tokens) -> None:
    account.access_token, account.refresh_token = tokens.access, tokens.refresh
    account.expires_at = tokens.expires_at
    account.scopes = tokens.scopes or account.scopes


def _break(account: LinkedAccount) -> None:
    """Saves a locked account as broken and notifies its owner; for the platform's own, operators read the log."""
    label = service_of(account).label
    account.state, account.broken_at = LinkedAccount.State.BROKEN, clock.now()
    account.error = f"{label} no longer lets Waymark use this account."
    account.access_token = account.refresh_token = ""
    account.save(update_fields=["state", "broken_at", "error", "secret", "refresh_secret", "changed_at"])
    logger.error("an account is broken", extra={"service": account.service, "account": str(account.pk)})
    service_of(account).broken(account)
    owner: Any = account.owner
    if owner is not None:
        notify(
            owner,
            NewNotification(
                kind=NOTIFICATION,
                event=f"account {account.pk} broken at {account.broken_at.isoformat()}",
                title=f"Connect {label} again",
                text=f"{label} no longer lets Waymark use your account, perhaps because access was withdrawn there.",
                path=reverse("scheduling:connections"),
                call="See your connections",
            ),
        )
