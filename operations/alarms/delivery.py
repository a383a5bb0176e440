"""Sends what the alarms report to ALARM_WEBHOOK."""

from __future__ import annotations

import json

from django.conf import settings

from core import http, outbox
from core.models import OutboxMessage


def deliver(message: OutboxMessage) -> None:
    """Posts the message as JSON. What is not taken is tried again; without an address any more it is given up."""
    if not settings.ALARM_WEBHOOK:
        raise outbox.Undeliverable("ALARM_WEBHOOK is empty.")
    body = json.dumps(message.payload).encode()
    try:
        answer = http.request(
            "POST", settings.ALARM_WEBHOOK, headers={"Content-Type": "application/json"}, body=body, most_bytes=10_000
        )
    except http.Unanswered as unanswered:
        raise outbox.RetryLater(unanswered.sentence) from None
    if not answer.is_ok:
        raise outbox.RetryLater(f"It answered with the status {answer.status}.")
