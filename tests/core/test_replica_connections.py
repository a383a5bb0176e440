"""A connection to a replica gives up what takes too long, whether the server is slow or does not answer at all."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import psycopg
import pytest

from core.replica_connections import ReplicaConnection
from tests import databases

LONG = 60.0  # seconds, so that a busy machine fails no test
SHORT = 0.2


@pytest.fixture
def replica() -> Iterator[ReplicaConnection]:
    with ReplicaConnection.connect(databases.server(), autocommit=True) as connection:
        connection.read_seconds = connection.cancel_seconds = LONG
        yield connection


def test_a_statement_that_is_slow_is_cancelled_and_the_connection_goes_on(replica: ReplicaConnection) -> None:
    replica.read_seconds = SHORT
    with pytest.raises(psycopg.errors.QueryCanceled):
        replica.execute("SELECT pg_sleep(3600)")

    replica.read_seconds = LONG
    assert replica.execute("SELECT 'answered'").fetchone() == ("answered",)


def test_a_connection_whose_server_is_frozen_is_closed(replica: ReplicaConnection) -> None:
    replica.read_seconds = replica.cancel_seconds = SHORT
    process = replica.info.backend_pid
    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(psycopg.OperationalError, match="has not answered for"):
            replica.execute("SELECT 1")
    finally:
        os.kill(process, signal.SIGCONT)

    assert replica.closed


def test_what_a_server_refuses_is_raised_as_it_is(replica: ReplicaConnection) -> None:
    with pytest.raises(psycopg.OperationalError, match="terminating connection"):
        replica.execute("SELECT pg_terminate_backend(pg_backend_pid())")
