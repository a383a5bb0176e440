"""Signatures of the webhooks that Waymark sends, as the Standard Webhooks specification describes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(message_id: str, timestamp: int, body: bytes, secrets_in_use: Iterable[str]) -> dict[str, str]:
    """Returns the headers by which a receiver checks a message: one signature for each secret in use."""
    signed = b".".join([message_id.encode(), str(timestamp).encode(), body])
    signatures = [f"v1,{_signature(secret, signed)}" for secret in secrets_in_use]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
