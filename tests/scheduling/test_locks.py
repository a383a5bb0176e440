"""The lock on a builder's time: who waits for it where, on real threads and connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from core.errors import Refused
from core.ids import uuid7
from core.models import Heartbeat
from scheduling.locks import place_in_queue, with_time_of
from scheduling.refusals import TimeRefusal
from tests.at_once import DONE, at_once
from tests.scheduling.waiting import connections_in_use, locked, wait_until, waiting_in_database

pytestmark = pytest.mark.slow


@pytest.fixture
def builder(committed_module: None) -> UUID:
    return uuid7()


def nothing(now: datetime) -> None:
    """Work that does nothing with the time that it has locked."""


def test_three_of_ten_wait_with_a_connection_and_nobody_is_refused(builder: UUID, settings: Any) -> None:
    """All ten have a connection when they begin; seven give theirs back to the pool while they wait."""
    settings.DATABASE_POOL_SHARE = 3

    with ThreadPoolExecutor() as pool:
        with locked(builder):
            crowd = pool.submit(at_once, *[lambda: with_time_of(builder, nothing)] * 10)
            wait_until(lambda: (waiting_in_database(), connections_in_use()) == (3, 1 + 3))

        assert crowd.result() == [DONE] * 10


def test_those_who_want_another_builder_do_not_wait(builder: UUID, settings: Any) -> None:
    settings.DATABASE_POOL_SHARE = 1

    with ThreadPoolExecutor() as pool, locked(builder):
        pool.submit(at_once, lambda: with_time_of(builder, nothing))
        wait_until(lambda: waiting_in_database() == 1)

        assert at_once(lambda: with_time_of(uuid7(), nothing)) == [DONE]


def test_nested_work_has_the_lock_and_the_time_of_the_outer_work(builder: UUID, settings: Any) -> None:
    settings.DATABASE_POOL_SHARE = 1
    times: list[datetime] = []

    def outer(now: datetime) -> None:
        times.append(now)
        with_time_of(builder, times.append)

    assert at_once(*[lambda: with_time_of(builder, outer)] * 5) == [DONE] * 5
    assert len(times) == 10
    assert len(set(times)) == 5


def test_nested_work_that_is_refused_is_undone_alone(builder: UUID) -> None:
    def inner(now: datetime) -> None:
        Heartbeat.objects.create(name="inner", seen_at=now)
        raise Refused(TimeRefusal.SLOT_TAKEN)

    def outer(now: datetime) -> None:
        Heartbeat.objects.create(name="outer", seen_at=now)
        with suppress(Refused):
            with_time_of(builder, inner)

    with_time_of(builder, outer)

    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["outer"]


def test_a_transaction_that_has_the_lock_does_not_wait_for_those_who_want_it(builder: UUID, settings: Any) -> None:
    """A series locks the time once for each of its dates, while those who have a place wait for its transaction."""
    settings.DATABASE_POOL_SHARE = 1

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            with_time_of(builder, nothing)
            other = pool.submit(at_once, lambda: with_time_of(builder, nothing))
            wait_until(lambda: waiting_in_database() == 1)
            with_time_of(builder, nothing)

        assert other.result() == [DONE]


def test_waiting_too_long_for_a_place_is_a_refusal(builder: UUID, settings: Any) -> None:
    settings.DATABASE_POOL_SHARE = 1

    with place_in_queue(builder):
        assert at_once(lambda: with_time_of(builder, nothing)) == [TimeRefusal.BUSY.code]
