"""The sums of each day of the whole place follow the bookings, which change after their day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from accounts.models import User
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from insights import rollups
from insights.models import DailyFigure, DailyFigureRun
from tests.bookings.cast import shop
from tests.factories.bookings import BookingFactory

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 6, 1, 0, 20, tzinfo=UTC)


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


def completed(hour: SessionType, days_ago: int) -> Booking:
    start = NIGHT - timedelta(days=days_ago)
    return BookingFactory.create(
        session_type=hour, state=State.COMPLETED, starts_at=start, ends_at=start + timedelta(hours=1),
        confirmed_at=start, completed_at=start,
    )  # fmt: skip


def sessions() -> list[Decimal]:
    """Returns the sums of sessions, those of the earliest day first."""
    figures = DailyFigure.objects.filter(name="completed", pathway=None, kind="").order_by("day")
    return list(figures.values_list("amount", flat=True))


def leave_out(booking: Booking) -> None:
    Booking.objects.filter(pk=booking.pk).update(state=State.DISPUTED)


def test_a_recent_day_is_written_again_in_the_next_night(hour: SessionType) -> None:
    booking = completed(hour, 90)
    rollups.add_up(NIGHT)
    assert sessions() == [1]

    leave_out(booking)
    rollups.add_up(NIGHT + timedelta(days=1))

    assert sessions() == []


def test_each_earlier_day_is_written_again_within_a_week(hour: SessionType) -> None:
    bookings = [completed(hour, days_ago) for days_ago in range(120, 1400, 60)]
    rollups.add_up(NIGHT)
    assert sum(sessions()) == len(bookings)

    for booking in bookings:
        leave_out(booking)
    rollups.add_up(NIGHT + timedelta(days=1))
    assert 0 < sum(sessions()) < len(bookings), "only a part of them in one night"

    for night in range(2, 8):
        rollups.add_up(NIGHT + timedelta(days=night))
    assert sessions() == []


def test_days_that_nobody_asks_for_any_more_are_deleted(hour: SessionType) -> None:
    completed(hour, rollups.KEPT.days)
    rollups.add_up(NIGHT)
    assert sessions() == [1]

    rollups.add_up(NIGHT + timedelta(days=1))

    assert sessions() == []


def test_a_run_that_was_stopped_goes_on_where_it_was(hour: SessionType) -> None:
    """A condition on the table stops it here, as the time limit of a task does."""
    for days_ago in (1000, 10):
        completed(hour, days_ago)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE insights_dailyfigure ADD CONSTRAINT stops CHECK (day < '2026-05-01')")
    with pytest.raises(DatabaseError):
        rollups.add_up(NIGHT)

    until = DailyFigureRun.objects.get().until
    assert sessions() == [1], "what was written before it stays"
    assert datetime(2026, 1, 1, tzinfo=UTC).date() < until < (NIGHT - timedelta(days=10)).date()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE insights_dailyfigure DROP CONSTRAINT stops")
    rollups.add_up(NIGHT)

    assert sessions() == [1, 1]
    assert DailyFigureRun.objects.get().until == NIGHT.date()
