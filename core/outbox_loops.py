"""Runs the loops of the outbox: one for each channel in a process, with several threads where the channel has them."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock

from django.db import connection

from core import outbox


def _deliver_in_threads(channel: str) -> int:
    """Delivers what is due of a channel, in as many threads as it has and there are messages for; returns how many."""
    count = outbox.threads_of(channel)
    if count > 1:
        count = min(count, _count_due(channel, most=count))
    if count <= 1:
        return outbox.deliver_due(channel)

    def deliver() -> int:
        try:
            return outbox.deliver_due(channel)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return sum(future.result() for future in [threads.submit(deliver) for _ in range(count)])


def _count_due(channel: str, *, most: int) -> int:
    """Returns how many messages of a channel are due, up to a number."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT FROM core_outboxmessage
                WHERE state = 'waiting' AND due_at <= clock_timestamp() AND channel = %s
                  AND (leased_until IS NULL OR leased_until < clock_timestamp())
                LIMIT %s
            ) AS due
            """,
            [channel, most],
        )
        return int(cursor.fetchone()[0])


@dataclass
class _Loop:
    """Delivers the messages of one channel. At most one thread of this process runs it at a time."""

    is_wanted: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def run(self, channel: str) -> int:
        """Delivers what is due; returns at once where another thread is doing so, which then looks once more."""
        self.is_wanted.set()
        delivered = 0
        while self.is_wanted.is_set() and not outbox.is_stopping.is_set() and self.lock.acquire(blocking=False):
            try:
                self.is_wanted.clear()
                delivered += _deliver_in_threads(channel)
            finally:
                self.lock.release()
        return delivered


_loops: defaultdict[str, _Loop] = defaultdict(_Loop)


def run_loop(channel: str) -> int:
    """Delivers the channel's due messages unless another thread of this process does; returns how many it delivered."""
    return _loops[channel].run(channel)
