"""Twenty people who plan with the same builders at once, and a client who vanishes between holding and booking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from accounts.models import User
from bookings.models import Booking, SessionPlan
from bookings.session_plans import announcing, booking, holding
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.registry import integrity_findings
from scheduling import claims
from scheduling.models import Reservation, Seat
from tests.at_once import crowd
from tests.bookings.session_plans.cast import mentor, plan_with
from tests.cast import make_builder_person, make_person

pytestmark = pytest.mark.slow
SIZE = 20
MAY_HAPPEN = {"won", "plan_time_lost", "slot_taken", "busy"}


@pytest.fixture
def evenings(committed: None) -> list[SessionType]:
    return [mentor(make_builder_person(name)) for name in ("Ada Moreno", "Bea Stone", "Cid Marsh")]


@pytest.fixture
def plans(evenings: list[SessionType]) -> list[SessionPlan]:
    """Returns the plans of twenty people, for the same times of three builders in different orders."""
    clients: list[User] = [make_person(f"Client {number}") for number in range(SIZE)]
    orders = [evenings, evenings[::-1], evenings[1:] + evenings[:1]]
    return [
        plan_with(client, *orders[number % 3], weeks=2, per_week=3, earliest=17 * 60, latest=18 * 60)
        for number, client in enumerate(clients)
    ]


def test_each_has_the_whole_plan_held_or_nothing(plans: list[SessionPlan]) -> None:
    outcomes = crowd(SIZE, lambda number: holding.hold(plan=plans[number], by=plans[number].client))

    assert set(outcomes) <= MAY_HAPPEN
    assert outcomes["won"] >= 1
    reserved = SessionPlan.objects.held(clock.now())
    assert reserved.count() == outcomes["won"]
    for plan in plans:
        seats = Seat.objects.filter(plan_id=plan.pk, released_at=None).count()
        assert seats == (plan.sessions.count() if reserved.filter(pk=plan.pk).exists() else 0)
    assert integrity_findings(clock.now()) == []


def test_each_has_the_whole_plan_booked_or_nothing(plans: list[SessionPlan]) -> None:
    outcomes = crowd(SIZE, lambda number: booking.book(plan=plans[number], by=plans[number].client, details={}))

    assert set(outcomes) <= MAY_HAPPEN
    assert outcomes["won"] >= 1
    for plan in plans:
        count = Booking.objects.filter(client=plan.client).count()
        is_booked = SessionPlan.objects.get(pk=plan.pk).state == SessionPlan.State.BOOKED
        assert count == (plan.sessions.count() if is_booked else 0)
    assert integrity_findings(clock.now()) == []


def test_a_client_who_vanishes_after_holding_leaves_nothing(plans: list[SessionPlan]) -> None:
    plan = plans[0]
    holding.hold(plan=plan, by=plan.client)
    past = clock.now() - timedelta(minutes=11)
    Seat.objects.update(expires_at=past)
    Reservation.objects.update(expires_at=past)
    SessionPlan.objects.update(held_until=past)

    claims.release_expired(clock.now())

    assert not Reservation.objects.filter(released_at=None).exists()
    assert not Seat.objects.filter(released_at=None).exists()
    assert integrity_findings(clock.now()) == []


def test_a_server_that_dies_while_booking_leaves_the_plan_held(plans: list[SessionPlan]) -> None:
    plan = holding.hold(plan=plans[0], by=plans[0].client)
    count = plan.sessions.count()

    def die(*_: Any) -> None:
        assert Booking.objects.count() == count, "all sessions are booked, but not committed"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(announcing, "announce", die)
        with pytest.raises((Refused, DatabaseError)):
            booking.book(plan=plan, by=plan.client, details={})
    connection.close()

    assert Booking.objects.count() == 0
    assert Seat.objects.filter(plan_id=plan.pk, released_at=None, expires_at__isnull=False).count() == count
    assert SessionPlan.objects.get(pk=plan.pk).is_held(clock.now())
    assert booking.book(plan=plan, by=plan.client, details={}).booked_sessions == count
    assert integrity_findings(clock.now()) == []
