"""What the outbox does for subscriptions, by what a message says: charges, cards, reminders, payments that came too
late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core import outbox
from core.models import OutboxMessage
from payments.models import Subscription

CHANNEL = "subscription"


def deliver(message: OutboxMessage) -> None:
    """Does one thing of the channel. Raises an exception to be tried again."""
    from payments.plans import jobs  # which import what puts messages here

    payload: dict[str, Any] = message.payload
    for name, work in jobs.WORK.items():
        if name in payload:
            work(payload)
            return
    raise outbox.Undeliverable(f"nothing is known of {', '.join(payload)}")


def put(event: str, recipient: object, *, delay: timedelta | None = None, **payload: Any) -> bool:
    """Queues one thing to do, once for each event."""
    return outbox.put(event=event, channel=CHANNEL, recipient=str(recipient), payload=payload, delay=delay)


def remind(subscription: Subscription, delay: timedelta) -> None:
    """Queues the mail that says when a trial ends and what is charged then."""
    event = f"trial_ends:{subscription.pk}"
    put(event, subscription.subscriber_id, delay=delay, reminder=str(subscription.pk))
