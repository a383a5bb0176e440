"""Busy times between which no session fits are loaded as one: the same slots, and few rows."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from accounts.models import User
from coaching.models import SessionType
from core import clock
from scheduling import loading, queries
from scheduling.integrity import wrongly_merged
from scheduling.models import MergedBusyTime, Reservation
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


def stored(ada: User, minutes: int = 60) -> list[tuple[datetime, datetime]]:
    row = MergedBusyTime.objects.filter(builder=ada, minutes=minutes).first()
    return [(part.lower, part.upper) for part in row.times] if row else []


def test_what_is_stored_follows_each_change(ada: User, session_type: SessionType) -> None:
    busy(ada, (soon(9), soon(10)), (soon(10, 30), soon(11)), (soon(15), soon(16)))
    assert stored(ada) == [(soon(9), soon(11)), (soon(15), soon(16))]
    assert len(stored(ada, 30)) == 3, "half an hour fits in between"

    Reservation.objects.filter(during__startswith=soon(9)).update(released_at=clock.now())
    assert stored(ada) == [(soon(10, 30), soon(11)), (soon(15), soon(16))]
    Reservation.objects.filter(during__startswith=soon(15)).delete()
    assert stored(ada) == [(soon(10, 30), soon(11))]
    assert list(wrongly_merged(clock.now())) == []
    Reservation.objects.all().delete()
    assert stored(ada) == []


def test_the_integrity_check_finds_what_is_not_merged_and_merged_of_nothing(ada: User) -> None:
    busy(ada, (soon(9), soon(10)))
    times = Multirange([Range(soon(14), soon(15))])
    MergedBusyTime.objects.filter(builder=ada, minutes=60).update(times=times)

    findings = list(wrongly_merged(clock.now()))

    assert [f"{ada.pk} is {word}busy" in text for word, text in zip(("", "not "), findings, strict=True)] == [
        True,
        True,
    ]


def test_weeks_long_ago_are_merged_when_they_are_asked_for(ada: User, session_type: SessionType) -> None:
    past = soon(0) - timedelta(days=90)
    busy(
        ada,
        *((past + timedelta(minutes=20 * number), past + timedelta(minutes=20 * number + 5)) for number in range(9)),
    )
    begins = int(past.timestamp())

    merged = loading.load_taken([ada.pk], (begins, begins + 86_400), clock.now(), shortest=60)[ada.pk]

    assert len(merged) == 1
    assert stored(ada) == []


def test_groups_are_never_merged(ada: User, session_type: SessionType) -> None:
    for hour in (9, 10):
        busy(ada, (soon(hour), soon(hour) + HOUR), session_type=session_type, capacity=3)

    assert len(loading.load_taken([ada.pk], window(), clock.now(), shortest=60)[ada.pk]) == 2
