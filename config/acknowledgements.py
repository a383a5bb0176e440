"""Which messages a worker has taken from Redis and not finished, also after Redis was lost.

kombu's own bookkeeping asks the connection for its address when a message is finished or given back. If Redis was lost
meanwhile, that connection is gone, and the AttributeError ends the worker, with everything that it has begun.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis


class LastingQoS(redis.QoS):
    """Leaves messages whose connection is gone to Redis, which delivers them again: every task is safe to run twice."""

    @property
    def is_lost(self) -> bool:
        connection: Any = self.channel.connection
        return connection is None or connection.client is None

    def ack(self, delivery_tag: str) -> None:
        if not self.is_lost:
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002  (as kombu calls it)
        if not self.is_lost:
            super().reject(delivery_tag, requeue)

    def restore_unacked(self, client: Any = None) -> None:
        if not self.is_lost:
            super().restore_unacked(client)
        elif self._delivered:
            self._delivered.clear()


def outlast_redis() -> None:
    """Lets all channels of this process use it."""
    redis.Channel.QoS = LastingQoS
