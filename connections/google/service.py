"""How people connect their Google account."""

from __future__ import annotations

import json

from django.conf import settings

from connections import linking
from connections.flags import CALENDARS
from connections.models import Connection
from connections.oauth.registry import Identity, OAuthClient, OAuthService, Tokens
from core.breakers import Breaker
from core.service_calls import ServiceDown, call

NAME, LABEL = "google", "Google Calendar"
SCOPES = (
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "https://www.googleapis.com/auth/calendar.events.readonly",
)


def client() -> OAuthClient | None:
    """Returns the operator's registration. `prompt`, since Google gives a refresh token only when it asks anew."""
    if not settings.GOOGLE_CLIENT_ID:
        return None
    return OAuthClient(
        settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET, settings.GOOGLE_AUTHORIZE_URL, settings.GOOGLE_TOKEN_URL,
        SCOPES, {"access_type": "offline", "prompt": "consent"}, sends_secret_in_body=True,
        revoke_url=settings.GOOGLE_REVOKE_URL, revokes_refresh_token=True,
    )  # fmt: skip


def identify(tokens: Tokens) -> Identity:
    """Asks for the account's primary calendar, whose id is its email address."""
    answer = call(
        "GET", f"{settings.GOOGLE_API_URL}/users/me/calendarList/primary?fields=id",
        headers={"Authorization": f"Bearer {tokens.access}"}, breaker=Breaker(NAME, "identities"), label=LABEL,
    )  # fmt: skip
    try:
        address = json.loads(answer.body)["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        address = None
    if not answer.is_ok or not isinstance(address, str):
        raise ServiceDown(f"{LABEL} did not say which account this is.")
    return Identity(address, address)


SERVICE = OAuthService(
    name=NAME, label=LABEL, flag=CALENDARS, purpose="Nobody can book you while you are busy in these calendars.",
    client=client, identify=identify, connected=linking.connector(Connection.Service.GOOGLE, "Google"),
    disconnected=linking.disconnected,
)  # fmt: skip
