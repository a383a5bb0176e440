"""How people connect their Microsoft account."""

from __future__ import annotations

import json

from django.conf import settings

from connections import linking
from connections.flags import CALENDARS
from connections.models import Connection
from connections.oauth.registry import Identity, OAuthClient, OAuthService, Tokens
from core.breakers import Breaker
from core.service_calls import ServiceDown, call

NAME, LABEL = "microsoft", "Outlook calendar"
SCOPES = ("offline_access", "User.Read", "Calendars.ReadBasic")


def client() -> OAuthClient | None:
    if not settings.MICROSOFT_CLIENT_ID:
        return None
    return OAuthClient(
        settings.MICROSOFT_CLIENT_ID, settings.MICROSOFT_CLIENT_SECRET, settings.MICROSOFT_AUTHORIZE_URL,
        settings.MICROSOFT_TOKEN_URL, SCOPES, {"prompt": "select_account"}, sends_secret_in_body=True,
    )  # fmt: skip


def identify(tokens: Tokens) -> Identity:
    answer = call(
        "GET", f"{settings.MICROSOFT_API_URL}/me?$select=id,userPrincipalName",
        headers={"Authorization": f"Bearer {tokens.access}"}, breaker=Breaker(NAME, "identities"), label=LABEL,
    )  # fmt: skip
    try:
        person = json.loads(answer.body)
        identity = Identity(str(person["id"]), str(person.get("userPrincipalName") or ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ServiceDown(f"{LABEL} did not say which account this is.") from None
    if not answer.is_ok:
        raise ServiceDown(f"{LABEL} did not say which account this is.")
    return identity


# Microsoft has no address at which an application gives its tokens back.
AFTER_DISCONNECTING = (
    "Only you can withdraw the access at Microsoft. To do so, remove Waymark at "
    "https://account.live.com/consent/Manage, or, for a work or school account, at "
    "https://myapps.microsoft.com. Waymark has deleted its own access to your account."
)
SERVICE = OAuthService(
    name=NAME, label=LABEL, flag=CALENDARS, purpose="Nobody can book you while you are busy in these calendars.",
    client=client, identify=identify, connected=linking.connector(Connection.Service.MICROSOFT, "Outlook"),
    disconnected=linking.disconnected, after_disconnecting=AFTER_DISCONNECTING,
)  # fmt: skip
