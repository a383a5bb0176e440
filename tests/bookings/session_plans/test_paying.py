"""What a plan costs: the page and the bookings say the same, with credits, packages and sessions paid when booking."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from accounts.models import User
from bookings.agreement import services as agreement
from bookings.models import Booking, SessionPlan
from bookings.session_plans import booking, ending, holding, queries
from bookings.session_plans.booking import ShownPlan
from bookings.session_plans.queries import ShownSessionPlan
from bookings.states import State
from coaching.models import SessionType
from core import clock
from core.money import Money
from core.registry import integrity_findings
from payments.credits.models import CreditGrant
from payments.credits.queries import left_of
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.checkout.cast import paid_when
from tests.bookings.cast import builder_of
from tests.bookings.session_plans.cast import mentor, plan_with
from tests.cast import make_builder_person
from tests.emails import delivered, text_of, to
from tests.factories.coaching import PackageFactory
from tests.factories.payments import CreditGrantFactory
from tests.payments.stripe.conftest import sandbox, server
from tests.scheduling.cast import offer, refused

__all__ = ["sandbox", "server"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(ada: User) -> SessionType:
    """Returns Ada's hour for 90 dollars."""
    return mentor(ada)


def left(grant: CreditGrant) -> int:
    return left_of([grant])[grant.pk]


def booked_as_shown(plan: SessionPlan, client: User) -> ShownSessionPlan:
    """Books the plan with the totals that its page shows, and checks that its bookings cost exactly that."""
    shown = queries.shown_plan(plan, client)
    booking.book(plan=plan, by=client, details={}, shown=ShownPlan(shown.price.totals, {}))
    rows = list(Booking.objects.filter(planned_session__plan=plan).order_by("starts_at"))
    assert [row.total for row in rows] == [row.price.total.amount for row in shown.price.sessions]
    assert [row.is_paid_with_credit for row in rows] == [row.uses_credit for row in shown.price.sessions]
    assert sum(row.total for row in rows) == sum(money.amount for money in shown.price.totals)
    assert integrity_findings(clock.now()) == []
    return shown


def test_credits_pay_for_the_earliest_sessions_once(evening: SessionType, ada: User, cleo: User) -> None:
    three = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=3)
    plan = plan_with(cleo, evening, weeks=3)

    shown = booked_as_shown(holding.hold(plan=plan, by=cleo), cleo)

    assert [row.uses_credit for row in shown.price.sessions[:4]] == [True, True, True, False]
    assert shown.price.totals == [Money(Decimal(90) * (len(shown.sessions) - 3), "USD")]
    assert left(three) == 0


def test_the_credits_that_expire_first_are_used_first(evening: SessionType, ada: User, cleo: User) -> None:
    plan = plan_with(cleo, evening, weeks=3)
    second = plan.sessions.order_by("starts_at")[1]
    late = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=2)
    soon = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=5, expires_at=second.starts_at)

    booked_as_shown(plan, cleo)

    assert (left(soon), left(late)) == (4, 0), "after its end a credit pays for nothing"


def test_credits_of_another_builder_or_length_pay_for_nothing(evening: SessionType, ada: User, cleo: User) -> None:
    other = make_builder_person("Bea Stone")
    grants = [
        CreditGrantFactory.create(holder=cleo, builder=other),
        CreditGrantFactory.create(holder=cleo, builder=ada, minutes=30),
        CreditGrantFactory.create(holder=other, builder=ada),
    ]

    shown = booked_as_shown(plan_with(cleo, evening, weeks=1), cleo)

    assert shown.price.credits == 0
    assert [left(grant) for grant in grants] == [5, 5, 5]


def test_credits_come_back_when_the_rest_is_cancelled(evening: SessionType, ada: User, cleo: User) -> None:
    three = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=3)
    plan = plan_with(cleo, evening, weeks=3)
    booked_as_shown(plan, cleo)
    now = clock.now()
    cost = ending.cost_of_ending(ending.bookings_ahead(plan, now), now)

    ending.cancel_rest(plan=plan, by=cleo, now=now)

    assert cost.returned_credits - cost.lost_credits == left(three) == 3
    assert integrity_findings(now) == []


def test_a_builder_who_declines_gives_the_credit_back(evening: SessionType, ada: User, cleo: User) -> None:
    grant = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=1)
    booked_as_shown(plan_with(cleo, evening, weeks=1), cleo)

    first = Booking.objects.order_by("starts_at")[0]
    agreement.decline(booking=first, by=builder_of(first))

    assert left(grant) == 1


