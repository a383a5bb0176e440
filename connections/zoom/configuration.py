"""The address of Zoom and the credentials for it: from the settings, or those of the stand-in if the demo has none."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from connections.oauth.registry import OAuthClient

FLAG = "zoom"
# The scopes that Zoom calls granular: make, read, change, delete and list meetings, and say whose account it is.
SCOPES = (
    "meeting:write:meeting",
    "meeting:read:meeting",
    "meeting:read:list_meetings",
    "meeting:update:meeting",
    "meeting:delete:meeting",
    "user:read:user",
)
SANDBOX_SECRET = "sandbox-zoom-secret"  # noqa: S105  (of the stand-in, which only the demo runs)


@dataclass(frozen=True)
class Addresses:
    """The base addresses of Zoom's pages, of its tokens and of its API."""

    pages: str
    api: str


def is_sandbox() -> bool:
    """Whether the demo's stand-in plays Zoom."""
    return bool(settings.DEMO and settings.SANDBOX_URL and not settings.ZOOM_CLIENT_ID and not settings.ZOOM_ACCOUNT_ID)


def addresses() -> Addresses:
    if is_sandbox():
        return Addresses(f"{settings.SANDBOX_URL}/zoom", f"{settings.SANDBOX_URL}/zoom/v2")
    return Addresses("https://zoom.us", "https://api.zoom.us/v2")


def oauth_client() -> OAuthClient | None:
    """Returns Waymark's registration for builders' own accounts; None if the operator has set up none."""
    client_id, client_secret = settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET
    if is_sandbox():
        client_id = client_secret = "sandbox"  # noqa: S105  (of the stand-in)
    if not client_id or not client_secret:
        return None
    pages = addresses().pages
    return OAuthClient(
        client_id, client_secret, f"{pages}/oauth/authorize", f"{pages}/oauth/token", SCOPES,
        revoke_url=f"{pages}/oauth/revoke",
    )  # fmt: skip


def server_client() -> OAuthClient | None:
    """Returns the credentials of the platform's own account; None if the operator has set up none."""
    if not (settings.ZOOM_ACCOUNT_ID and settings.ZOOM_SERVER_CLIENT_ID and settings.ZOOM_SERVER_CLIENT_SECRET):
        return None
    token_url = f"{addresses().pages}/oauth/token"
    return OAuthClient(settings.ZOOM_SERVER_CLIENT_ID, settings.ZOOM_SERVER_CLIENT_SECRET, "", token_url)


def has_platform_account() -> bool:
    """Whether meetings can be made in an account of the platform, for builders without one. No queries."""
    return server_client() is not None


def platform_hosts() -> list[str]:
    """Returns the people of the platform's account in whose name meetings are made, one meeting of each at a time."""
    return list(settings.ZOOM_HOSTS) or ["me"]


def webhook_secrets() -> list[str]:
    """Returns the secret tokens that Zoom may sign webhooks with: each of its apps has one."""
    return [SANDBOX_SECRET] if is_sandbox() else list(settings.ZOOM_WEBHOOK_SECRETS)
