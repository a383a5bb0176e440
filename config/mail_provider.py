"""Reads from `EMAIL_URL` how mail leaves: by a mail server, or by a provider, as in
`anymail://PROVIDER?server_token=…&webhook_secret=NAME:PASSWORD`."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

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


def mail_server(url: str) -> tuple[str, int, str, str, bool, bool]:
    """Returns host, port, user, password, and whether STARTTLS or TLS is used."""
    parts = urlsplit(url if not url.startswith("anymail:") else "")
    is_starttls, is_tls = parts.scheme == "smtp+tls", parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return parts.hostname or "localhost", parts.port or 25, user, password, is_starttls, is_tls


def mail_backend(provider: str) -> str:
    """Returns the class that sends mail: of django-anymail for a provider, or else Django's for SMTP."""
    return f"anymail.backends.{provider}.EmailBackend" if provider else "django.core.mail.backends.smtp.EmailBackend"
