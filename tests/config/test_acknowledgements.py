"""A worker goes on when Redis was lost while it worked on a task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection, Queue
from kombu.transport import redis

from config.acknowledgements import outlast_redis
from config.broker import OPTIONS


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """Yields a connection, and a message that was taken from it and is not finished."""
    monkeypatch.setattr(redis.Channel, "QoS", redis.Channel.QoS)  # it is put back
    outlast_redis()
    messages: list[Any] = []
    name = f"test-{uuid4()}"
    with Connection(OPTIONS["broker_url"], transport_options=OPTIONS["broker_transport_options"]) as connection:
        queue = Queue(name, routing_key=name)
        connection.Producer().publish({}, routing_key=name, declare=[queue])
        with connection.Consumer([queue], callbacks=[lambda body, message: messages.append(message)]):
            while not messages:
                connection.drain_events(timeout=30)
            yield connection, messages[0]
        queue(connection.default_channel).delete()


def is_unfinished(message: Any) -> bool:
    return message.channel.client.hget(message.channel.unacked_key, message.delivery_tag) is not None


def test_a_message_is_finished(taken: tuple[Any, Any]) -> None:
    _, message = taken
    assert is_unfinished(message)

    message.ack()

    assert not is_unfinished(message)


def test_a_message_can_be_finished_or_given_back_after_the_connection_is_gone(
    taken: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, message = taken

    with monkeypatch.context() as lost:
        lost.setattr(connection.transport, "client", None)  # as kombu leaves it if closing fails at first
        message.ack()
        message.channel.qos.reject(message.delivery_tag, requeue=True)
        message.channel.qos.restore_unacked()

    assert is_unfinished(message), "Redis delivers it again"
