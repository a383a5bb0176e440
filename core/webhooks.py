"""The inbox of webhooks: messages that outside services send to `/webhooks/<source>/`.

The signature is checked on the raw bytes, before anything is parsed. What is signed and not too old is stored once and
answered at once; the outbox works it off, with retries. A webhook is a hint: its handler can run twice, and later than
other handlers, so it has to ask the service or the database what is true.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from core import audit, clock, outbox
from core.characters import is_allowed
from core.errors import Refusal, Refused
from core.ids import uuid7
from core.models import OutboxMessage, WebhookDelivery

logger = logging.getLogger(__name__)

CHANNEL = "webhook"
MOST_BYTES = 1_000_000
LONGEST_KEY = 150
LONGEST_HEADER = 300
BODY_KEPT = timedelta(days=7)  # after this it cannot be replayed
ROW_KEPT = timedelta(days=30)
INSERT = """
INSERT INTO core_webhookdelivery (id, source, key, reference, headers, body, size, verdict, state, error, received_at)
"""
VALUES = "%s::uuid, %s, %s, %s, %s::jsonb, %s::bytea, %s::integer, %s, %s, '', clock_timestamp()"
ONCE = "ON CONFLICT (source, key) DO NOTHING RETURNING id"
HANDLER_FAULT = "Waymark could not work on this. It is tried again; the logs say more."


@dataclass(frozen=True)
class Incoming:
    """A webhook as it arrives. `reference` is the part of the address after the source, empty for most sources."""

    body: bytes
    headers: Mapping[str, str]  # names in any case
    reference: str = ""


class Rejected(Exception):
    """A webhook that does not come from its service, or is too old. `verdict` says which."""

    def __init__(self, verdict: WebhookDelivery.Verdict) -> None:
        self.verdict = verdict
        super().__init__(verdict.label)


class Unprocessable(Exception):
    """A webhook that no retry can help, with the reason in plain words for operators."""


def digest_of(incoming: Incoming) -> str:
    """Returns a delivery key for services that send no id: each retry has the same body."""
    return hashlib.sha256(incoming.reference.encode() + b"\0" + incoming.body).hexdigest()


@dataclass(frozen=True)
class WebhookSource:
    """A service that sends webhooks.

    `verify` returns the time that the signature covers, or raises Rejected. It must parse nothing but headers.
    `handle` gets the stored delivery, at least once, outside a transaction. It raises Unprocessable where a retry cannot
    help, and anything else where it can. `answer_at_once` returns the JSON body that some services expect in the answer
    to a verified message; such a message is not stored.
    """

    name: str
    verify: Callable[[Incoming], datetime]
    handle: Callable[[WebhookDelivery], None]
    tolerance: int  # in seconds, before and after the signed time
    key_of: Callable[[Incoming], str] = digest_of
    is_configured: Callable[[], bool] = lambda: True
    most_bytes: int = MOST_BYTES
    answer_at_once: Callable[[Incoming], dict[str, Any] | None] = lambda incoming: None
    kept_headers: tuple[str, ...] = field(default=())


_sources: dict[str, WebhookSource] = {}


def register_source(source: WebhookSource) -> None:
    """Registers a service; each app does so in `ready()`."""
    _sources[source.name] = source


def source_of(name: str) -> WebhookSource | None:
    """Returns the source of this name, if it is registered and its secret is set."""
    source = _sources.get(name)
    return source if source is not None and source.is_configured() else None


def receive(source: WebhookSource, incoming: Incoming) -> dict[str, Any] | None:
    """Stores a webhook and queues it; raises Rejected. Returns the body to answer with, or None for an empty one.

    A repeat is stored once and worked off once. Apart from what `verify` asks, it is one statement, because services send
    many at once and wait for each answer.
    """
    try:
        signed_at = source.verify(incoming)
        answer = source.answer_at_once(incoming)
        if answer is None and _store(source, incoming, signed_at):
            return None
        _check_age(source, signed_at)  # it is answered at once, or a repeat, or too old
    except Rejected as rejected:
        _note_rejected(source, incoming, rejected.verdict)
        raise
    return answer


def store_for_later(source: WebhookSource, incoming: Incoming) -> None:
    """Stores and queues a message of the source that arrived by another way than a webhook, and was checked there. It is
    worked off like a webhook: tried again at growing intervals, and given up where operators see it."""
    row = _row(source, incoming, _key(source, incoming), WebhookDelivery.Verdict.VALID, WebhookDelivery.State.WAITING)
    outbox.put_with(f"{INSERT} SELECT {VALUES} {ONCE}", row, _message(row[0], "first"))


def json_of(body: bytes) -> dict[str, Any]:
    """Returns the JSON object of a verified body. Raises ValueError for anything else, however odd."""
    try:
        parsed = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(parsed, dict):
        raise ValueError("no JSON object")
    return parsed


def payload_of(delivery: WebhookDelivery) -> dict[str, Any]:
    """Returns the JSON object of a stored delivery. Raises Unprocessable."""
    try:
        return json_of(bytes(delivery.body or b""))
    except ValueError:
        raise Unprocessable("The body is not JSON as this service sends it.") from None


def deliver(message: OutboxMessage) -> None:
    """Works off one delivery of the inbox: the channel's delivery function."""
    delivery = WebhookDelivery.objects.filter(pk=message.payload["delivery"]).first()
    if delivery is None or delivery.body is None:
        return
    source = _sources.get(delivery.source)
    try:
        if source is None:
            raise Unprocessable(f"No part of Waymark takes webhooks of {delivery.source}.")
        source.handle(delivery)
    except Unprocessable as reason:
        _finish(delivery, WebhookDelivery.State.FAILED, str(reason))
        raise outbox.Undeliverable(str(reason)) from None
    except outbox.RetryLater as later:
        _finish(delivery, _state_after_fault(message), str(later))
        raise
    except Exception:
        _finish(delivery, _state_after_fault(message), HANDLER_FAULT)
        logger.exception("webhook %s could not be handled", delivery.pk)
        raise
    _finish(delivery, WebhookDelivery.State.DONE, "")


