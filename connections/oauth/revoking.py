"""Gives tokens back to their service after an account was disconnected, as far as the service takes them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.utils.dateparse import parse_datetime

from connections.oauth import wire
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import OAuthClient, OAuthService, service_named, service_of
from core import clock, outbox
from core.ids import uuid7
from core.models import OutboxMessage

CHANNEL = "revoked_tokens"


def queue(account: LinkedAccount) -> None:
    """Queues that the tokens of an account, which is about to be deleted, are given back. They stay encrypted."""
    client = service_of(account).client()
    if client is None or not client.revoke_url or account.kind != LinkedAccount.Kind.OAUTH or account.is_broken:
        return
    outbox.put(
        event=f"revoke:{account.pk}:{uuid7()}",
        channel=CHANNEL,
        recipient="",
        payload={
            "service": account.service,
            "external_id": account.external_id,
            "secret": account.secret,
            "refresh_secret": account.refresh_secret,
            "expires_at": account.expires_at,
        },
    )


def deliver(message: OutboxMessage) -> None:
    """Gives the tokens back, unless the account was connected again: its new ones might go with them."""
    payload = message.payload
    if "secret" not in payload:
        return  # done, by a worker that was killed before it could say so
    service = service_named(payload["service"])
    client = service.client() if service is not None else None
    accounts = LinkedAccount.objects.working().filter(service=payload["service"], external_id=payload["external_id"])
    if service is None or client is None or accounts.exists():
        return
    with suppress(wire.GrantRefused):  # access was withdrawn at the service already
        wire.revoke(service, client, _valid_token(service, client, payload))
    OutboxMessage.objects.filter(pk=message.pk).update(payload={"service": payload["service"]})


def _valid_token(service: OAuthService, client: OAuthClient, payload: dict[str, Any]) -> str:
    """Returns the refresh token for a service that takes that. Else the access token, or a new one if it has expired,
    since services do not take an expired one back."""
    account = LinkedAccount(secret=payload["secret"], refresh_secret=payload["refresh_secret"])
    if client.revokes_refresh_token and account.refresh_token:
        return account.refresh_token
    account.expires_at = parse_datetime(payload["expires_at"] or "")
    if not account.is_expired(clock.now()) or not account.refresh_token:
        return account.access_token
    return wire.refresh(service, client, refresh_token=account.refresh_token, owner="revoked").access
