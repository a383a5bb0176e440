import pytest
from django.test import Client


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
