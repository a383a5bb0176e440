"""The settings of the databases: a pooler in front, PostgreSQL itself behind it, and replicas."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

import manage
from config import databases, environment
from core.replica_connections import ReplicaConnection
from tests import pooler
from tests.config.production import PRODUCTION
from tests.databases import server
from tests.environment import pooler_folder

DIRECT = "postgres://waymark:secret@postgres:5433/other"


@pytest.fixture(autouse=True)
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment.Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)


def test_without_a_pooler_postgresql_itself_is_the_same_server() -> None:
    env = environment.read()

    (default,) = databases.of(env).values()

    assert (default["HOST"], default["NAME"]) == ("db", "waymark")
    assert default["DISABLE_SERVER_SIDE_CURSORS"] is False
    assert default["OPTIONS"]["options"] == databases.FOR_SHORT_QUERIES
    assert (databases.direct(env)["HOST"], databases.direct(env)["OPTIONS"]) == ("db", {})


def test_behind_a_pooler_nothing_stays_on_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOLER", "transaction")
    monkeypatch.setenv("DATABASE_DIRECT_URL", DIRECT)
    env = environment.read()

    default = databases.of(env)["default"]

    assert default["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert default["OPTIONS"]["prepare_threshold"] is None
    assert "options" not in default["OPTIONS"]
    direct = databases.direct(env)
    assert (direct["HOST"], direct["PORT"], direct["NAME"]) == ("postgres", 5433, "waymark")


def test_a_pooler_needs_the_address_of_postgresql_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOLER", "transaction")

    with pytest.raises(ImproperlyConfigured, match="DATABASE_DIRECT_URL"):
        environment.read()


def test_a_pooler_takes_no_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOLER", "transaction")
    monkeypatch.setenv("DATABASE_DIRECT_URL", DIRECT)
    monkeypatch.setenv("DATABASE_URL", "postgres://waymark@db/waymark?options=-c%20jit%3Doff")

    with pytest.raises(ImproperlyConfigured, match="no options"):
        environment.read()


def test_replicas_are_given_up_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_REPLICA_URL", "postgres://waymark@one/waymark, postgres://waymark@two/waymark")

    rows = databases.of(environment.read())

    assert {alias: row["HOST"] for alias, row in rows.items()} == {"default": "db", "replica": "one", "replica2": "two"}
    assert rows["replica2"]["OPTIONS"]["pool"]["timeout"] == 1
    assert rows["replica2"]["OPTIONS"]["keepalives_idle"] == 3
    assert rows["replica2"]["OPTIONS"]["pool"]["connection_class"] is ReplicaConnection
    assert "connection_class" not in rows["default"]["OPTIONS"]["pool"]
    assert not databases.GIVEN_UP_AFTER.keys() & rows["default"]["OPTIONS"].keys()


def test_migrations_and_backups_connect_to_postgresql_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOLER", "transaction")
    monkeypatch.setenv("DATABASE_DIRECT_URL", DIRECT)

    manage.connect_directly()

    assert os.environ["DATABASE_URL"] == "postgres://waymark:secret@postgres:5433/waymark"
    assert environment.read().database_pooler == ""
    assert {"migrate", "undo_migrations", "backup", "restore"} <= manage.DIRECT_COMMANDS


@pytest.mark.slow
@pytest.mark.skipif(pooler.program() is None, reason="PgBouncer is not installed (Debian: apt-get install pgbouncer).")
def test_the_pooler_of_the_tests_gives_a_connection_to_others_after_each_transaction() -> None:
    folder = pooler_folder().with_name(f"{pooler_folder().name}-of-one")
    with pooler.pgbouncer(folder, server(), connections=1):
        address = pooler.url_of(folder, "waymark", "postgres")
        with psycopg.connect(address, autocommit=True) as first, psycopg.connect(address, autocommit=True) as second:
            pids = [connection.execute("SELECT pg_backend_pid()").fetchone() for connection in (first, second, first)]
        with pytest.raises(psycopg.OperationalError, match="options"):
            psycopg.connect(address, options="-c jit=off")

    assert len(set(pids)) == 1
