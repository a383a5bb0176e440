"""Live events: sends committed changes to the open pages that may read them, within a second.

Publishing is one Redis message after commit. With Redis down it is skipped, and pages refresh what they show once Redis
is back. Each process has one subscriber, which passes messages on to a queue for each open stream.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from django.db import connection, transaction
from redis.exceptions import RedisError

from core import redis_outage

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15.0
QUEUE_LENGTH = 50
REFRESH = {"event": "refresh", "topic": "", "data": {}}
READY = {"event": "ready", "topic": "", "data": {}}

MayRead = Callable[[Any, str], bool]
_guards: dict[str, MayRead] = {}
_client: redis.Redis | None = None


def register_topic(kind: str, may_read: MayRead) -> None:
    """Registers who may read the topics `kind:KEY` (or `kind` alone): those for whom `may_read(user, key)` is true."""
    _guards[kind] = may_read


def allowed(user: Any, topics: list[str]) -> list[str]:
    """Returns those of the topics that this person may read; nobody may read unknown ones."""
    readable = []
    for topic in topics:
        kind, _, key = topic.partition(":")
        guard = _guards.get(kind)
        if guard and guard(user, key):
            readable.append(topic)
    return readable


def publish(topic: str, event: str, **data: Any) -> None:
    """Sends an event to open pages once this transaction has committed, and the same event once per transaction."""
    message = _Message(json.dumps({"topic": topic, "event": event, "data": data}))
    if message not in [entry[1] for entry in connection.run_on_commit]:
        transaction.on_commit(message, robust=True)


@dataclass(frozen=True)
class _Message:
    text: str

    def __call__(self) -> None:
        _send(self.text)


def channel() -> str:
    """Returns the Redis channel. Test processes have channels of their own: Redis databases do not separate channels."""
    return f"waymark:live:{settings.LIVE_CHANNEL}"


def _send(message: str) -> None:
    global _client  # noqa: PLW0603  (one connection for each process)
    if redis_outage.is_noted():
        return
    try:
        if _client is None:
            _client = redis.Redis(
                connection_pool=redis.ConnectionPool.from_url(settings.REDIS_URL, **redis_outage.CLIENT_OPTIONS)
            )
        _client.publish(channel(), message)
    except (RedisError, OSError) as error:
        redis_outage.note()
        logger.warning("live events pause: %s", error)


class Hub:
    """The one subscriber of this process, and the queues of its streams."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[dict[str, Any]]]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self._subscribed = asyncio.Event()

    async def stream(self, topics: list[str]) -> AsyncIterator[bytes]:
        """Yields server-sent events of these topics, with a heartbeat, until the client disconnects.

        The event "ready" says that nothing is missed from now on.
        """
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(QUEUE_LENGTH)
        for topic in topics:
            self._queues[topic].add(queue)
        self._listen()
        try:
            yield b": open\n\n"
            if await self._is_subscribed():
                yield _as_event(READY)
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
            self._subscribed = asyncio.Event()  # of this event loop
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _is_subscribed(self) -> bool:
        """Waits until Redis has confirmed the subscription; returns False if it does not in a heartbeat's time."""
        try:
            return await asyncio.wait_for(self._subscribed.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return False

    async def _run(self) -> None:
        """Passes on messages from Redis; after an outage subscribes again and tells all pages to refresh."""
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
                        self._send_to_all(REFRESH)
                    wait, gap = 0.2, False
                    async for message in pubsub.listen():
                        if message["type"] == "subscribe":
                            self._subscribed.set()
                        elif message["type"] == "message":
                            self._pass_on(json.loads(message["data"]))
            except (RedisError, OSError, ValueError) as error:
                logger.warning("live events wait for Redis: %s", error)
            finally:
                self._subscribed.clear()
                await client.aclose()
            gap = True
            await asyncio.sleep(wait)
            wait = min(5.0, wait * 2)

    def _pass_on(self, message: dict[str, Any]) -> None:
        for queue in self._queues.get(message["topic"], ()):
            _put(queue, message)

    def _send_to_all(self, message: dict[str, Any]) -> None:
        for queue in {queue for queues in self._queues.values() for queue in queues}:
            _put(queue, message)


def _put(queue: asyncio.Queue[dict[str, Any]], message: dict[str, Any]) -> None:
    """Adds a message to a queue; replaces all of a full queue by one event that makes the page refresh."""
    if queue.full():
        while not queue.empty():
            queue.get_nowait()
        message = REFRESH
    queue.put_nowait(message)


def _as_event(message: dict[str, Any]) -> bytes:
    body = json.dumps({"topic": message["topic"], **message["data"]})
    return f"event: {message['event']}\ndata: {body}\n\n".encode()


hub = Hub()
