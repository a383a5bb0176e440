"""Live events: what was committed, told to every open page that may know, within a second.

Publishing is one Redis message after commit; with Redis away it is skipped, and pages that notice a gap
refresh what they show. Each process has one subscriber, which fans out to its streams by queue.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from django.db import transaction
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
PAUSE_SECONDS = 5.0  # after a failure nothing is published for so long: a page is not worth a wait
QUEUE_LENGTH = 50
REFRESH = {"event": "refresh", "topic": "", "data": {}}

MayRead = Callable[[Any, str], bool]
_guards: dict[str, MayRead] = {}
_quiet_until = 0.0
_client: redis.Redis | None = None


def register_topic(kind: str, may_read: MayRead) -> None:
    """Opens the topics `kind:KEY` (or `kind` alone) to whoever `may_read(user, key)` lets in."""
    _guards[kind] = may_read


def allowed(user: Any, topics: list[str]) -> list[str]:
    """Those of the topics that this person may hear; unknown ones are nobody's."""
    heard = []
    for topic in topics:
        kind, _, key = topic.partition(":")
        guard = _guards.get(kind)
        if guard and guard(user, key):
            heard.append(topic)
    return heard


def publish(topic: str, event: str, **data: Any) -> None:
    """Tells open pages once this transaction has committed; never if it rolls back."""
    message = json.dumps({"topic": topic, "event": event, "data": data})
    transaction.on_commit(lambda: _send(message), robust=True)


def channel() -> str:
    """Publications go to all databases of a Redis, so the tests' processes keep to channels of their own."""
    return f"waymark:live:{settings.LIVE_CHANNEL}"


def _send(message: str) -> None:
    global _client, _quiet_until  # noqa: PLW0603  (one connection and one breaker a process)
    if time.monotonic() < _quiet_until:
        return
    try:
        if _client is None:
            _client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        _client.publish(channel(), message)
    except (RedisError, OSError) as error:
        _quiet_until = time.monotonic() + PAUSE_SECONDS
        logger.warning("live events pause: %s", error)


class Hub:
    """This process' one subscriber, and the queues of its streams."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[dict[str, Any]]]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    async def stream(self, topics: list[str]) -> AsyncIterator[bytes]:
        """Server-sent events of these topics, with a heartbeat, until the reader goes."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(QUEUE_LENGTH)
        for topic in topics:
            self._queues[topic].add(queue)
        self._listen()
        try:
            yield b": open\n\n"
            while True:
                try:
                    message = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                else:
                    yield _as_event(message)
        finally:
            for topic in topics:
                self._queues[topic].discard(queue)
                if not self._queues[topic]:
                    del self._queues[topic]

    def _listen(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        """Hears Redis out, comes back after each outage, and tells the pages that they missed something."""
        wait = 0.2
        gap = False
        while True:
            client = redis.asyncio.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=2, health_check_interval=10
            )
            try:
                async with client.pubsub() as pubsub:
                    await pubsub.subscribe(channel())
                    if gap:
                        self._to_everyone(REFRESH)
                    wait, gap = 0.2, False
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            self._hand_out(json.loads(message["data"]))
            except (RedisError, OSError, ValueError) as error:
                logger.warning("live events wait for Redis: %s", error)
            finally:
                await client.aclose()
            gap = True
            await asyncio.sleep(wait)
            wait = min(5.0, wait * 2)

    def _hand_out(self, message: dict[str, Any]) -> None:
        for queue in self._queues.get(message["topic"], ()):
            _put(queue, message)

    def _to_everyone(self, message: dict[str, Any]) -> None:
        for queue in {queue for queues in self._queues.values() for queue in queues}:
            _put(queue, message)


def _put(queue: asyncio.Queue[dict[str, Any]], message: dict[str, Any]) -> None:
    """A reader too slow for its events gets one that says: look again."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        message = REFRESH
    queue.put_nowait(message)


def _as_event(message: dict[str, Any]) -> bytes:
    body = json.dumps({"topic": message["topic"], **message["data"]})
    return f"event: {message['event']}\ndata: {body}\n\n".encode()


hub = Hub()
