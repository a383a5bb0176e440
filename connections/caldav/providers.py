"""Where well-known services have their CalDAV server, and where one makes an app password there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


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
        "Settings, “Security”, “Create new app password”. The address is that of your Nextcloud.",
        path="/remote.php/dav",
    ),
    CalDavProvider("other", "Another CalDAV server", "", "See its help page on CalDAV."),
)  # fmt: skip
BY_KEY = {provider.key: provider for provider in PROVIDERS}


def server_address(key: str, typed: str) -> str:
    """Returns the address of the account's server; empty if it has to be typed and was not."""
    provider = BY_KEY[key]
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
