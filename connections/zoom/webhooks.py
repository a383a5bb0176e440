"""Webhooks of Zoom: signatures, the check of our address, and what happened to a meeting."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from connections.oauth.models import LinkedAccount
from connections.oauth.services import mark_broken
from connections.zoom.configuration import webhook_secrets
from core.models import WebhookDelivery
from core.names import tidy
from core.webhooks import Incoming, Rejected, Unprocessable, WebhookSource, json_of, payload_of, signed_time

TOLERANCE = 300  # seconds; Zoom names none
VALIDATION = "endpoint.url_validation"
DEAUTHORISED = "app_deauthorized"
LONGEST_NAME = 80


class Happening(StrEnum):
    """What can happen to a meeting, as far as Waymark follows it."""

    STARTED = "meeting.started"
    ENDED = "meeting.ended"
    DELETED = "meeting.deleted"
    JOINED = "meeting.participant_joined"
    LEFT = "meeting.participant_left"


@dataclass(frozen=True)
class MeetingEvent:
    """Something that happened to a meeting. `run` names one of the times that it was held."""

    happening: Happening
    meeting_id: str
    run: str
    at: datetime
    participant: str = ""  # how Zoom names the person within this run
    name: str = ""
    is_host: bool = False


Listener = Callable[[MeetingEvent], None]
_listeners: list[Listener] = []


def on_event(listener: Listener) -> None:
    """Registers a function that is called for each event, perhaps more than once and in any order."""
    _listeners.append(listener)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Returns the signature that Zoom sends in `x-zm-signature`."""
    digest = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return f"v0={digest}"


def encrypted_token(secret: str, plain: str) -> str:
    """Returns what Zoom expects for the text by which it checks our address."""
    return hmac.new(secret.encode(), plain.encode(), hashlib.sha256).hexdigest()


def verify(incoming: Incoming) -> datetime:
    signed_at = signed_time(incoming.headers.get("x-zm-request-timestamp", ""))
    if _secret_of(incoming) is None:
        raise Rejected(WebhookDelivery.Verdict.BAD_SIGNATURE)
    return signed_at


def answer_at_once(incoming: Incoming) -> dict[str, Any] | None:
    """Answers the check of our address, which Zoom repeats every three days and wants answered within three seconds."""
    try:
        content = json_of(incoming.body)
    except ValueError:
        return None
    payload = content.get("payload")
    plain = payload.get("plainToken") if isinstance(payload, dict) else None
    secret = _secret_of(incoming)
    if content.get("event") != VALIDATION or not isinstance(plain, str) or secret is None:
        return None
    try:
        return {"plainToken": plain, "encryptedToken": encrypted_token(secret, plain)}
    except UnicodeEncodeError:
        return None


def handle(delivery: WebhookDelivery) -> None:
    """Hands an event to whoever follows meetings. Other events of Zoom's are none of our concern."""
    content = payload_of(delivery)
    if content.get("event") == DEAUTHORISED:
        _lose_account(content.get("payload"))
        return
    event = event_of(content)
    if event is not None:
        for listener in _listeners:
            listener(event)


def _lose_account(payload: object) -> None:
    """Marks the account of somebody who has removed Waymark's app at Zoom as broken, which tells them."""
    user = payload.get("user_id") if isinstance(payload, dict) else None
    if not isinstance(user, str) or not user:
        raise Unprocessable("The event names no account.")
    for account in LinkedAccount.objects.working().filter(service="zoom", external_id=user[:200].replace("\x00", "")):
        mark_broken(account=account)


def event_of(content: dict[str, Any]) -> MeetingEvent | None:
    """Returns the event, or None for one that Waymark does not follow. Raises Unprocessable."""
    try:
        happening = Happening(str(content.get("event")))
    except ValueError:
        return None
    payload = content.get("payload")
    meeting = payload.get("object") if isinstance(payload, dict) else None
    milliseconds = content.get("event_ts")
    if not isinstance(meeting, dict) or not isinstance(meeting.get("id"), int | str):
        raise Unprocessable("The event names no meeting.")
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int) or not 0 < milliseconds < 10**14:
        raise Unprocessable("The event has no time.")
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    person = meeting.get("participant")
    person = person if isinstance(person, dict) else {}
    host, person_id = meeting.get("host_id"), person.get("id")
    return MeetingEvent(
        happening=happening,
        meeting_id=str(meeting["id"])[:40],
        run=str(meeting.get("uuid") or "")[:100],
        at=at,
        participant=str(person.get("user_id") or person.get("participant_uuid") or person_id or "")[:100],
        name=tidy(str(person.get("user_name") or "").replace("\x00", ""))[:LONGEST_NAME],
        is_host=bool(host) and host == person_id,
    )


def _secret_of(incoming: Incoming) -> str | None:
    """Returns the secret that this webhook is signed with; None if it is none of ours."""
    timestamp = incoming.headers.get("x-zm-request-timestamp", "")
    signature = incoming.headers.get("x-zm-signature", "")
    for secret in webhook_secrets():
        if hmac.compare_digest(sign(secret, timestamp, incoming.body).encode(), signature.encode(errors="replace")):
            return secret
    return None


SOURCE = WebhookSource(
    name="zoom",
    verify=verify,
    handle=handle,
    tolerance=TOLERANCE,
    is_configured=lambda: bool(webhook_secrets()),
    answer_at_once=answer_at_once,
    kept_headers=("x-zm-request-timestamp",),
)
