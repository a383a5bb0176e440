from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from core import draining
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


def test_a_process_that_will_stop_asks_for_no_more_requests(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign = tmp_path / "draining"
    monkeypatch.setenv(draining.FILE, str(sign))
    assert client.get("/healthz").status_code == 200

    sign.touch()

    for address in ("/healthz", "/readyz"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()) == (503, {"status": "draining"})


def test_health_checks_may_send_any_host(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/help/", headers={"host": "10.0.0.7:8000"}).status_code == 400
