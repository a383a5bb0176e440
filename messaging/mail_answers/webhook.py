"""The webhook `POST /webhooks/mail/`: each request is one mail as it was sent (`message/rfc822`).

The caller proves that it is our mail server or mail provider by `Authorization: Bearer SECRET`, or by the header
`Waymark-Signature: t=SECONDS,v1=DIGEST` with the HMAC-SHA256 of the time, a full stop and the body.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.conf import settings

from core import clock, outbox
from core.errors import Refused
from core.models import WebhookDelivery
from core.webhooks import Incoming, Rejected, Unprocessable, WebhookSource, signed_time
from messaging.mail_answers.parsing import MOST_BYTES
from messaging.mail_answers.services import Outcome, take_in

HEADER = "Waymark-Signature"
TOLERANCE = 300  # seconds


def is_configured() -> bool:
    return bool(settings.MAIL_ANSWERS_ADDRESS and settings.MAIL_ANSWERS_SECRETS)


def verify(incoming: Incoming) -> datetime:
    """Returns the signed time, or the present one for a request with the secret itself. Raises Rejected."""
    scheme, _, token = incoming.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if not any(_is_equal(token.strip(), secret) for secret in settings.MAIL_ANSWERS_SECRETS):
            raise Rejected(WebhookDelivery.Verdict.BAD_SIGNATURE)
        return clock.now()
    parts = dict(part.strip().split("=", 1) for part in incoming.headers.get(HEADER, "").split(",") if "=" in part)
    signed_at = signed_time(parts.get("t", ""))
    expected = [signature(secret, parts["t"], incoming.body) for secret in settings.MAIL_ANSWERS_SECRETS]
    if not any(_is_equal(parts.get("v1", ""), digest) for digest in expected):
        raise Rejected(WebhookDelivery.Verdict.BAD_SIGNATURE)
    return signed_at


def signature(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


def _is_equal(sent: str, expected: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "replace"), expected.encode())


def handle(delivery: WebhookDelivery) -> None:
    """Takes in the mail. What has been taken in is not kept, since it is a letter."""
    try:
        outcome = take_in(bytes(delivery.body or b""))
    except Refused as refused:
        raise outbox.RetryLater(refused.sentence) from None
    if outcome == Outcome.UNKNOWN:
        raise Unprocessable("The mail was sent to no address that Waymark has given out.")
    WebhookDelivery.objects.filter(pk=delivery.pk).update(body=None)


SOURCE = WebhookSource(
    name="mail",
    verify=verify,
    handle=handle,
    tolerance=TOLERANCE,
    is_configured=is_configured,
    most_bytes=MOST_BYTES,
)
