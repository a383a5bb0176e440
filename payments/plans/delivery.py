"""Queues what the outbox does for subscriptions: `jobs` says what each message leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core import outbox
from payments.models import Subscription

CHANNEL = "subscription"


def put(event: str, recipient: object, *, delay: timedelta | None = None, **payload: Any) -> bool:
    """Queues one thing to do, once for each event."""
    return outbox.put(event=event, channel=CHANNEL, recipient=str(recipient), payload=payload, delay=delay)


def remind(subscription: Subscription, delay: timedelta) -> None:
    """Queues the mail that says when a trial ends and what is charged then."""
    event = f"trial_ends:{subscription.pk}"
    put(event, subscription.subscriber_id, delay=delay, reminder=str(subscription.pk))
