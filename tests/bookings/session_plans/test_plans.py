"""Plans of sessions: proposed on free times, changed, held and booked all together."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from bookings.models import Booking, SessionPlan
from bookings.session_plans import booking, holding, queries, services
from bookings.session_plans.services import AddSession, MoveSession, RemoveSession
from core import clock
from core.registry import integrity_findings
from tests.bookings.session_plans.cast import mentor, plan_with, starts_of
from tests.scheduling.cast import live, refused

pytestmark = pytest.mark.django_db


def test_a_plan_is_proposed_held_and_booked(ada: User, cleo: User) -> None:
    hour = mentor(ada)
    plan = plan_with(cleo, hour)

    starts = starts_of(plan)
    weeks = [start.astimezone(ZoneInfo("Europe/Berlin")).isocalendar()[1] for start in starts]

    assert 7 <= len(starts) <= 10
    assert max(weeks.count(week) for week in weeks) == 2
    shown = queries.shown_plan(plan, cleo)
    assert shown.is_bookable
    assert not shown.is_held

    held = holding.hold(plan=plan, by=cleo)

    assert held.is_held(clock.now())
    assert live() == len(starts)
    assert queries.shown_plan(held, cleo).is_bookable

    booked = booking.book(plan=held, by=cleo, details={})

    assert booked.state == SessionPlan.State.BOOKED
    assert booked.booked_sessions == len(starts) == Booking.objects.filter(client=cleo).count()
    assert integrity_findings(clock.now()) == []


def test_sessions_are_moved_removed_and_added(ada: User, cleo: User) -> None:
    plan = plan_with(cleo, mentor(ada), weeks=2)
    first, *others = plan.sessions.order_by("starts_at")
    free = queries.shown_plan(plan, cleo)

    services.change(plan=plan, by=cleo, change=MoveSession(first.pk, first.starts_at + timedelta(hours=1)))
    services.change(plan=plan, by=cleo, change=RemoveSession(others[0].pk))
    lost = refused(
        lambda: services.change(plan=plan, by=cleo, change=AddSession(others[-1].starts_at, first.session_type_id))
    )
    services.change(plan=plan, by=cleo, change=AddSession(others[0].starts_at, first.session_type_id))

    assert lost.refusal.code == "plan_time_lost"
    assert starts_of(plan) == [first.starts_at + timedelta(hours=1), *(row.starts_at for row in others)]
    assert [row.number for row in plan.sessions.order_by("starts_at")] == [*range(1, len(free.sessions) + 1)]
