"""Many visitors who want the same hour, on real threads and connections."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction

from coaching.models import SessionType
from core import clock
from core.errors import Refused
from scheduling import claims, locks
from scheduling.models import Reservation
from scheduling.refusals import TimeRefusal
from tests.at_once import crowd
from tests.cast import make_builder_person
from tests.scheduling.cast import ask, live, offer, open_hours, rates, refused, soon, visitor


@pytest.fixture
def market(committed: None) -> SessionType:
    ada = make_builder_person("Ada Moreno")
    rates(ada)
    open_hours(ada)
    return offer(ada, slot_interval=30)


@pytest.mark.slow
def test_one_of_many_visitors_gets_the_hour(market: SessionType) -> None:
    start = soon(10)

    outcomes = crowd(60, lambda number: claims.book(ask(market, start, who=visitor(str(number)))))

    assert outcomes == {"won": 1, "slot_taken": 59}
    assert live() == 1


@pytest.mark.slow
def test_many_visitors_for_overlapping_hours_leave_no_overlap(market: SessionType) -> None:
    starts = [soon(9) + timedelta(minutes=30 * number) for number in range(8)]

    outcomes = crowd(60, lambda number: claims.book(ask(market, starts[number % 8], who=visitor(str(number)))))

    assert set(outcomes) == {"won", "slot_taken"}
    taken = sorted((row.during.lower, row.during.upper) for row in Reservation.objects.live(clock.now()))
    assert all(first[1] <= second[0] for first, second in pairwise(taken))
    assert len(taken) == outcomes["won"] >= 3


@pytest.mark.slow
def test_without_lock_and_constraint_there_are_double_bookings(market: SessionType) -> None:
    """Shows that the tests above can fail: without lock and constraint, several win."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scheduling_reservation DROP CONSTRAINT no_double_booking")
    start = soon(10)
    all_have_looked = threading.Barrier(20)

    def careless(number: int) -> None:
        with transaction.atomic():
            if Reservation.objects.filter(during__overlap=(start, start + timedelta(hours=1))).exists():
                raise Refused(TimeRefusal.SLOT_TAKEN)
            all_have_looked.wait(30)
            Reservation.objects.create(
                builder=market.builder, during=(start, start + timedelta(hours=1)), kind="BOOKED", session_type=market
            )

    outcomes = crowd(20, careless)

    assert outcomes["won"] >= 2


@pytest.mark.slow
def test_a_lock_that_is_held_too_long_is_a_refusal(market: SessionType) -> None:
    ready, done = threading.Event(), threading.Event()

    def sit() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks.lock_key(market.builder_id)])
            ready.set()
            done.wait(20)
        connection.close()

    sitter = threading.Thread(target=sit)
    sitter.start()
    ready.wait()
    error = refused(lambda: claims.book(ask(market, soon(10))))
    done.set()
    sitter.join()

    assert (error.refusal, error.retry_after) == (TimeRefusal.BUSY, 1)
