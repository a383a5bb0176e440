"""The integrity checks of `core`'s own tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.models import OutboxMessage

STUCK = timedelta(minutes=5)


def stuck_messages(now: datetime) -> Iterable[str]:
    """Returns messages that have been due for five minutes and that no worker is delivering."""
    stuck = OutboxMessage.objects.filter(state="waiting", due_at__lt=now - STUCK).exclude(leased_until__gt=now)
    return [
        f"{message.channel} {message.event} to {message.recipient} since {message.due_at:%F %T}" for message in stuck
    ]


def dead_messages(now: datetime) -> Iterable[str]:
    """Returns messages that were given up and that nobody has retried."""
    dead = OutboxMessage.objects.filter(state="dead")
    return [f"{message.channel} {message.event} to {message.recipient}: {message.last_error}" for message in dead]
