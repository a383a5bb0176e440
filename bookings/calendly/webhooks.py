"""Webhooks of Calendly: the signature of each account's own key, and what a message leads to."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.conf import settings

from bookings.calendly import services
from connections.calendly import service
from connections.calendly.client import EVENTS, CalendlyFault, calendly_of
from connections.calendly.models import CalendlyAccount
from connections.oauth.services import AccountBroken
from core.encryption import decrypt
from core.ids import parse_uuid
from core.models import WebhookDelivery
from core.webhooks import Incoming, Rejected, Unprocessable, WebhookSource, json_of, payload_of, signed_time

HEADER = "Calendly-Webhook-Signature"
LONGEST_HEADER = 2_000


def source() -> WebhookSource:
    return WebhookSource(
        name=service.NAME, verify=verify, handle=handle, tolerance=settings.CALENDLY_WEBHOOK_TOLERANCE, key_of=key_of
    )


def verify(incoming: Incoming) -> datetime:
    """Returns the time that the signature covers, over the raw bytes, with the key of the account in the address."""
    header = incoming.headers.get(HEADER, "")
    parts = [part.strip().partition("=") for part in header[:LONGEST_HEADER].split(",")]
    times = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not signatures:
        raise Rejected(WebhookDelivery.Verdict.UNSIGNED)
    signed_at = signed_time(times[0])
    key = _key_of_account(incoming.reference)
    expected = signature(key, times[0], incoming.body)
    is_right = [hmac.compare_digest(expected, value.encode("utf-8", "replace").hex()) for value in signatures]
    if not key or not any(is_right):
        raise Rejected(WebhookDelivery.Verdict.BAD_SIGNATURE)
    return signed_at


def _key_of_account(reference: str) -> str:
    """Returns the signing key of the account in the address, or nothing. One small query: 50 a second come here."""
    identity = parse_uuid(reference)
    rows = CalendlyAccount.objects.filter(pk=identity).values_list("webhook_secret", flat=True) if identity else []
    return next((decrypt(secret) for secret in rows if secret), "")


def signature(key: str, time: str, body: bytes) -> str:
    """Returns the signature as hexadecimal digits of its text, which compares in constant time whatever was sent."""
    digest = hmac.new(key.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()
    return digest.encode().hex()


def key_of(incoming: Incoming) -> str:
    """Returns what makes a message the same: Calendly sends no id, and signs each retry anew."""
    message = json_of(incoming.body)
    payload = message["payload"]
    parts = (incoming.reference, message["event"], payload["uri"], payload["updated_at"])
    return hashlib.sha256("\n".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()


def handle(delivery: WebhookDelivery) -> None:
    """Asks Calendly about the invitee that the message names. Nothing else in the message is trusted."""
    message = payload_of(delivery)
    if message.get("event") not in EVENTS:
        raise Unprocessable("Waymark does not use this kind of message.")
    payload = message.get("payload")
    uri = payload.get("uri") if isinstance(payload, dict) else None
    if not isinstance(uri, str) or len(uri) > 300:
        raise Unprocessable("The message names no invitee.")
    details = _details(delivery.reference)
    if details is None or details.account.owner is None or details.account.is_broken:
        raise Unprocessable("The Calendly account is no longer connected.")
    try:
        services.take_over(details=details, calendly=calendly_of(details.account), uri=uri)
    except AccountBroken:
        raise Unprocessable("Calendly no longer accepts the token of this account.") from None
    except CalendlyFault as fault:
        raise Unprocessable(fault.sentence) from None


def _details(reference: str) -> CalendlyAccount | None:
    identity = parse_uuid(reference)
    if identity is None:
        return None
    return CalendlyAccount.objects.filter(pk=identity).select_related("account__owner").first()
