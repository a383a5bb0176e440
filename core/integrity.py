"""What the lowest layer can find wrong with its own rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.models import OutboxMessage

STUCK = timedelta(minutes=5)


def stuck_messages(now: datetime) -> Iterable[str]:
    """Due for minutes, and nobody is at it: no worker runs, or none hears."""
    stuck = OutboxMessage.objects.filter(state="waiting", due_at__lt=now - STUCK).exclude(leased_until__gt=now)
    return [
        f"{message.channel} {message.event} to {message.recipient} since {message.due_at:%F %T}" for message in stuck
    ]


def dead_messages(now: datetime) -> Iterable[str]:
    """Given up, and nobody on the staff has looked yet."""
    dead = OutboxMessage.objects.filter(state="dead")
    return [f"{message.channel} {message.event} to {message.recipient}: {message.last_error}" for message in dead]
