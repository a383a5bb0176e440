"""Busy times between which no session fits are loaded as one: the same slots, and few rows."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from coaching.models import SessionType
from core import clock
from scheduling import loading, queries
from scheduling.models import Reservation
from scheduling.slots import free_slots
from tests.scheduling.cast import offer, open_hours, rates, soon

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def session_type(ada: User) -> SessionType:
    rates(ada)
    open_hours(ada)
    return offer(ada)


def busy(ada: User, *times: tuple[datetime, datetime], **fields: Any) -> None:
    Reservation.objects.bulk_create(
        Reservation(**{"builder": ada, "kind": "EXTERNAL", "during": during, "note": "Family"} | fields)
        for during in times
    )


def window() -> tuple[int, int]:
    first = int(soon(0).timestamp())
    return first, first + 7 * 86_400


def plain_slots(session_type: SessionType, minutes: int) -> list[Any]:
    """Returns the slots beside all busy times as they are stored."""
    builder, now = session_type.builder_id, clock.now()
    calendar = loading.load_hours([builder], window())[builder].calendar_for(session_type.pk)
    taken = loading.for_engine(loading.load_taken([builder], window(), now)[builder], "", session_type.pk)
    return free_slots(calendar, taken, loading.wanted(session_type, minutes), window(), int(now.timestamp()))


@pytest.mark.parametrize("seed", range(12))
def test_random_busy_times_leave_the_same_slots(ada: User, session_type: SessionType, seed: int) -> None:
    chance = random.Random(seed)
    start = soon(0)
    for kind, before, after, count in (("EXTERNAL", 0, 0, 40), ("TIME_OFF", 0, 0, 2), ("EXTERNAL", 10, 20, 4)):
        begins = [start + timedelta(minutes=5 * chance.randrange(7 * 288)) for _ in range(count)]
        times = [(begin, begin + timedelta(minutes=5 * chance.randrange(1, 20))) for begin in begins]
        busy(ada, *times, kind=kind, buffer_before=before, buffer_after=after)

    for minutes in (15, 60, 90):
        slots = queries.free_times(session_type, minutes, window(), clock.now())
        assert slots == plain_slots(session_type, minutes)


def test_a_gap_of_just_the_length_is_offered(ada: User, session_type: SessionType) -> None:
    busy(ada, (soon(9), soon(11)), (soon(12), soon(18)))

    starts = [slot.start for slot in queries.free_times(session_type, 60, window(), clock.now())]

    assert int(soon(11).timestamp()) in starts
    assert int(soon(10).timestamp()) not in starts


def test_thousands_of_busy_times_are_few_rows(
    ada: User, session_type: SessionType, django_assert_num_queries: Any
) -> None:
    busy(
        ada,
        *(
            (soon(0) + timedelta(minutes=20 * number), soon(0) + timedelta(minutes=20 * number + 5))
            for number in range(500)
        ),
    )

    week, now = window(), clock.now()

    with django_assert_num_queries(1):
        merged = loading.load_taken([ada.pk], week, now, shortest=60)[ada.pk]

    assert len(merged) == 1
    assert len(loading.load_taken([ada.pk], week, now)[ada.pk]) > 400


def test_groups_are_never_merged(ada: User, session_type: SessionType) -> None:
    for hour in (9, 10):
        busy(ada, (soon(hour), soon(hour) + HOUR), session_type=session_type, capacity=3)

    assert len(loading.load_taken([ada.pk], window(), clock.now(), shortest=60)[ada.pk]) == 2
