"""Counts after a run: whether every booking is there once, and every email was sent once."""

from __future__ import annotations

import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import Any

from bookings.agreement import notifications
from bookings.models import Booking
from core import clock, mail
from core.models import OutboxMessage
from tests.resilience.bookers import Booker

DELIVERY_SECONDS = 300
CHANNELS = (mail.CHANNEL, notifications.CHANNEL)  # each message of either is an email


def doubled_or_lost_bookings(booker: Booker) -> list[str]:
    """Returns what is wrong with the bookings, in a sentence each: one that is there twice, is not there, or that the
    client knows nothing of although its request was answered."""
    starts = [attempt.start for attempt in booker.attempts]
    stored = Counter(Booking.objects.filter(starts_at__in=starts).values_list("starts_at", flat=True))
    faults = [f"{start} is there {count} times" for start, count in stored.items() if count > 1]
    faults += [f"{a.start} is lost: {a.answers}" for a in booker.attempts if a.reference and not stored[a.start]]
    return faults


def wait_until_mailed(since: Any) -> list[str]:
    """Waits until the outbox has no mail that is due; returns what it gave up, or what it still has after five minutes."""
    new = OutboxMessage.objects.filter(channel__in=CHANNELS, created_at__gte=since)
    deadline = time.monotonic() + DELIVERY_SECONDS
    while time.monotonic() < deadline:
        waiting = new.filter(state="waiting").exclude(due_at__gt=clock.now(), attempts=0)
        if not waiting.exists():
            break
        time.sleep(0.5)
    left = [f"{message} waits after {message.attempts} attempts: {message.last_error}" for message in waiting]
    return left + [f"{message} was given up: {message.last_error}" for message in new.filter(state="dead")]


def lost_mails(sent: Counter[str], since: Any) -> list[str]:
    """Returns the messages that the outbox has delivered since then, but whose email is not there."""
    delivered = OutboxMessage.objects.filter(channel__in=CHANNELS, state="delivered", delivered_at__gte=since)
    return [str(message) for message in delivered if str(message.pk) not in sent]


def unknown_mails(sent: Counter[str]) -> set[str]:
    """Returns the emails that belong to no message of the outbox."""
    return set(sent) - {str(key) for key in OutboxMessage.objects.values_list("pk", flat=True)}


def sent_mails(folder: Path) -> Counter[str]:
    """Returns how often each email was sent, by the id of its message, which its Message-ID begins with."""
    ids = (str(message_from_bytes(path.read_bytes())["Message-ID"]) for path in folder.glob("*.eml"))
    return Counter(message_id.strip("<>").partition("@")[0] for message_id in ids)
