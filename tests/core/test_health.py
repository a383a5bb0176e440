from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from core.models import Heartbeat


def test_healthz_asks_nobody(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_names_who_is_missing_and_stays_200(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "degraded": True,
        "postgres": "up",
        "migrations": "applied",
        "redis": "up",
        "worker": "down",
        "beat": "down",
    }


@pytest.mark.django_db
def test_hearts_that_beat_are_up_until_they_fall_silent(client: Client) -> None:
    Heartbeat.objects.create(name="worker", seen_at=Now())
    Heartbeat.objects.create(name="beat", seen_at="2020-01-01T00:00Z")

    answer = client.get("/readyz").json()

    assert (answer["worker"], answer["beat"]) == ("up", "down")


@pytest.mark.django_db
def test_redis_away_only_degrades(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["redis"] == "down"
