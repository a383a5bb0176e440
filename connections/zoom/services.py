"""Zoom as a service that builders connect, and the account of the platform."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import BuilderProfile, User
from connections.oauth import revoking
from connections.oauth import wire as oauth_wire
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import Identity, OAuthService, Tokens
from connections.signals import zoom_connected
from connections.zoom import wire
from connections.zoom.configuration import FLAG, oauth_client, server_client
from connections.zoom.models import ZoomSettings
from core.errors import Refusal, Refused
from core.service_calls import ServiceDown

NAME = "zoom"
PLATFORM = "platform"


def identify(tokens: Tokens) -> Identity:
    return Identity(*wire.who(tokens.access))


def renew_server() -> Tokens:
    """Returns a token for the account of the platform. Zoom gives no refresh token for it: each time is like the first."""
    client = server_client()
    if client is None:
        raise ServiceDown("The settings of the platform’s Zoom account are missing.")
    form = {"grant_type": "account_credentials", "account_id": settings.ZOOM_ACCOUNT_ID}
    try:
        return oauth_wire.request_tokens(SERVICE, client, form, owner=PLATFORM)
    except oauth_wire.GrantRefused:
        raise ServiceDown(
            "Zoom does not accept the platform’s account. The operator of this site must check the settings."
        ) from None


def connected(account: LinkedAccount) -> None:
    """Lets the builder's sessions meet in this account, instead of one that they connected earlier."""
    if account.owner_id is None:
        return
    for former in LinkedAccount.objects.filter(owner=account.owner_id, service=NAME).exclude(pk=account.pk):
        revoking.queue(former)
        former.delete()
    BuilderProfile.objects.filter(user=account.owner_id).update(has_zoom=True)
    zoom_connected.send(LinkedAccount, builder=account.owner_id)


def lost(account: LinkedAccount) -> None:
    """Records that the builder has no account that meetings can be made in."""
    if account.owner_id is not None:
        BuilderProfile.objects.filter(user=account.owner_id).update(has_zoom=False)


SERVICE = OAuthService(
    name=NAME,
    label=wire.LABEL,
    flag=FLAG,
    purpose=(
        "Waymark creates a Zoom meeting for each remote session, moves it with the booking, and deletes it "
        "when the booking is cancelled."
    ),
    client=oauth_client,
    identify=identify,
    renew_server=renew_server,
    connected=connected,
    disconnected=lost,
    broken=lost,
    settings_page="connections:zoom",
)


def account_of(builder: Any) -> LinkedAccount | None:
    """Returns the account in which the builder's meetings are made: their own, else the platform's; None without one."""
    own = LinkedAccount.objects.filter(owner=builder, service=NAME).working().first()
    if own is not None:
        return own
    return platform_account() if server_client() is not None else None


def platform_account() -> LinkedAccount:
    """Returns the row of the platform's account, which keeps its token and how well Zoom answers."""
    account, _ = LinkedAccount.objects.get_or_create(
        owner=None, service=NAME, external_id=PLATFORM,
        defaults={"kind": LinkedAccount.Kind.SERVER, "name": "The platform’s account"},
    )  # fmt: skip
    return account


@transaction.atomic
def save_settings(*, owner: User, **values: Any) -> ZoomSettings:
    """Saves what the builder wants of meetings that are made from now on."""
    account = LinkedAccount.objects.filter(owner=owner, service=NAME).first()
    if account is None:
        raise Refused(Refusal.NOT_FOUND)
    wishes, _ = ZoomSettings.objects.update_or_create(account=account, defaults=values)
    return wishes
