"""The outbox: effects that must happen, once each, whatever dies on the way.

`put` writes a row in the caller's transaction. After commit a worker is woken; if that fails, nobody is for
five seconds, and the sweep delivers. A row is leased while it is tried, so a killed worker's row is tried
again, and at most the very message whose delivery was cut short arrives twice (with the same Message-ID).
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from core import clock
from core.ids import uuid7
from core.models import OutboxMessage

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than any delivery may take
MOST_ATTEMPTS = 19  # the last after about four days
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=12)
QUIET_SECONDS = 5.0

Deliver = Callable[[OutboxMessage], None]
Wake = Callable[[], object]
_channels: dict[str, Deliver] = {}
_wakers: list[Wake] = []
_quiet_until = 0.0


class Undeliverable(Exception):
    """Trying again would not help: the address does not exist, the receiver is gone."""


def register_channel(name: str, deliver: Deliver) -> None:
    """Says how messages of a channel leave."""
    _channels[name] = deliver


def on_wake(wake: Wake) -> None:
    """Registers how a worker is woken."""
    _wakers.append(wake)


def put(*, event: str, channel: str, recipient: str, payload: dict[str, Any], delay: timedelta | None = None) -> bool:
    """Queues a message in this transaction; False if that event's message to them is there already."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_outboxmessage
                (id, event, channel, recipient, payload, state, attempts, due_at, last_error, created_at)
            VALUES (%s, %s, %s, %s, %s::jsonb, 'waiting', 0, clock_timestamp() + make_interval(secs => %s), '', clock_timestamp())
            ON CONFLICT (event, channel, recipient) DO NOTHING RETURNING 1
            """,
            [
                uuid7(),
                event,
                channel,
                recipient,
                json.dumps(payload, cls=DjangoJSONEncoder),
                (delay or timedelta(0)).total_seconds(),
            ],
        )
        is_new = cursor.fetchone() is not None
    if is_new and not delay:
        _wake_after_commit()
    return is_new


def withdraw(*, channel: str, events: list[str]) -> int:
    """Takes back what has not left yet: what it was about is no more."""
    count, _ = OutboxMessage.objects.filter(
        channel=channel, event__in=events, state=OutboxMessage.State.WAITING, leased_until=None
    ).delete()
    return count


def deliver_due(*, most: int = 200) -> int:
    """Tries every message whose time has come, one after another; returns how many arrived."""
    arrived = 0
    for _ in range(most):
        message = _claim()
        if message is None:
            break
        arrived += _try(message)
    return arrived


def retry(message: OutboxMessage) -> None:
    """Gives a message that was given up a new life; for staff."""
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.DEAD).update(
        state=OutboxMessage.State.WAITING, attempts=0, due_at=clock.now(), leased_until=None
    )
    _wake_after_commit()


def _claim() -> OutboxMessage | None:
    """Leases one due message. The attempt counts from here: one that kills its worker dies out too."""
    with transaction.atomic():
        claimed = list(
            OutboxMessage.objects.raw(
                """
                UPDATE core_outboxmessage SET
                    attempts = attempts + 1, leased_until = clock_timestamp() + make_interval(secs => %s)
                WHERE id = (
                    SELECT id FROM core_outboxmessage
                    WHERE state = 'waiting' AND due_at <= clock_timestamp()
                      AND (leased_until IS NULL OR leased_until < clock_timestamp())
                    ORDER BY due_at FOR UPDATE SKIP LOCKED LIMIT 1
                ) RETURNING *
                """,
                [LEASE.total_seconds()],
            )
        )
    return claimed[0] if claimed else None


def _try(message: OutboxMessage) -> bool:
    """Delivers a claimed message, and writes down how it went. Holds no lock while it delivers."""
    mine = OutboxMessage.objects.filter(pk=message.pk, state="waiting", attempts=message.attempts)
    try:
        if message.attempts > MOST_ATTEMPTS:
            raise Undeliverable(message.last_error or "its worker died each time")
        deliver = _channels.get(message.channel)
        if deliver is None:
            raise Undeliverable(f"nobody delivers {message.channel}")
        deliver(message)
    except Undeliverable as reason:
        mine.update(state="dead", leased_until=None, last_error=str(reason)[:500])
        logger.error("outbox: gave up", extra={"outbox_event": message.event, "reason": str(reason)})
        return False
    except Exception as reason:  # noqa: BLE001  (whatever it was, the message must not get lost)
        is_last = message.attempts >= MOST_ATTEMPTS
        mine.update(
            state="dead" if is_last else "waiting",
            due_at=clock.now() + pause_after(message.attempts),
            leased_until=None,
            last_error=f"{type(reason).__name__}: {reason}"[:500],
        )
        logger.warning("outbox: will try again", extra={"outbox_event": message.event, "reason": str(reason)})
        return False
    mine.update(state="delivered", delivered_at=clock.now(), leased_until=None, last_error="")
    return True


def pause_after(attempts: int) -> timedelta:
    """Doubling, with jitter, so that a returning server is not run down by all at once."""
    pause: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1))
    jitter = random.uniform(0.8, 1.2)  # noqa: S311  (spread, not secrecy)
    return pause * jitter


def _wake_after_commit() -> None:
    """One wake-up per transaction, however many messages it wrote."""
    pending = connection.run_on_commit
    if not any(getattr(entry[1], "__name__", "") == "_wake" for entry in pending):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    global _quiet_until  # noqa: PLW0603  (one breaker a process)
    if time.monotonic() < _quiet_until:
        return
    for wake in _wakers:
        try:
            wake()
        except Exception as error:  # noqa: BLE001  (the row is there; the sweep will find it)
            _quiet_until = time.monotonic() + QUIET_SECONDS
            logger.warning("outbox: no worker was woken: %s", error)
