"""The outbox: messages that must be delivered once each, even if a process is killed on the way.

`put` writes a row in the caller's transaction. After commit the worker of its channel is woken. If that fails, no worker
is woken for five seconds, and the periodic sweep does it. Each channel has a queue and a loop of its own, so that a slow
mail server delays mail only. A row is leased while it is delivered, so that the row of a killed worker is tried again
within a minute; a worker that takes longer renews its lease.
Only a message whose delivery was interrupted can arrive twice, with the same Message-ID.
"""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction

from core import clock, redis_outage
from core.ids import uuid7
from core.models import OutboxMessage
from core.redaction import redacted

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)  # what a killed worker had in hand is tried again after it
RENEW_SECONDS = 15.0  # how often a worker that is still delivering renews its lease
LONGEST_DELIVERY = timedelta(minutes=5)  # after which it is not renewed any more
MOST_ATTEMPTS = 19  # the last after about four days
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=12)
LONGEST_WAIT = timedelta(hours=25)  # limits of a day are over by then

Deliver = Callable[[OutboxMessage], None]
Wake = Callable[[str], object]
_channels: dict[str, Deliver] = {}
_threads: dict[str, int] = {}  # of channels that deliver several messages at a time
_wakers: list[Wake] = []
is_stopping = Event()  # set when the worker shuts down, so that its loops end after the message in hand


@dataclass(frozen=True)
class NewMessage:
    """A message to queue. There is one for each event, channel and recipient, however often it is put."""

    event: str
    channel: str
    recipient: str
    payload: dict[str, Any]
    delay: timedelta = timedelta(0)


class _Batches(threading.local):
    """The messages that this thread collects in `in_one_statement`; None outside of it."""

    messages: list[NewMessage] | None = None


_batches = _Batches()


class Undeliverable(Exception):
    """The message can never be delivered, such as to an address that does not exist, so it is not retried."""


class RetryLater(Exception):
    """The message cannot be delivered yet. `wait` replaces the usual pause, where the other side said how long it is."""

    def __init__(self, sentence: str, wait: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


def register_channel(name: str, deliver: Deliver, *, threads: int = 1) -> None:
    """Registers the function that delivers the messages of a channel, one after another, or with more `threads` several at
    a time where most of the time is spent waiting for an outside service."""
    _channels[name], _threads[name] = deliver, threads


def on_wake(wake: Wake) -> None:
    """Registers a function that wakes the worker of a channel."""
    _wakers.append(wake)


def threads_of(channel: str) -> int:
    """Returns how many messages of a channel are delivered at a time."""
    return _threads.get(channel, 1)


def channels() -> list[str]:
    """Returns the names of the registered channels."""
    return sorted(_channels)


def queue_of(channel: str) -> str:
    """Returns the name of the queue in which the wake-ups of a channel wait for its loop."""
    return f"outbox.{channel}"


def put(*, event: str, channel: str, recipient: str, payload: dict[str, Any], delay: timedelta | None = None) -> bool:
    """Queues a message in this transaction; returns False if this event has one for the recipient already.

    Within `in_one_statement` it is queued at the end, and the answer is always True.
    """
    message = NewMessage(event, channel, recipient, payload, delay or timedelta(0))
    if _batches.messages is not None:
        _batches.messages.append(message)
        return True
    return _insert([message]) > 0


def put_with(insert: str, parameters: Sequence[Any], message: NewMessage) -> bool:
    """Runs an INSERT that returns `id`, and queues the message if it inserted a row; returns whether it did.

    It is one statement, and so needs no transaction around it: where answers must be quick, each round trip counts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH inserted AS ({insert}), queued AS (
                INSERT INTO core_outboxmessage
                    (id, event, channel, recipient, payload, state, attempts, due_at, last_error, created_at)
                SELECT %s::uuid, %s, %s, %s, %s::jsonb, 'waiting', 0, clock_timestamp(), '', clock_timestamp()
                FROM inserted
                ON CONFLICT (event, channel, recipient) DO NOTHING
            )
            SELECT count(*) FROM inserted
            """,  # noqa: S608  (`insert` is a constant of the caller, and its values are parameters)
            [
                *parameters, uuid7(), message.event, message.channel, message.recipient,
                json.dumps(message.payload, cls=DjangoJSONEncoder),
            ],
        )  # fmt: skip
        is_inserted: bool = cursor.fetchone()[0] > 0
    if is_inserted:
        _wake_after_commit(message.channel)
    return is_inserted