def test_a_credit_that_is_used_elsewhere_refuses_the_whole_plan(evening: SessionType, ada: User, cleo: User) -> None:
    CreditGrantFactory.create(holder=cleo, builder=ada, sessions=1)
    plan = holding.hold(plan=plan_with(cleo, evening, weeks=1), by=cleo)
    shown = queries.shown_plan(plan, cleo)
    CreditGrant.objects.update(is_waiting=True)

    gone = refused(lambda: booking.book(plan=plan, by=cleo, details={}, shown=ShownPlan(shown.price.totals, {})))

    assert gone.refusal.code == "price_changed"
    assert Booking.objects.count() == 0
    assert SessionPlan.objects.get().is_held(clock.now())


@pytest.mark.usefixtures("sandbox")
def test_sessions_paid_when_booking_need_credits(evening: SessionType, ada: User, cleo: User) -> None:
    paid_when(evening, "at_booking")
    plan = plan_with(cleo, evening, weeks=1)
    count = plan.sessions.count()
    short = CreditGrantFactory.create(holder=cleo, builder=ada, sessions=count - 1)

    shown = queries.shown_plan(plan, cleo)
    first = refused(lambda: booking.book(plan=plan, by=cleo, details={}))

    assert (shown.paid_first, shown.is_bookable) == ([evening], False)
    assert (first.refusal.code, Booking.objects.count(), left(short)) == ("plan_paid_first", 0, count - 1)

    CreditGrantFactory.create(holder=cleo, builder=ada, sessions=1)
    assert queries.shown_plan(plan, cleo).is_bookable
    booked_as_shown(plan, cleo)

    assert {row.total for row in Booking.objects.all()} == {0}
    assert not Booking.objects.filter(payment_due_at__isnull=False).exists()


def test_the_advice_says_what_the_package_really_saves(
    evening: SessionType, ada: User, cleo: User, sandbox: StripeSandbox
) -> None:
    plan = plan_with(cleo, evening, weeks=4)
    count = plan.sessions.count()
    package = PackageFactory.create(builder=ada, sessions=5, price=Decimal(405))
    before = queries.shown_plan(plan, cleo).price

    (advice,) = before.packages

    assert (advice.package.package, advice.sessions, advice.saves) == (package.pk, 5, Money(Decimal(45), "USD"))
    CreditGrantFactory.create(holder=cleo, builder=ada, sessions=5, price=Decimal(405))
    after = booked_as_shown(plan, cleo).price
    assert before.totals[0].amount - after.totals[0].amount - 405 == advice.saves.amount
    assert (after.credits, after.packages) == (5, []) if count < 10 else after.credits == 5


def test_the_advice_counts_the_earliest_sessions(ada: User, cleo: User, sandbox: StripeSandbox) -> None:
    evening = mentor(ada)
    plan = plan_with(cleo, evening, weeks=2)
    *_, last = plan.sessions.order_by("starts_at")
    dear = offer(ada, title="Master class", price="200")
    last.session_type, last.minutes = dear, 60
    last.save()
    PackageFactory.create(builder=ada, sessions=2, price=Decimal(200))

    shown = queries.shown_plan(plan, cleo)

    assert max(row.price.total.amount for row in shown.price.sessions) == 200
    assert shown.price.packages == [], "the credits would pay for the first two sessions, which cost 180 dollars"


def test_a_length_that_is_no_longer_offered_is_a_problem(evening: SessionType, cleo: User) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    plan.sessions.update(minutes=45)

    shown = queries.shown_plan(plan, cleo)

    assert not shown.is_bookable
    assert {session.problem for session in shown.sessions} == {"Sessions of 45 minutes are no longer offered."}
    assert refused(lambda: booking.book(plan=plan, by=cleo, details={})).refusal.code == "not_bookable"


def test_the_mail_says_what_the_plan_costs_and_with_whom(
    evening: SessionType, ada: User, cleo: User, mail_folder: Path
) -> None:
    CreditGrantFactory.create(holder=cleo, builder=ada, sessions=1)
    other = mentor(make_builder_person("Bea Stone"))
    plan = plan_with(cleo, evening, weeks=2)
    *_, last = plan.sessions.order_by("starts_at")
    last.session_type = other
    last.save()

    booked_as_shown(plan, cleo)

    mails = delivered(mail_folder)
    (to_cleo,), (to_ada,) = to(mails, cleo.email), to(mails, ada.email)
    text, ada_text = text_of(to_cleo), text_of(to_ada)
    count = plan.sessions.count()
    assert f"${90 * (count - 1)}" in text.replace(",", "")
    assert "one credit" in text
    assert text.count("with Bea Stone") == 1
    assert "with Ada Moreno" not in ada_text
    assert Booking.objects.filter(state=State.PENDING).count() == count
