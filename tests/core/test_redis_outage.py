"""A Redis that accepts connections and never answers makes a page wait once, for cache, live events and wake-ups together."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from config.celery import app
from core import live, outbox, redis_outage
from core.cache import ForgivingRedisCache


class SilentRedis:
    """Counts the connections that are made to it, and answers none."""

    def __init__(self) -> None:
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self.url = f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"
        self.connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self.connections.append(self.listener.accept()[0])
            except OSError:
                return


@pytest.fixture
def silent() -> Iterator[SilentRedis]:
    server = SilentRedis()
    yield server
    server.listener.close()
    for connection in server.connections:
        connection.close()


def test_a_page_waits_once_for_a_redis_that_does_not_answer(
    silent: SilentRedis, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = silent.url
    monkeypatch.setattr(live, "_client", None)
    woken: list[str] = []
    monkeypatch.setattr(outbox, "_wakers", [woken.append])
    cache = ForgivingRedisCache(silent.url, {})

    for _ in range(3):
        assert cache.get("a", "nothing") == "nothing"
        cache.set("a", 1)
        live._send("{}")
        outbox._wake("mail")

    assert len(silent.connections) == 1
    assert woken == []
    redis_outage.forget()
    outbox._wake("mail")
    assert woken == ["mail"]


def test_nothing_waits_for_redis_longer_than_a_second(silent: SilentRedis) -> None:
    pool = ForgivingRedisCache(silent.url, {})._cache._get_connection_pool(write=True)  # type: ignore[attr-defined]  # Django's stubs lack it

    assert pool.connection_kwargs["socket_timeout"] <= 1
    assert pool.connection_kwargs["socket_connect_timeout"] <= 1


@pytest.mark.slow
def test_queueing_a_task_tries_twice_at_most(silent: SilentRedis) -> None:
    with app.connection_for_write(silent.url) as connection, pytest.raises(OperationalError):
        connection.default_channel  # noqa: B018  (asking for it connects)

    assert len(silent.connections) <= 2
