"""A booked plan of which a session was moved or cancelled: the rest follows, or it says why not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from bookings.agreement import services as agreement
from bookings.models import Booking, SessionPlan
from bookings.session_plans import booking, replanning
from bookings.session_plans.replanning import check_rest
from bookings.states import State
from core import clock
from core.registry import integrity_findings
from payments.credits.models import CreditGrant
from scheduling.models import Schedule
from tests.bookings.cast import client_of
from tests.bookings.session_plans.cast import mentor, plan_with
from tests.factories.payments import CreditGrantFactory
from tests.scheduling.cast import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(ada: User, cleo: User) -> SessionPlan:
    """Returns a booked plan of two evenings a week for three weeks."""
    return booking.book(plan=plan_with(cleo, mentor(ada), weeks=3), by=cleo, details={})


def in_order(plan: SessionPlan) -> list[Booking]:
    return list(Booking.objects.complete().filter(planned_session__plan=plan).order_by("starts_at"))


def test_an_untouched_plan_needs_nothing(plan: SessionPlan, cleo: User) -> None:
    rest = check_rest(plan, cleo)

    assert (rest.problems, rest.moves, rest.why_not, rest.additions) == ([], [], [], [])
    assert refused(lambda: replanning.apply_rest(plan=plan, by=cleo)).refusal.code == "nothing_to_replan"


def test_a_session_moved_onto_the_day_of_another_makes_that_one_follow(plan: SessionPlan, cleo: User) -> None:
    first, second, *_ = in_order(plan)
    agreement.reschedule(booking=first, start=second.starts_at + timedelta(hours=1), by=client_of(first))

    (move,) = check_rest(plan, cleo).moves
    replanning.apply_rest(plan=plan, by=cleo)

    assert move.booking.pk == second.pk
    assert "on the same day" in move.reason
    days = [row.starts_at.date() for row in in_order(plan)]
    assert len(set(days)) == len(days)
    assert check_rest(plan, cleo).problems == []
    assert integrity_findings(clock.now()) == []


def test_a_session_follows_only_until_its_credit_expires(ada: User, cleo: User) -> None:
    grant = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=2)
    plan = booking.book(plan=plan_with(cleo, mentor(ada), weeks=3), by=cleo, details={})
    first, second, *_ = in_order(plan)
    agreement.reschedule(booking=first, start=second.starts_at + timedelta(hours=1), by=client_of(first))
    CreditGrant.objects.filter(pk=grant.pk).update(expires_at=second.starts_at + timedelta(hours=2))

    SessionPlan.objects.update(first_day=second.starts_at.date())

    rest = check_rest(SessionPlan.objects.get(), cleo)

    assert rest.moves == [], "all free times are later"
    assert "There is no free time near" in rest.why_not[0]


def test_a_session_moved_beyond_the_last_day_is_brought_back(plan: SessionPlan, cleo: User) -> None:
    *_, last = in_order(plan)
    agreement.reschedule(booking=last, start=last.starts_at + timedelta(days=21), by=client_of(last))

    rest = check_rest(plan, cleo)
    replanning.apply_rest(plan=plan, by=cleo)

    assert "the last day of your plan" in rest.problems[0]
    assert all(row.starts_at.date() <= plan.last_day for row in in_order(plan))


def test_a_cancelled_session_is_offered_another_time(plan: SessionPlan, cleo: User) -> None:
    first, *_ = in_order(plan)
    agreement.cancel(booking=first, by=client_of(first))

    rest = check_rest(plan, cleo)

    assert "was cancelled" in rest.problems[0]
    assert len(rest.additions) == 1
    assert Booking.objects.filter(state=State.CANCELLED).count() == 1


def test_it_says_why_the_rest_cannot_follow(plan: SessionPlan, cleo: User, ada: User) -> None:
    first, second, *_ = in_order(plan)
    agreement.reschedule(booking=first, start=second.starts_at + timedelta(hours=1), by=client_of(first))
    Schedule.objects.filter(builder=ada).update(horizon_days=0)

    rest = check_rest(plan, cleo)

    assert rest.moves == []
    assert "There is no free time" in rest.why_not[0]
