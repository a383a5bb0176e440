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
