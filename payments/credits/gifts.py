"""The signed link of a gift of credits. Whoever has it can claim the gift once, after signing in."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from core.ids import parse_uuid
from payments.credits.models import CreditGrant

ID_LENGTH, SIGNATURE_LENGTH = 32, 40  # hexadecimal digits


def link_of(grant: CreditGrant) -> str:
    """Returns the whole address of the page on which the gift is claimed."""
    token = f"{grant.pk.hex}{_signature(grant, settings.SECRET_KEY)}"
    return f"{settings.SITE_URL}{reverse('payments:gift', args=[token])}"


def opened(token: str) -> CreditGrant | None:
    """Returns the gift of a token; None for an invalid token, and for credits that were never a gift. One query."""
    identity = parse_uuid(token[:ID_LENGTH]) if len(token) == ID_LENGTH + SIGNATURE_LENGTH else None
    grant = (
        CreditGrant.objects.select_related("builder__builder_profile", "holder", "given_by").filter(pk=identity).first()
        if identity
        else None
    )
    if grant is None:
        return None
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    is_valid = any(constant_time_compare(token[ID_LENGTH:], _signature(grant, secret)) for secret in secrets)
    return grant if is_valid else None


def _signature(grant: CreditGrant, secret: str) -> str:
    digest = salted_hmac("payments.gifts", grant.pk.hex, secret=secret, algorithm="sha256").hexdigest()
    return digest[:SIGNATURE_LENGTH]
