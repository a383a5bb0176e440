"""Which database a request reads from. `test_replicas.py` has the tests with a real replica."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.models import RoleGrant, User
from core import replica_lag, replicas
from core.models import Flag, OutboxMessage

ALIAS = "standin"


@pytest.fixture
def standin(committed: None, settings: Any) -> Iterator[str]:
    """Returns the alias of a database that counts as a replica without lag: it is the one of the tests itself."""
    connections.databases[ALIAS] = connections.databases["default"].copy()
    settings.DATABASE_REPLICAS = [ALIAS]
    replica_lag._states[ALIAS] = replica_lag._State(lag=0.0, measured_at=time.monotonic() + 3600)
    yield ALIAS
    wrapper: Any = connections[ALIAS]
    wrapper.close()
    wrapper.close_pool()
    del connections.databases[ALIAS]
    delattr(connections._connections, ALIAS)  # type: ignore[attr-defined]  # of asgiref's local storage


def requested(method: str = "get", **headers: str) -> HttpRequest:
    request: HttpRequest = getattr(RequestFactory(headers=headers), method)("/builders/")
    return request


def test_a_replica_is_read_inside_of_the_reading_alone(standin: str) -> None:
    inside = replicas.from_replica(requested(), replicas.alias_for_reading)

    assert (inside, replicas.alias_for_reading()) == (standin, "default")


def test_nothing_is_read_from_a_replica_inside_of_a_transaction(standin: str) -> None:
    def read() -> str:
        with transaction.atomic():
            return replicas.alias_for_reading()

    assert replicas.from_replica(requested(), read) == "default"
    with transaction.atomic():
        assert replicas.from_replica(requested(), replicas.alias_for_reading) == "default"


def test_writes_and_what_decides_about_rights_go_to_the_primary(standin: str) -> None:
    router = replicas.Router()

    read = replicas.from_replica(
        requested(), lambda: [router.db_for_read(model) for model in (User, OutboxMessage, Flag, RoleGrant)]
    )

    assert read == [standin, standin, "default", "default"]
    assert router.db_for_write(User) == "default"
    assert not router.allow_migrate(standin, "core")


def test_what_fails_on_the_replica_is_read_from_the_primary(standin: str) -> None:
    seen: list[str] = []

    def read() -> str:
        seen.append(replicas.alias_for_reading())
        with replicas.read_connection().cursor() as cursor:
            if seen[-1] == standin:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.execute("SELECT 'read'")
            return str(cursor.fetchone()[0])

    assert replicas.from_replica(requested(), read) == "read"
    assert seen == [standin, "default"]
    assert replicas.from_replica(requested(), replicas.alias_for_reading) == "default", "it is left alone for a while"


def test_an_error_of_the_statement_itself_is_raised_by_the_primary_and_does_not_count_as_a_failure(
    standin: str,
) -> None:
    def read() -> None:
        with replicas.read_connection().cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with pytest.raises(Exception, match="division by zero"):
        replicas.from_replica(requested(), read)
    assert replicas.from_replica(requested(), replicas.alias_for_reading) == standin


def test_a_replica_that_was_promoted_is_not_read(standin: str) -> None:
    replica_lag.forget()

    assert not replica_lag.is_fresh(standin)
    assert "not a replica any more" in replica_lag.state_of(standin).problem


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer one"}])
def test_who_has_just_changed_something_reads_from_the_primary(standin: str, headers: dict[str, str]) -> None:
    response = replicas.own_changes(lambda request: HttpResponse())(requested("post", **headers))

    afterwards = requested(**headers)
    afterwards.COOKIES = {name: morsel.value for name, morsel in response.cookies.items()}
    assert replicas.from_replica(afterwards, replicas.alias_for_reading) == "default"
    assert replicas.from_replica(requested(), replicas.alias_for_reading) == standin, "others do not"


def test_reading_leaves_no_cookie(standin: str) -> None:
    response = replicas.own_changes(lambda request: HttpResponse())(requested())

    assert not response.cookies


def test_a_view_that_takes_post_reads_from_the_primary_then(standin: str) -> None:
    view = replicas.reads_from_replica(lambda request: HttpResponse(replicas.alias_for_reading()))

    assert [view(requested(method)).content.decode() for method in ("get", "post")] == [standin, "default"]
