from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from tests.factories.core import HeartbeatFactory


def test_healthz_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_is_200_and_degraded_without_workers_and_beat(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "degraded": True,
        "postgres": "up",
        "migrations": "applied",
        "redis": "up",
        "worker": "down",
        "outbox": "down",
        "beat": "down",
    }


@pytest.mark.django_db
def test_a_process_is_down_once_its_last_heartbeat_is_old(client: Client) -> None:
    HeartbeatFactory.create(name="worker", seen_at=Now())
    HeartbeatFactory.create(name="beat", seen_at=Now())
    HeartbeatFactory.create(name="outbox", seen_at="2020-01-01T00:00Z")

    answer = client.get("/readyz").json()

    assert (answer["worker"], answer["beat"], answer["outbox"], answer["degraded"]) == ("up", "up", "down", True)


@pytest.mark.django_db
def test_readyz_is_200_while_redis_is_down(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["redis"] == "down"
