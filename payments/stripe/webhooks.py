"""The webhooks of Stripe. Each says only that something changed; what is true is then read from Stripe."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime
from typing import Any

from django.conf import settings

from core import webhooks
from core.models import WebhookDelivery
from core.webhooks import Incoming, Rejected, Unprocessable, WebhookSource
from payments.stripe.configuration import is_configured

TOLERANCE = 300
ID = re.compile(r"[a-z]+_[A-Za-z0-9_]{1,200}")
OF_A_PAYMENT = ("charge", "refund", "dispute")  # objects that name the payment they belong to
THIN = "v2.core.event"


def source() -> WebhookSource:
    return WebhookSource(
        name="stripe", verify=verify, handle=handle, tolerance=TOLERANCE, key_of=_event_id, is_configured=_is_configured
    )


def verify(incoming: Incoming) -> datetime:
    """Returns the time of a signed message; raises Rejected.

    The header has a signature for each secret while one is replaced. The SDK's own check accepts times in the future;
    the inbox refuses those.
    """
    times, signatures = _parts(incoming.headers.get("Stripe-Signature", ""))
    if len(times) != 1 or not signatures:
        raise Rejected(WebhookDelivery.Verdict.UNSIGNED)
    signed_at = webhooks.signed_time(times[0])
    signed = times[0].encode() + b"." + incoming.body
    matches = [
        hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode(), signature.encode())
        for secret in settings.STRIPE_WEBHOOK_SECRETS
        for signature in signatures
    ]
    if not any(matches):
        raise Rejected(WebhookDelivery.Verdict.BAD_SIGNATURE)
    return signed_at


def handle(delivery: WebhookDelivery) -> None:
    """Reads the payment or the checkout that a message is about; other messages are left alone."""
    from payments.stripe.errors import PaymentRefused  # with the SDK, which takes a while to import
    from payments.stripe.refreshing import NotOurs, refresh_checkout, refresh_payment

    event = webhooks.payload_of(delivery)
    if event.get("object") == THIN:
        _handle_thin(event)
        return
    subject = _subject(event)
    kind = subject.get("object")
    try:
        if kind == "checkout.session":
            refresh_checkout(_id(subject.get("id")))
        elif kind == "payment_intent":
            refresh_payment(_id(subject.get("id")))
        elif kind in OF_A_PAYMENT and subject.get("payment_intent") is not None:
            refresh_payment(_id(subject["payment_intent"]))
    except PaymentRefused as refused:
        raise Unprocessable(str(refused)) from None
    except NotOurs:
        raise Unprocessable("This is not a payment of Waymark.") from None


def _handle_thin(event: dict[str, Any]) -> None:
    """Reads the account that an event of the second version is about. Such an event names its object, and does not hold
    it."""
    from payments.payouts import accounts
    from payments.stripe.errors import PaymentRefused  # with the SDK, which takes a while to import

    related = event.get("related_object")
    if not isinstance(related, dict) or related.get("type") != "v2.core.account":
        return
    try:
        accounts.refresh(_id(related.get("id")))
    except PaymentRefused as refused:
        raise Unprocessable(str(refused)) from None


def _parts(header: str) -> tuple[list[str], list[str]]:
    """Returns the times and the signatures of the first version in a header."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    return times, [value for name, _, value in pairs if name == "v1" and value]


def _is_configured() -> bool:
    return bool(settings.STRIPE_WEBHOOK_SECRETS) and is_configured()


def _event_id(incoming: Incoming) -> str:
    event_id = webhooks.json_of(incoming.body)["id"]
    return event_id if isinstance(event_id, str) else ""


def _subject(event: dict[str, Any]) -> dict[str, Any]:
    content = event.get("data")
    subject = content.get("object") if isinstance(content, dict) else None
    if not isinstance(subject, dict):
        raise Unprocessable("The body is not an event as Stripe sends it.")
    return subject


def _id(value: object) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise Unprocessable("The body is not an event as Stripe sends it.")
    return value
