"""The outside services that people can connect an account at. Each gives a description; the rest is the same for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connections.oauth.models import LinkedAccount


@dataclass(frozen=True)
class OAuthClient:
    """Waymark's registration at a service, as the operator has set it up."""

    client_id: str
    client_secret: str
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)  # what this service wants besides, such as a prompt
    sends_secret_in_body: bool = False  # instead of in an Authorization header
    revoke_url: str = ""  # where a token is given back, at a service that takes it
    revokes_refresh_token: bool = False  # whether the refresh token is given back, with which the access token ends
    revoke_form: Mapping[str, str] = field(
        default_factory=dict
    )  # sent with the token, instead of an Authorization header


@dataclass(frozen=True)
class Tokens:
    """What a service answers when it grants access or renews it."""

    access: str
    refresh: str = ""
    expires_at: datetime | None = None
    scopes: str = ""
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return "Tokens(…)"  # never in a log


@dataclass(frozen=True)
class Identity:
    """Which account at the service the tokens belong to."""

    external_id: str
    name: str


@dataclass(frozen=True)
class OAuthService:
    """A service at which people connect an account.

    `client` returns None while the operator has not set the service up; then nothing of it is offered. `identify` asks
    the service whose tokens these are, and may raise `core.service_calls.ServiceDown`. `renew_server` fetches a token
    for an account of the platform. `connected` runs in the transaction that saves an account, new or connected again;
    `disconnected` runs before one is deleted, `broken` when its service withdraws access.
    """

    name: str  # in addresses, such as zoom
    label: str  # on pages, such as Zoom
    flag: str
    purpose: str  # what the connection is for, as one sentence to its owner
    client: Callable[[], OAuthClient | None]
    identify: Callable[[Tokens], Identity]
    page: str = ""  # the name of its own page, for a service with more to show than a card
    renew_server: Callable[[], Tokens] | None = None
    connected: Callable[[LinkedAccount], None] = lambda account: None
    disconnected: Callable[[LinkedAccount], None] = lambda account: None
    broken: Callable[[LinkedAccount], None] = lambda account: None
    settings_page: str = ""  # the URL name of the page with this service's own settings
    after_disconnecting: str = ""  # what its owner does at the service, where it takes no access back from Waymark


_services: dict[str, OAuthService] = {}


def register_service(service: OAuthService) -> None:
    """Registers a service; its package does so in `connections.apps`."""
    _services[service.name] = service


def all_services() -> list[OAuthService]:
    return [_services[name] for name in sorted(_services)]


def service_named(name: str) -> OAuthService | None:
    return _services.get(name)


def service_of(account: LinkedAccount) -> OAuthService:
    """Returns the service of an account. One that this release does not know can still be disconnected."""
    return _services.get(account.service) or OAuthService(
        name=account.service, label=account.service.title(), flag="", purpose="", client=lambda: None, identify=_nobody
    )


def _nobody(tokens: Tokens) -> Identity:
    return Identity("", "")
