"""A connection to a replica gives up what takes too long, whether the server is slow or does not answer at all."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import psycopg
import pytest

from core.replica_connections import ReplicaConnection
from tests import databases


class ImpatientConnection(ReplicaConnection):
    read_seconds = 0.2
    cancel_seconds = 0.2


@pytest.fixture
def impatient() -> Iterator[ImpatientConnection]:
    with ImpatientConnection.connect(databases.server(), autocommit=True) as connection:
        yield connection


def test_a_statement_that_is_slow_is_cancelled_and_the_connection_goes_on(impatient: ImpatientConnection) -> None:
    with pytest.raises(psycopg.errors.QueryCanceled):
        impatient.execute("SELECT pg_sleep(3600)")

    assert impatient.execute("SELECT 'answered'").fetchone() == ("answered",)


def test_a_connection_whose_server_is_frozen_is_closed(impatient: ImpatientConnection) -> None:
    process = impatient.info.backend_pid
    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(psycopg.OperationalError, match="has not answered for"):
            impatient.execute("SELECT 1")
    finally:
        os.kill(process, signal.SIGCONT)

    assert impatient.closed


def test_what_a_server_refuses_is_raised_as_it_is(impatient: ImpatientConnection) -> None:
    with pytest.raises(psycopg.OperationalError, match="terminating connection"):
        impatient.execute("SELECT pg_terminate_backend(pg_backend_pid())")
