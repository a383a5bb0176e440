"""Sends webhooks from the outbox, and decides what an answer means: delivered, tried again, or switched off."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.notifications import NewNotification, notify
from accounts.queries import admins
from connections.outgoing import signing
from connections.outgoing.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from connections.outgoing.sources import source_named
from core import clock, http, outbox
from core.models import OutboxMessage
from core.service_calls import waiting_time

CHANNEL = "webhooks_out"
NOTIFICATION = "webhook"
SECONDS = 10
MOST_BYTES = 100_000  # of an answer, which nobody reads
GONE = 410  # a receiver says by this that it wants no more
# After each failure of a message; and no endpoint that fails is asked more often than this, whatever waits for it.
PAUSES = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
]
FAILS_FOR = timedelta(days=3)  # after which an endpoint is switched off


@dataclass(frozen=True)
class SendingResult:
    """How a request to an endpoint ended. Without a status there was no answer."""

    status: int | None
    error: str
    milliseconds: int
    wait: timedelta = timedelta(0)  # how long the receiver asks us to wait

    @property
    def is_delivered(self) -> bool:
        return not self.error


def queue(delivery: WebhookMessage) -> None:
    """Queues a delivery, in the caller's transaction."""
    outbox.put(
        event=f"webhook:{delivery.pk}:{delivery.replays}",
        channel=CHANNEL,
        recipient="",
        payload={"delivery": str(delivery.pk)},
    )


def deliver(message: OutboxMessage) -> None:
    """Sends a queued delivery, unless its endpoint was switched off. Raises RetryLater when it has to be tried again."""
    delivery = WebhookMessage.objects.select_related("endpoint").filter(pk=message.payload["delivery"]).first()
    if delivery is None or delivery.state == WebhookMessage.State.DELIVERED:
        return
    endpoint, now = delivery.endpoint, clock.now()
    if endpoint.state != WebhookEndpoint.State.ON:
        _close(delivery, WebhookMessage.State.FAILED)
        return
    if endpoint.next_try_at is not None and now < endpoint.next_try_at:
        raise outbox.RetryLater(f"{endpoint.host} does not answer at the moment", endpoint.next_try_at - now)
    if (body := body_of(delivery)) is None:
        _close(delivery, WebhookMessage.State.FAILED)
        return
    outcome = send(endpoint, str(delivery.pk), body)
    if wait := _record(delivery, outcome):
        raise outbox.RetryLater(f"{endpoint.host}: {outcome.error}", wait)


def body_of(delivery: WebhookMessage) -> bytes | None:
    """Returns the body of a message, with its subject as it is now; None if there is nothing to send any more."""
    source = source_named(delivery.source)
    event = source.load(UUID(str(delivery.subject))) if source is not None else None
    return body(delivery.kind, event.at, event.data) if event is not None else None


def body(kind: str, at: str, data: dict[str, Any]) -> bytes:
    return json.dumps({"type": kind, "timestamp": at, "data": data}, ensure_ascii=False, default=str).encode()


def send(endpoint: WebhookEndpoint, message_id: str, body: bytes) -> SendingResult:
    """Sends a signed message. Call it outside a transaction."""
    now = clock.now()
    headers = {"Content-Type": "application/json"} | signing.headers(
        message_id, int(now.timestamp()), body, endpoint.secrets_at(now)
    )
    started = time.monotonic()
    try:
        answer = http.request(
            "POST", endpoint.address, headers=headers, body=body, seconds=SECONDS, most_bytes=MOST_BYTES, is_typed=True
        )
    except http.Unanswered as unanswered:
        return SendingResult(None, unanswered.sentence, _milliseconds(started))
    wait = waiting_time(answer.headers, now)
    return SendingResult(
        answer.status,
        "" if answer.is_ok else f"It answered {answer.status}.",
        _milliseconds(started),
        timedelta(seconds=wait or 0),
    )


def _milliseconds(started: float) -> int:
    return round((time.monotonic() - started) * 1_000)


@transaction.atomic
def _record(delivery: WebhookMessage, outcome: SendingResult) -> timedelta | None:
    """Saves how an attempt ended; returns when to try again, or None if the delivery is closed."""
    endpoint = WebhookEndpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
    if endpoint is None:
        return None
    WebhookAttempt.objects.create(
        delivery=delivery, status=outcome.status, error=outcome.error[:300], milliseconds=outcome.milliseconds
    )
    now = clock.now()
    delivery.attempts += 1
    if outcome.is_delivered:
        endpoint.failures, endpoint.failing_since, endpoint.next_try_at = 0, None, None
        endpoint.error, endpoint.succeeded_at = "", now
        endpoint.save()
        _close(delivery, WebhookMessage.State.DELIVERED)
        return None
    next_try_at = _note_failure(endpoint, outcome, now)
    if endpoint.state != WebhookEndpoint.State.ON or delivery.attempts > len(PAUSES):
        _close(delivery, WebhookMessage.State.FAILED)
        return None
    delivery.save(update_fields=["attempts", "changed_at"])
    return max(PAUSES[delivery.attempts - 1], next_try_at - now)


def _note_failure(endpoint: WebhookEndpoint, outcome: SendingResult, now: datetime) -> datetime:
    """Records that an endpoint did not accept a message, and switches it off for good reason; returns when to go on."""
    endpoint.error = outcome.error[:300]
    endpoint.failing_since = endpoint.failing_since or now
    pause = PAUSES[min(endpoint.failures, len(PAUSES) - 1)]
    next_try_at = now + min(max(pause, outcome.wait), PAUSES[-1])
    endpoint.next_try_at = next_try_at
    endpoint.failures += 1
    is_over = outcome.status == GONE or now - endpoint.failing_since >= FAILS_FOR
    if endpoint.state == WebhookEndpoint.State.ON and is_over:
        endpoint.state = WebhookEndpoint.State.ENDED
        _notify_of_end(endpoint, outcome, now)
    endpoint.save()
    return next_try_at


def _notify_of_end(endpoint: WebhookEndpoint, outcome: SendingResult, now: datetime) -> None:
    """Tells the owner, or the admins for an endpoint of the whole site, that an endpoint was switched off."""
    because = "says that it wants no more" if outcome.status == GONE else "has not accepted anything for three days"
    news = NewNotification(
        kind=NOTIFICATION,
        event=f"webhook ended:{endpoint.pk}:{now.isoformat()}",
        title=f"Webhooks to {endpoint.host} are switched off",
        text=f"The server {because}. Once it works again, switch the webhook on and send what it missed from the log.",
        path=endpoint.get_absolute_url(),
        call="Open the webhook",
    )
    for person in [endpoint.owner] if endpoint.owner is not None else admins():
        notify(person, news)


def _close(delivery: WebhookMessage, state: WebhookMessage.State) -> None:
    delivery.state = state
    delivery.save(update_fields=["state", "attempts", "changed_at"])