@contextmanager
def in_one_statement() -> Iterator[None]:
    """Collects the messages that are put inside, and inserts them together at its end: one query, however many.

    Use it inside a transaction. After an exception nothing is inserted, as the transaction is rolled back too.
    """
    if _batches.messages is not None:
        yield
        return
    collected: list[NewMessage] = []
    _batches.messages = collected
    try:
        yield
    finally:
        _batches.messages = None
    if collected:
        _insert(collected)


def _insert(messages: Sequence[NewMessage]) -> int:
    """Inserts the messages that are not there yet, and wakes a worker if one is due; returns how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_outboxmessage
                (id, event, channel, recipient, payload, state, attempts, due_at, last_error, created_at)
            SELECT id, event, channel, recipient, payload::jsonb, 'waiting', 0,
                   clock_timestamp() + make_interval(secs => delay), '', clock_timestamp()
            FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::double precision[])
                AS put (id, event, channel, recipient, payload, delay)
            ON CONFLICT (event, channel, recipient) DO NOTHING RETURNING channel, due_at <= clock_timestamp()
            """,
            [
                [uuid7() for _ in messages],
                [message.event for message in messages],
                [message.channel for message in messages],
                [message.recipient for message in messages],
                [json.dumps(message.payload, cls=DjangoJSONEncoder) for message in messages],
                [message.delay.total_seconds() for message in messages],
            ],
        )
        inserted = cursor.fetchall()
    for channel in sorted({channel for channel, is_due in inserted if is_due}):
        _wake_after_commit(channel)
    return len(inserted)


def withdraw(*, channel: str, events: list[str]) -> int:
    """Deletes waiting messages of these events, because their reason is gone; returns how many."""
    count, _ = OutboxMessage.objects.filter(
        channel=channel, event__in=events, state=OutboxMessage.State.WAITING, leased_until=None
    ).delete()
    return count


def hasten(*, channel: str, events: list[str]) -> int:
    """Makes waiting messages of these events due now, because what they waited for has come; returns how many."""
    waiting = OutboxMessage.objects.filter(
        channel=channel, event__in=events, state=OutboxMessage.State.WAITING, leased_until=None
    )
    count: int = waiting.update(due_at=clock.now())
    if count:
        _wake_after_commit(channel)
    return count


def deliver_due(channel: str | None = None) -> int:
    """Tries all messages of a channel, or of all, that are due, one after another; returns how many were delivered."""
    delivered = 0
    while not is_stopping.is_set() and (message := _claim(channel)):
        delivered += _try(message)
    return delivered


def channels_with_due_messages() -> list[str]:
    """Returns the channels for which a worker has something to do, also such as nobody has registered."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT channel FROM core_outboxmessage
            WHERE state = 'waiting' AND due_at <= clock_timestamp()
              AND (leased_until IS NULL OR leased_until < clock_timestamp())
            ORDER BY channel
            """
        )
        return [channel for (channel,) in cursor.fetchall()]


def retry(message: OutboxMessage) -> None:
    """Queues a message that was given up once more, with all its attempts; for staff."""
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxMessage.State.DEAD).update(
        state=OutboxMessage.State.WAITING, attempts=0, due_at=clock.now(), leased_until=None
    )
    _wake_after_commit(message.channel)


def _claim(channel: str | None = None) -> OutboxMessage | None:
    """Leases one due message, of the channel if one is named; none while the outbox is paused (core.outbox_pause).

    The attempt is counted before delivery, so that a message that kills its worker is given up after as many attempts
    as any other.
    """
    with transaction.atomic():
        claimed = list(
            OutboxMessage.objects.raw(
                """
                UPDATE core_outboxmessage SET
                    attempts = attempts + 1, leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
                WHERE id = (
                    SELECT id FROM core_outboxmessage
                    WHERE state = 'waiting' AND due_at <= clock_timestamp()
                      AND (leased_until IS NULL OR leased_until < clock_timestamp())
                      AND (%(channel)s::text IS NULL OR channel = %(channel)s)
                      AND NOT EXISTS (SELECT FROM core_outboxpause)
                    ORDER BY due_at FOR UPDATE SKIP LOCKED LIMIT 1
                ) RETURNING *
                """,
                {"lease": LEASE.total_seconds(), "channel": channel},
            )
        )
    return claimed[0] if claimed else None


