"""Reads the mail provider from `EMAIL_URL=anymail://PROVIDER?server_token=…&webhook_secret=NAME:PASSWORD`."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

SHARED = ("webhook_secret", "requests_timeout")


def mail_provider(url: str) -> tuple[str, dict[str, str]]:
    """Returns the name of the provider and the settings of django-anymail; nothing for a mail server.

    The secret for webhooks is for all providers; all other settings are the provider's.
    """
    parts = urlsplit(url)
    if parts.scheme != "anymail":
        return "", {}
    provider, options = parts.hostname or "", {}
    for name, value in parse_qsl(parts.query):
        options[name.upper() if name.lower() in SHARED else f"{provider}_{name}".upper()] = value
    return provider, options
