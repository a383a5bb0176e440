"""`check --deploy`: what must not reach production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def not_the_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """DEMO=1 has known passwords and shows every mail."""
    if settings.DEMO:
        return [Error("DEMO=1 is for trying Waymark out, never for production.", id="waymark.E001")]
    return []


@register(Tags.security, deploy=True)
def served_over_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Cookies, redirects and HSTS all follow SITE_URL."""
    if not settings.DEMO and not settings.SITE_URL.startswith("https://"):
        return [Error("SITE_URL must begin with https:// in production.", id="waymark.E002")]
    return []


@register(Tags.security, deploy=True)
def only_named_hosts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A host that nobody named ends up in links, caches and redirects."""
    wide = [host for host in settings.ALLOWED_HOSTS if _is_wide(host)]
    if settings.DEMO or not wide:
        return []
    text = f"ALLOWED_HOSTS must name your own hosts, not {', '.join(wide)}."
    return [Error(text, hint="Such as waymark.example, or .waymark.example with its subdomains.", id="waymark.E003")]


def _is_wide(host: str) -> bool:
    """Whether a pattern fits hosts of strangers: everything, or everything below a top-level domain."""
    return "*" in host or (host.startswith(".") and "." not in host.strip("."))
