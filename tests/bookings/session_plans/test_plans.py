"""Plans of sessions: proposed on free times, changed, held and booked all together or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from bookings.models import Booking, SessionPlan
from bookings.session_plans import access, booking, holding, loading, queries, services
from bookings.session_plans.booking import ShownPlan, TypeDetails
from bookings.session_plans.services import AddSession, MoveSession, RemoveSession, SwapBuilder
from bookings.states import State
from coaching.models import Question, SessionType
from core import clock
from core.money import Money
from core.registry import integrity_findings
from pathways.models import Pathway, Skill
from scheduling import claims
from scheduling.models import Reservation, Seat
from tests.bookings.cast import book, person_visitor
from tests.bookings.session_plans.cast import asked, mentor, plan_with, starts_of
from tests.cast import make_builder_person, make_person
from tests.emails import delivered, entry_of, to
from tests.factories.coaching import QuestionFactory
from tests.scheduling.cast import ask, live, refused, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(db: None) -> User:
    """Returns Sam, who has nothing to do with the plan."""
    return make_person("Sam Voss")


@pytest.fixture
def evening(ada: User) -> SessionType:
    return mentor(ada)


def test_a_plan_is_proposed_held_and_booked(evening: SessionType, cleo: User) -> None:
    plan = plan_with(cleo, evening)

    starts = starts_of(plan)
    weeks = [start.astimezone(ZoneInfo("Europe/Berlin")).isocalendar()[1] for start in starts]
    assert 7 <= len(starts) <= 10
    assert max(weeks.count(week) for week in weeks) == 2
    assert queries.shown_plan(plan, cleo).is_bookable

    reserved = holding.hold(plan=plan, by=cleo)

    assert reserved.is_held(clock.now())
    assert live() == len(starts)
    assert {seat.plan_id for seat in Seat.objects.all()} == {plan.pk}
    assert queries.shown_plan(reserved, cleo).is_bookable

    booked = booking.book(plan=reserved, by=cleo, details={})

    assert booked.state == SessionPlan.State.BOOKED
    assert booked.booked_sessions == len(starts) == Booking.objects.filter(client=cleo).count()
    assert booking.book(plan=plan, by=cleo, details={}) == booked
    assert Booking.objects.count() == len(starts)
    assert integrity_findings(clock.now()) == []


def test_each_side_gets_one_mail(evening: SessionType, ada: User, cleo: User, mail_folder: Path) -> None:
    other = mentor(make_builder_person("Bea Stone"))
    plan = plan_with(cleo, evening, other, weeks=3)
    first = plan.sessions.first()
    assert first is not None
    services.change(plan=plan, by=cleo, change=SwapBuilder(other.pk, first.pk))

    booking.book(plan=plan, by=cleo, details={})

    mails = delivered(mail_folder)
    assert len(mails) == 3
    (to_cleo,), (to_ada,) = to(mails, cleo.email), to(mails, ada.email)
    assert to_cleo["Subject"] == f"Your plan: {plan.sessions.count()} sessions"
    assert to_ada["Subject"] == f"Cleo Park requests {plan.sessions.count() - 1} sessions"


def test_the_mail_about_agreed_sessions_has_all_calendar_entries(ada: User, cleo: User, mail_folder: Path) -> None:
    plan = booking.book(plan=plan_with(cleo, mentor(ada, auto_confirm=True), weeks=2), by=cleo, details={})

    (to_cleo,) = to(delivered(mail_folder), cleo.email)

    assert len(entry_of(to_cleo).vevent_list) == plan.booked_sessions


def test_a_builder_sees_which_session_of_a_plan_it_is(evening: SessionType, cleo: User) -> None:
    plan = booking.book(plan=plan_with(cleo, evening, weeks=2), by=cleo, details={})

    positions = [str(queries.position_of(row)) for row in Booking.objects.order_by("starts_at")]

    count = plan.booked_sessions
    assert positions == [f"Part of a plan: session {number} of {count}" for number in range(1, count + 1)]
    assert (
        queries.position_of(book(evening, cleo, Booking.objects.latest("starts_at").starts_at + timedelta(days=1)))
        is None
    )


def test_nobody_else_finds_a_plan(evening: SessionType, ada: User, cleo: User, sam: User) -> None:
    plan = plan_with(cleo, evening)

    assert access.plan_for(cleo, plan.pk) == plan
    for stranger in (ada, sam):
        with pytest.raises(Http404):
            access.plan_for(stranger, plan.pk)
        assert refused(partial(holding.hold, plan=plan, by=stranger)).refusal.code == "not_found"
        assert refused(partial(services.delete, plan=plan, by=stranger)).refusal.code == "not_found"
    assert live() == 0


def test_when_one_time_is_gone_nothing_is_held_and_others_are_offered(
    evening: SessionType, cleo: User, sam: User
) -> None:
    plan = plan_with(cleo, evening)
    seventh = plan.sessions.order_by("starts_at")[6]
    claims.book(ask(evening, seventh.starts_at, who=person_visitor(sam)))

    lost = refused(lambda: holding.hold(plan=plan, by=cleo))

    assert (lost.refusal.code, lost.details["lost"]) == ("plan_time_lost", [str(seventh.pk)])
    assert live() == 1
    shown = queries.shown_plan(plan, cleo)
    (gone,) = [session for session in shown.sessions if not session.is_free]
    assert gone.row == seventh
    assert len(gone.others) == 3
    services.change(plan=plan, by=cleo, change=MoveSession(seventh.pk, gone.others[0].starts_at))
    assert holding.hold(plan=plan, by=cleo).is_held(clock.now())


def test_when_a_time_is_gone_on_booking_nothing_is_booked(
    evening: SessionType, cleo: User, sam: User, mail_folder: Path
) -> None:
    plan = plan_with(cleo, evening)
    seventh = plan.sessions.order_by("starts_at")[6]
    claims.book(ask(evening, seventh.starts_at, who=person_visitor(sam)))

    lost = refused(lambda: booking.book(plan=plan, by=cleo, details={}))

    assert lost.refusal.code in ("slot_taken", "outside_availability")
    assert (Booking.objects.count(), live()) == (0, 1)
    assert delivered(mail_folder) == []


def test_a_hold_that_expired_keeps_what_was_chosen(evening: SessionType, cleo: User) -> None:
    plan = plan_with(cleo, evening)
    services.save_details(plan=plan, by=cleo, details={"notes": "Bring the mix."})
    starts = starts_of(plan)
    holding.hold(plan=plan, by=cleo)
    past = clock.now() - timedelta(minutes=1)
    Seat.objects.update(expires_at=past)
    Reservation.objects.update(expires_at=past)
    SessionPlan.objects.update(held_until=past)

    claims.release_expired(clock.now())

    assert Seat.objects.filter(released_at=None).count() == 0
    kept = SessionPlan.objects.get()
    assert (kept.details, starts_of(kept)) == ({"notes": "Bring the mix."}, starts)
    assert holding.hold(plan=kept, by=cleo).is_held(clock.now())
    assert integrity_findings(clock.now()) == []


def test_one_plan_is_held_at_a_time_and_single_holds_stay(evening: SessionType, cleo: User) -> None:
    first = plan_with(cleo, evening, weeks=1)
    second = plan_with(cleo, evening, weeks=1, earliest=18 * 60)
    later = first.last_day + timedelta(days=3)
    single = claims.hold(
        ask(
            evening,
            starts_of(first)[0].replace(year=later.year, month=later.month, day=later.day),
            who=person_visitor(cleo),
        )
    )

    holding.hold(plan=first, by=cleo)
    again = holding.hold(plan=first, by=cleo)
    other = refused(lambda: holding.hold(plan=second, by=cleo))
    holding.release(plan=first, by=cleo)

    assert other.refusal.code == "another_plan_held"
    assert again.pk == first.pk
    assert list(Seat.objects.filter(released_at=None)) == [single]
    assert SessionPlan.objects.get(pk=first.pk).held_until is None


def test_a_plan_holds_more_than_three_times(evening: SessionType, cleo: User, settings: Any) -> None:
    settings.LIMIT_HOLDS_PER_VISITOR = settings.LIMIT_HOLDS_PER_ADDRESS = 3

    holding.hold(plan=plan_with(cleo, evening), by=cleo, address="here")

    held_by_plan = live()
    claims.hold(ask(evening, starts_of(SessionPlan.objects.get())[0] + timedelta(hours=1), who=visitor(address="here")))

    assert held_by_plan > 3
    assert live() == held_by_plan + 1


def test_plans_are_not_held_again_and_again(evening: SessionType, cleo: User) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    for _ in range(20):
        holding.hold(plan=plan, by=cleo)

    assert refused(lambda: holding.hold(plan=plan, by=cleo)).refusal.code == "rate_limited"


def test_a_daily_cap_counts_the_other_sessions_of_the_plan(ada: User, cleo: User) -> None:
    capped = mentor(ada, max_per_day=1)
    plan = plan_with(cleo, capped, weeks=1)
    first = starts_of(plan)[0]

    lost = refused(
        lambda: services.change(plan=plan, by=cleo, change=AddSession(first + timedelta(hours=1), capped.pk))
    )

    assert lost.refusal.code == "plan_time_lost"
    assert holding.hold(plan=plan, by=cleo).held_until


def test_answers_are_given_once_for_all_sessions_of_a_type(evening: SessionType, cleo: User) -> None:
    question = QuestionFactory.create(session_type=evening, is_required=True, kind=Question.Kind.TEXT)
    plan = plan_with(cleo, evening, weeks=1)

    missing = refused(lambda: booking.book(plan=plan, by=cleo, details={}))
    booking.book(plan=plan, by=cleo, details={evening.pk: TypeDetails(answers={question.pk: "An album."}, notes="Hi")})

    assert list(missing.fields or {}) == [f"{evening.pk}.answers.{question.pk}"]
    assert {row.notes for row in Booking.objects.all()} == {"Hi"}
    assert [row.answers.get().value for row in Booking.objects.all()] == ["An album."] * Booking.objects.count()


def test_a_higher_price_than_was_shown_is_refused(evening: SessionType, cleo: User) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    cheap = ShownPlan([Money(Decimal(10), "USD")], {})

    changed = refused(lambda: booking.book(plan=plan, by=cleo, details={}, shown=cheap))
    shown = ShownPlan(queries.shown_plan(plan, cleo).price.totals, {})
    booking.book(plan=plan, by=cleo, details={}, shown=shown)

    assert changed.refusal.code == "price_changed"
    assert Booking.objects.filter(state=State.PENDING).exists()


def test_the_builder_who_teaches_the_next_skill_is_chosen(ada: User, cleo: User, pathway: Pathway) -> None:
    first, second, *_ = Skill.objects.filter(pathways=pathway, is_active=True).order_by("tier", "order")
    bea = make_builder_person("Bea Stone")
    hours = mentor(bea, [second]), mentor(ada, [first])

    plan = plan_with(cleo, *hours, pathway=pathway, weeks=1)

    chosen = [(row.skill, row.session_type.builder) for row in plan.sessions.order_by("starts_at")]
    assert chosen[0] == (first, ada)
    assert {row.pk for row in loading.suggested_types(cleo, pathway)} <= {row.pk for row in hours}


@pytest.fixture
def pathway(db: None) -> Pathway:
    return Pathway.objects.get(slug="accelerate")


def test_a_plan_whose_days_are_over_can_still_be_seen(evening: SessionType, cleo: User) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    ago = timedelta(days=60)
    SessionPlan.objects.update(first_day=plan.first_day - ago, last_day=plan.last_day - ago)
    plan.sessions.update(starts_at=F("starts_at") - ago)

    shown = queries.shown_plan(SessionPlan.objects.get(), cleo)

    assert {session.problem for session in shown.sessions} == {"This time has passed."}
    assert (shown.shortfalls, shown.is_bookable) == ([], False)


def test_wishes_that_cannot_be_met_are_refused_by_field(evening: SessionType, cleo: User) -> None:
    wrong = asked(
        evening, weekdays=[], earliest=1200, latest=1100, per_week=9, last_day=None, sessions=99, session_types=[]
    )

    errors = refused(lambda: services.propose(client=cleo, asked=wrong)).fields or {}

    assert set(errors) == {"weekdays", "latest", "per_week", "sessions", "session_types"}
    assert SessionPlan.objects.count() == 0


def test_a_plan_with_a_budget_ends_where_it_is_spent(evening: SessionType, cleo: User) -> None:
    plan = plan_with(cleo, evening, budget=Money(Decimal(200), "USD"))

    assert plan.sessions.count() == 2


def test_the_number_of_queries_does_not_depend_on_the_weeks(evening: SessionType, cleo: User) -> None:
    def count(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return len(captured)

    short, long = asked(evening, weeks=2), asked(evening, weeks=20)

    assert count(lambda: services.propose(client=cleo, asked=short)) == count(
        lambda: services.propose(client=cleo, asked=long)
    )
    brief, whole = SessionPlan.objects.order_by("last_day")
    assert count(lambda: queries.shown_plan(brief, cleo)) == count(lambda: queries.shown_plan(whole, cleo)) <= 24


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
