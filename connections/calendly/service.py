"""Describes Calendly for the linked accounts, and connects an account with a token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings

from accounts.models import User
from connections.calendly import wire
from connections.calendly.client import CalendlyFault, calendly_with
from connections.calendly.flags import CALENDLY
from connections.oauth import services as oauth
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import Identity, OAuthClient, OAuthService, Tokens, service_named
from connections.oauth.services import AccountBroken
from connections.oauth.wire import GrantRefused
from core.errors import Refusal, Refused
from core.service_calls import ServiceDown

NAME = "calendly"
SCOPES = (
    "users:read", "event_types:read", "availability:read", "scheduled_events:write", "webhooks:write",
)  # fmt: skip
REFUSED = "Calendly does not accept this token. Copy it again or create a new one in Calendly."
Hook = Callable[[LinkedAccount], None]
Answer = TypeVar("Answer")


def describe(*, connected: Hook, disconnected: Hook) -> OAuthService:
    """Returns the description of Calendly. What a connection leads to is for the layers above to say."""
    return OAuthService(
        name=NAME, label="Calendly", flag=CALENDLY, page="scheduling:calendly",
        purpose="Imports your event types and the bookings that are made there.",
        client=_client, identify=_identify, renew_server=platform_tokens, connected=connected, disconnected=disconnected,
    )  # fmt: skip


def registered() -> OAuthService:
    service = service_named(NAME)
    assert service is not None
    return service


def has_oauth() -> bool:
    return _client() is not None


def has_platform_key() -> bool:
    return bool(settings.CALENDLY_API_KEY)


def platform_tokens() -> Tokens:
    """Returns the platform's token from the settings."""
    if not settings.CALENDLY_API_KEY:
        raise GrantRefused
    return Tokens(settings.CALENDLY_API_KEY)


def connect_with_token(*, owner: User, token: str) -> LinkedAccount:
    """Connects the account of a personal token, which is tried out at once. Call it outside a transaction."""
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable():
        raise Refused(Refusal.INVALID, fields={"token": [REFUSED]})
    me = _asked(lambda: calendly_with(token).me(), "token", REFUSED)
    return _save(owner, me, LinkedAccount.Kind.TOKEN, Tokens(token))


def connect_with_platform_key(*, owner: User) -> LinkedAccount:
    """Connects the member of the platform's organisation who has the address of this person, which is proven."""
    tokens = platform_tokens() if has_platform_key() else None
    if tokens is None:
        raise Refused(Refusal.INVALID, "This site has no Calendly account of its own.")
    calendly = calendly_with(tokens.access)
    sentence = "The Calendly account of this site cannot be used at the moment."
    member = _asked(lambda: calendly.member(calendly.me().organization, owner.email), None, sentence)
    if member is None:
        raise Refused(
            Refusal.INVALID, f"The Calendly account of this site has no member with the address {owner.email}."
        )
    return _save(owner, member, LinkedAccount.Kind.SERVER, tokens)


def _save(owner: User, me: wire.CalendlyUser, kind: LinkedAccount.Kind, tokens: Tokens) -> LinkedAccount:
    identity = Identity(me.uri, me.name or me.email)
    return oauth.save_account(owner=owner, service=registered(), kind=kind, tokens=tokens, identity=identity, by=owner)


def _asked(ask: Callable[[], Answer], field: str | None, refused: str) -> Answer:
    try:
        return ask()
    except AccountBroken:
        raise Refused(Refusal.INVALID, refused, fields={field: [refused]} if field else None) from None
    except ServiceDown as down:
        sentence = str(down)
    except CalendlyFault as fault:
        sentence = fault.sentence
    raise Refused(Refusal.INVALID, sentence, fields={field: [sentence]} if field else None)


def _client() -> OAuthClient | None:
    if not (settings.CALENDLY_CLIENT_ID and settings.CALENDLY_CLIENT_SECRET):
        return None
    return OAuthClient(
        client_id=settings.CALENDLY_CLIENT_ID, client_secret=settings.CALENDLY_CLIENT_SECRET,
        authorize_url=f"{settings.CALENDLY_OAUTH_URL}/oauth/authorize",
        token_url=f"{settings.CALENDLY_OAUTH_URL}/oauth/token", scopes=SCOPES,
        revoke_url=f"{settings.CALENDLY_OAUTH_URL}/oauth/revoke", revokes_refresh_token=True,
        revoke_form={"client_id": settings.CALENDLY_CLIENT_ID, "client_secret": settings.CALENDLY_CLIENT_SECRET},
    )  # fmt: skip


def _identify(tokens: Tokens) -> Identity:
    """Returns whose tokens these are. A fault of Calendly's is one that passes, as far as the visitor can do anything."""
    try:
        me = calendly_with(tokens.access).me()
    except AccountBroken:
        raise GrantRefused from None
    except CalendlyFault as fault:
        raise ServiceDown(fault.sentence) from None
    return Identity(me.uri, me.name or me.email)
