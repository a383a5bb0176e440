"""Reads the mail provider from `EMAIL_URL=anymail://PROVIDER?server_token=…&webhook_secret=NAME:PASSWORD`."""

from __future__ import annotations

from urllib.parse import parse_qsl


def mail_provider_options(provider: str, query: str) -> dict[str, str]:
    """Returns the settings of django-anymail: its secret for webhooks is for all providers, all others are the provider's."""
    options = {}
    for name, value in parse_qsl(query):
        is_shared = name.lower() in ("webhook_secret", "requests_timeout")
        options[name.upper() if is_shared else f"{provider}_{name}".upper()] = value
    return options
