"""Whether Waymark can take payments through Stripe. Without the SDK, which takes a while to import."""

from __future__ import annotations

from django.conf import settings


def is_configured() -> bool:
    """Whether this site has a key for Stripe."""
    return bool(settings.STRIPE_SECRET_KEY)