def _state_after_fault(message: OutboxMessage) -> WebhookDelivery.State:
    is_last = message.attempts >= outbox.MOST_ATTEMPTS
    return WebhookDelivery.State.FAILED if is_last else WebhookDelivery.State.WAITING


@transaction.atomic
def replay(*, delivery: WebhookDelivery, by: Any) -> None:
    """Queues a stored webhook once more, and records who asked for it. Refuses one whose body is no longer kept."""
    current = WebhookDelivery.objects.select_for_update().get(pk=delivery.pk)
    if current.verdict != WebhookDelivery.Verdict.VALID or current.body is None:
        raise Refused(Refusal.INVALID, "Only accepted webhooks whose body is still kept can be replayed.")
    before = {"state": current.state, "error": current.error}
    current.state, current.error = WebhookDelivery.State.WAITING, ""
    current.save(update_fields=["state", "error"])
    audit.record(actor=by, action="webhook replayed", subject=current, before=before, after={"state": current.state})
    _queue(current.pk, str(uuid7()))


def forget_old(now: datetime) -> None:
    """Deletes bodies after a week, since they name people, and rows after a month."""
    WebhookDelivery.objects.filter(received_at__lt=now - ROW_KEPT).delete()
    WebhookDelivery.objects.filter(received_at__lt=now - BODY_KEPT, body__isnull=False).update(body=None)


def _check_age(source: WebhookSource, signed_at: datetime) -> None:
    if abs((clock.now() - signed_at).total_seconds()) > source.tolerance:
        raise Rejected(WebhookDelivery.Verdict.TOO_OLD)


def signed_time(seconds: str) -> datetime:
    """Returns the time of a Unix timestamp from a header. Raises Rejected for anything else."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
        raise Rejected(WebhookDelivery.Verdict.UNSIGNED)
    return datetime.fromtimestamp(int(seconds), UTC)


def _key(source: WebhookSource, incoming: Incoming) -> str:
    """Returns the delivery key, or a digest of the body where the body has none that can be stored."""
    try:
        key: object = source.key_of(incoming)  # a service's own id, which need not be text
    except (ValueError, TypeError, LookupError, AttributeError):
        return digest_of(incoming)
    if isinstance(key, str) and 0 < len(key) <= LONGEST_KEY and is_allowed(key):
        return key
    return digest_of(incoming)


def _note_rejected(source: WebhookSource, incoming: Incoming, verdict: WebhookDelivery.Verdict) -> None:
    """Stores one row an hour for each reason, without a body, so that a wrong secret can be seen in the admin and nobody
    can fill the table."""
    key = f"rejected {verdict} {clock.now():%Y-%m-%dT%H}"
    row = _row(source, incoming, key, verdict, WebhookDelivery.State.REJECTED)
    with connection.cursor() as cursor:
        cursor.execute(f"{INSERT} VALUES ({VALUES}) {ONCE}", row)


def _store(source: WebhookSource, incoming: Incoming, signed_at: datetime) -> bool:
    """Stores and queues the webhook if it is new and young enough. Returns whether it did. One statement."""
    row = _row(source, incoming, _key(source, incoming), WebhookDelivery.Verdict.VALID, WebhookDelivery.State.WAITING)
    is_young = "abs(extract(epoch FROM clock_timestamp() - %s::timestamptz)) <= %s"
    insert = f"{INSERT} SELECT {VALUES} WHERE {is_young} {ONCE}"
    return outbox.put_with(insert, [*row, signed_at, source.tolerance], _message(row[0], "first"))


def _row(
    source: WebhookSource, incoming: Incoming, key: str, verdict: WebhookDelivery.Verdict, state: WebhookDelivery.State
) -> list[Any]:
    names = ("Content-Type", "User-Agent", *source.kept_headers)
    headers = {name: incoming.headers.get(name, "")[:LONGEST_HEADER] for name in names}
    body = incoming.body if state == WebhookDelivery.State.WAITING else None
    return [
        uuid7(), source.name, key, incoming.reference, json.dumps(headers), body, len(incoming.body), verdict.value,
        state.value,
    ]  # fmt: skip


def _message(pk: Any, attempt: str) -> outbox.NewMessage:
    return outbox.NewMessage(f"webhook {pk} {attempt}", CHANNEL, "", {"delivery": str(pk)})


def _queue(pk: Any, attempt: str) -> None:
    message = _message(pk, attempt)
    outbox.put(event=message.event, channel=CHANNEL, recipient="", payload=message.payload)


def _finish(delivery: WebhookDelivery, state: WebhookDelivery.State, error: str) -> None:
    done_at = clock.now() if state == WebhookDelivery.State.DONE else None
    WebhookDelivery.objects.filter(pk=delivery.pk).update(state=state, error=error[:300], done_at=done_at)
