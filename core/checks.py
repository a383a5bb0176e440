"""Checks for `manage.py check --deploy` that refuse settings which are unsafe in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning


@register(Tags.security, deploy=True)
def not_the_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuses DEMO=1, which has known passwords and shows every email."""
    if settings.DEMO:
        return [Error("DEMO=1 is only for trying Waymark out, not for production.", id="waymark.E001")]
    return []


@register(Tags.security, deploy=True)
def served_over_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuses a SITE_URL without https, because secure cookies, redirects and HSTS depend on it."""
    if not settings.DEMO and not settings.SITE_URL.startswith("https://"):
        return [Error("SITE_URL must begin with https:// in production.", id="waymark.E002")]
    return []


@register(Tags.security, deploy=True)
def only_named_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuses wildcards in ALLOWED_HOSTS: a made-up Host header would end up in links, caches and redirects."""
    wide = [host for host in settings.ALLOWED_HOSTS if _is_wide(host)]
    if settings.DEMO or not wide:
        return []
    text = f"ALLOWED_HOSTS must name your own hosts, not {', '.join(wide)}."
    return [Error(text, hint="Such as waymark.example, or .waymark.example with its subdomains.", id="waymark.E003")]


@register(Tags.security, deploy=True)
def proxy_is_trusted(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warns about https without TRUSTED_PROXIES: a request through a proxy counts as http then, and is sent to https
    again and again."""
    if settings.DEMO or settings.TRUSTED_PROXIES or not settings.SITE_URL.startswith("https://"):
        return []
    text = "TRUSTED_PROXIES is empty, so every page redirects to itself when a proxy speaks https for Waymark."
    return [CheckWarning(text, hint="Name your proxy's address or network, such as 10.0.0.0/8.", id="waymark.W004")]


def _is_wide(host: str) -> bool:
    """Whether a pattern also matches hosts of others: all of them, or all below a top-level domain."""
    return "*" in host or (host.startswith(".") and "." not in host.strip("."))