def _try(message: OutboxMessage) -> bool:
    """Delivers a claimed message and saves the result. Holds no lock while it delivers."""
    claimed = OutboxMessage.objects.filter(pk=message.pk, state="waiting", attempts=message.attempts)
    try:
        if message.attempts > MOST_ATTEMPTS:
            raise Undeliverable(message.last_error or "its worker died each time")
        deliver = _channels.get(message.channel)
        if deliver is None:
            raise Undeliverable(f"nobody delivers {message.channel}")
        with _renewed(message):
            deliver(message)
    except Undeliverable as reason:
        claimed.update(state="dead", leased_until=None, last_error=redacted(str(reason))[:500])
        logger.error("outbox: gave up", extra={"outbox_event": message.event, "reason": str(reason)})
        return False
    except Exception as reason:  # noqa: BLE001  (whatever it was, the message must not get lost)
        is_last = message.attempts >= MOST_ATTEMPTS
        claimed.update(
            state="dead" if is_last else "waiting",
            due_at=clock.now() + _pause(message, reason),
            leased_until=None,
            last_error=redacted(f"{type(reason).__name__}: {reason}")[:500],
        )
        level = logging.DEBUG if isinstance(reason, RetryLater) else logging.WARNING
        logger.log(level, "outbox: will try again", extra={"outbox_event": message.event, "reason": str(reason)})
        return False
    claimed.update(state="delivered", delivered_at=clock.now(), leased_until=None, last_error="")
    return True


@contextmanager
def _renewed(message: OutboxMessage) -> Iterator[None]:
    """Renews the lease of a claimed message from another thread, as long as its delivery inside takes."""
    is_done = Event()
    thread = threading.Thread(target=_renew_until, args=(is_done, message), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_done.set()


def _renew_until(is_done: Event, message: OutboxMessage) -> None:
    for _ in range(int(LONGEST_DELIVERY.total_seconds() / RENEW_SECONDS)):
        if is_done.wait(RENEW_SECONDS):
            return
        try:
            renew(message)
        except DatabaseError as error:  # the next one may succeed, and the lease lasts for three of them
            logger.warning("outbox: a lease was not renewed: %s", error)
        finally:
            connection.close()


def renew(message: OutboxMessage) -> bool:
    """Extends the lease of a claimed message; returns False if another worker has it by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE core_outboxmessage SET leased_until = clock_timestamp() + make_interval(secs => %s)
            WHERE id = %s AND state = 'waiting' AND attempts = %s AND leased_until IS NOT NULL
            """,
            [LEASE.total_seconds(), message.pk, message.attempts],
        )
        return bool(cursor.rowcount)


def _pause(message: OutboxMessage, reason: Exception) -> timedelta:
    """Returns when to try again: as the other side asked, within bounds, or else after the usual pause."""
    if isinstance(reason, RetryLater) and reason.wait is not None:
        return min(LONGEST_WAIT, max(reason.wait, timedelta(seconds=1)))
    return pause_after(message.attempts)


def pause_after(attempts: int) -> timedelta:
    """Returns the pause before the next attempt: it doubles each time, with jitter, to spread the load on a server."""
    pause: timedelta = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1))
    jitter = random.uniform(0.8, 1.2)  # noqa: S311  (no secret)
    return pause * jitter


@dataclass(frozen=True)
class _WakeUp:
    channel: str

    def __call__(self) -> None:
        _wake(self.channel)


def _wake_after_commit(channel: str) -> None:
    """Wakes the channel's worker after commit, once per transaction."""
    wake_up = _WakeUp(channel)
    if wake_up not in [entry[1] for entry in connection.run_on_commit]:
        transaction.on_commit(wake_up, robust=True)


def _wake(channel: str) -> None:
    if redis_outage.is_noted():
        return
    for wake in _wakers:
        try:
            wake(channel)
        except Exception as error:  # noqa: BLE001  (the row is there; the sweep will find it)
            redis_outage.note()
            logger.warning("outbox: no worker was woken: %s", error)
