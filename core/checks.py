"""Checks for `manage.py check --deploy` that refuse settings which are unsafe in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def not_the_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuses DEMO=1, which has known passwords and shows every email."""
    if settings.DEMO:
        return [Error("DEMO=1 is for trying Waymark out, never for production.", id="waymark.E001")]
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


def _is_wide(host: str) -> bool:
    """Whether a pattern also matches hosts of others: all of them, or all below a top-level domain."""
    return "*" in host or (host.startswith(".") and "." not in host.strip("."))
