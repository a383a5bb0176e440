"""Where well-known services have their CalDAV server, and where one makes an app password there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True)
class CalDavProvider:
    key: str
    name: str
    address: str  # empty if each account has a server of its own
    password_hint: str
    path: str = ""  # that is added to the address of an own server


PROVIDERS = (
    CalDavProvider(
        "icloud", "iCloud", "https://caldav.icloud.com/",
        "account.apple.com, “Sign-In and Security”, “App-Specific Passwords”. Your name is your Apple Account’s email "
        "address.",
    ),
    CalDavProvider(
        "fastmail", "Fastmail", "https://caldav.fastmail.com/",
        "Settings, “Privacy & Security”, “Manage app passwords”, with access to calendars. Your name is your email "
        "address.",
    ),
    CalDavProvider(
        "nextcloud", "Nextcloud", "",
        "Settings, “Security”, “Create new app password”. Enter the address of your Nextcloud.",
        path="/remote.php/dav",
    ),
    CalDavProvider("other", "Another CalDAV server", "", "See its help page on CalDAV."),
)  # fmt: skip


def demo_page() -> str:
    """Returns the address of the page with the demo's private calendars; empty on a site that is no demo."""
    return f"{settings.SANDBOX_URL}/calendars/" if settings.DEMO and settings.SANDBOX_URL else ""


def demo_accounts() -> list[tuple[str, str]]:
    """Returns the names and the addresses of the demo's stand-ins for Google and Microsoft; none elsewhere."""
    names = ("Google", "Microsoft") if demo_page() else ()
    return [(name, f"{settings.SANDBOX_URL}/{name.lower()}/") for name in names]


def providers() -> list[CalDavProvider]:
    """Returns the services to choose from. The demo has a server of its own, with an account for everybody."""
    if not demo_page():
        return list(PROVIDERS)
    hint = "Your name is ada, your app password is sandbox."
    return [CalDavProvider("demo", "The demo’s own server", f"{settings.SANDBOX_URL}/caldav/", hint), *PROVIDERS]


def server_address(key: str, typed: str) -> str:
    """Returns the address of the account's server; empty if it has to be typed and was not."""
    provider = next(provider for provider in providers() if provider.key == key)
    if provider.address:
        return provider.address
    address = typed.strip()
    if not address:
        return ""
    scheme, separator, _ = address.partition("://")
    if not separator:
        address = f"https://{address}"
    elif scheme.lower() in ("caldav", "caldavs"):
        address = f"https{address[len(scheme) :]}"
    path = provider.path
    if path and path not in urlsplit(address).path:
        address = address.rstrip("/") + path
    return address if urlsplit(address).path else f"{address}/"
