"""What becomes of plans that are forgotten, erased, damaged, or changed by two at once; and of sessions at the client's place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.personal_data import erasure
from bookings import tasks
from bookings.models import Booking, PlannedSession, SessionPlan
from bookings.session_plans import booking, holding, services
from bookings.session_plans.booking import TypeDetails
from bookings.session_plans.services import AddSession, MoveSession, RemoveSession
from bookings.states import State
from coaching.models import SessionType
from core import clock
from core.ids import uuid7
from core.registry import integrity_findings
from scheduling.models import Seat
from tests.bookings.session_plans.cast import asked, mentor, plan_with, starts_of
from tests.cast import make_person
from tests.scheduling.cast import live, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(ada: User) -> SessionType:
    return mentor(ada)


def erase(person: User) -> None:
    erasure.erase(user=User.objects.get(pk=person.pk))


@pytest.mark.usefixtures("media_folder")
def test_the_plans_of_a_client_who_leaves_are_deleted_and_their_times_free(evening: SessionType, cleo: User) -> None:
    booked = booking.book(plan=plan_with(cleo, evening, weeks=1), by=cleo, details={})
    reserved = holding.hold(plan=plan_with(cleo, evening, weeks=1), by=cleo)
    services.save_details(plan=reserved, by=cleo, details={"notes": "My album."})

    erase(cleo)

    assert (SessionPlan.objects.count(), PlannedSession.objects.count(), live()) == (0, 0, 0)
    assert {row.state for row in Booking.objects.all()} == {State.CANCELLED}
    assert Booking.objects.count() == booked.booked_sessions
    assert integrity_findings(clock.now()) == []


@pytest.mark.usefixtures("media_folder")
def test_a_builder_who_leaves_takes_no_plan_with_them(evening: SessionType, ada: User, cleo: User) -> None:
    booking.book(plan=plan_with(cleo, evening, weeks=1), by=cleo, details={})
    open_plan = plan_with(cleo, evening, weeks=1)

    erase(ada)

    assert SessionPlan.objects.filter(client=cleo).count() == 2
    assert refused(lambda: booking.book(plan=open_plan, by=cleo, details={})).refusal.code == "not_bookable"
    assert integrity_findings(clock.now()) == []


def test_old_plans_that_were_never_booked_are_deleted(evening: SessionType, cleo: User) -> None:
    booked = booking.book(plan=plan_with(cleo, evening, weeks=1), by=cleo, details={})
    old, young = plan_with(cleo, evening, weeks=1), plan_with(cleo, evening, weeks=1)
    now = clock.now()
    SessionPlan.objects.exclude(pk=young.pk).update(changed_at=now - timedelta(days=91))
    SessionPlan.objects.filter(pk=young.pk).update(changed_at=now - timedelta(days=89))

    tasks.forget_session_plans(now)

    assert set(SessionPlan.objects.all()) == {booked, young}
    assert not PlannedSession.objects.filter(plan=old.pk).exists()


def test_a_change_in_a_plan_keeps_it(evening: SessionType, cleo: User) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    now = clock.now()
    SessionPlan.objects.update(changed_at=now - timedelta(days=91))

    services.change(plan=plan, by=cleo, change=RemoveSession(plan.sessions.all()[0].pk))
    tasks.forget_session_plans(now)

    assert SessionPlan.objects.get() == plan


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda plan: plan.sessions.update(seat=None), "one of its times is not"),
        (lambda plan: Seat.objects.update(plan_id=None), "one of its times is not"),
        (lambda plan: Seat.objects.update(plan_id=uuid7()), "has no session there"),
        (lambda plan: SessionPlan.objects.filter(pk=plan.pk).delete(), "has no session there"),
    ],
)
def test_damaged_plans_are_found(evening: SessionType, cleo: User, damage: Any, what: str) -> None:
    plan = holding.hold(plan=plan_with(cleo, evening, weeks=1), by=cleo)
    assert integrity_findings(clock.now()) == []

    damage(plan)

    findings = [row.what for row in integrity_findings(clock.now()) if row.check == "bookings: session plans"]
    assert any(what in finding for finding in findings)


def test_a_booked_plan_without_one_of_its_bookings_is_found(evening: SessionType, cleo: User) -> None:
    plan = booking.book(plan=plan_with(cleo, evening, weeks=1), by=cleo, details={})
    plan.sessions.filter(number=1).update(booking=None)

    assert [row.what for row in integrity_findings(clock.now())] == [
        f"plan {plan.pk} is booked, and has another number of bookings"
    ]


@pytest.mark.parametrize("act", ["move", "remove", "add", "again", "delete"])
def test_a_plan_that_is_held_while_it_is_changed_stays_as_it_is(
    evening: SessionType, cleo: User, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    first, starts = plan.sessions.order_by("starts_at")[0], starts_of(plan)
    later = starts[0] + timedelta(hours=1)
    acts: dict[str, Any] = {
        "move": lambda: services.change(plan=plan, by=cleo, change=MoveSession(first.pk, later)),
        "remove": lambda: services.change(plan=plan, by=cleo, change=RemoveSession(first.pk)),
        "add": lambda: services.change(plan=plan, by=cleo, change=AddSession(later, evening.pk)),
        "again": lambda: services.propose_again(plan=plan, by=cleo, asked=asked(evening, weeks=1, per_week=1)),
        "delete": lambda: services.delete(plan=plan, by=cleo),
    }
    monkeypatch.setattr(holding, "release", lambda **_: holding.hold(plan=plan, by=cleo))  # as another tab would

    stale = refused(acts[act])

    assert stale.refusal.code == "stale"
    assert starts_of(plan) == starts
    assert live() == len(starts)
    assert integrity_findings(clock.now()) == []


def test_without_time_for_the_journey_the_plan_stays_held_with_a_plain_reason(ada: User, cleo: User) -> None:
    visit = mentor(ada, is_in_person=True, in_person_at="client", travel_before=60, travel_after=60)
    plan = plan_with(cleo, visit, weeks=1, earliest=17 * 60, latest=18 * 60)
    first = starts_of(plan)[0]
    other = make_person("Sam Voss")
    holding.hold(plan=plan, by=cleo)
    booking.book(plan=_single(other, visit, first + timedelta(hours=1)), by=other, details={visit.pk: TypeDetails()})
    at_home = {visit.pk: TypeDetails(is_remote=False, in_person_at="client", location="5 High Street")}

    lost = refused(lambda: booking.book(plan=plan, by=cleo, details=at_home))

    assert "The builder also needs time to travel to you. Choose another time" in lost.sentence
    assert lost.details["lost"] == [str(plan.sessions.order_by("starts_at")[0].pk)]
    assert not Booking.objects.filter(client=cleo).exists()
    assert SessionPlan.objects.get(pk=plan.pk).is_held(clock.now())
    assert booking.book(plan=plan, by=cleo, details={visit.pk: TypeDetails()}).state == SessionPlan.State.BOOKED


def _single(client: User, session_type: SessionType, start: Any) -> SessionPlan:
    plan = plan_with(client, session_type, weeks=1)
    plan.sessions.exclude(number=1).delete()
    plan.sessions.update(starts_at=start)
    return plan
