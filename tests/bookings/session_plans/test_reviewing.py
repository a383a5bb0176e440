"""Reviewing and booking a plan, what its pages show afterwards, and who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import Booking, SessionPlan
from bookings.session_plans import booking, holding
from bookings.states import State
from coaching.models import Question, SessionType
from core.models import Flag
from tests.bookings.cast import book
from tests.bookings.session_plans.cast import mentor, plan_with
from tests.bookings.session_plans.pages import NEW, address_of, only_row, sent_review
from tests.cast import make_person
from tests.factories.payments import CreditGrantFactory
from tests.reading import visible_text

pytestmark = pytest.mark.django_db


def test_a_plan_is_held_reviewed_and_booked(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))
    count = plan.sessions.count()

    answer = cleos.post(address_of(plan, "hold_session_plan"), {"act": "hold"})
    review = cleos.get(answer["Location"])
    booked = cleos.post(answer["Location"], sent_review(review, plan), follow=True)

    assert f"All {count} times are held for you" in visible_text(review)
    assert f"{count} sessions" in visible_text(review)
    assert Booking.objects.filter(client=cleo).count() == count
    assert f"0 of {count} sessions done" in visible_text(booked)
    assert f"{count} sessions wait for the builder" in visible_text(booked)
    again = cleos.post(answer["Location"], sent_review(review, plan))
    assert again["Location"] == plan.get_absolute_url()
    assert Booking.objects.filter(client=cleo).count() == count


def test_a_required_question_is_asked_once(ada: User, cleo: User, cleos: Client) -> None:
    hour = mentor(ada)
    question = Question.objects.create(
        session_type=hour, label="How far are you?", kind=Question.Kind.TEXT, is_required=True
    )
    plan = plan_with(cleo, hour)
    address = address_of(plan, "review_session_plan")
    review = cleos.get(address)
    fields = sent_review(review, plan)

    without = cleos.post(address, fields)
    name = f"type-{hour.pk}-question_{question.pk}"
    booked = cleos.post(address, fields | {name: "Half an app"})

    assert visible_text(review).count("How far are you?") == 1
    assert without.status_code == 422
    assert "Answer “How far are you?”" in visible_text(without)
    assert booked.status_code == 302
    answers = {row.answers.get().value for row in Booking.objects.filter(client=cleo)}
    assert answers == {"Half an app"}


def test_a_changed_total_is_refused(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))
    address = address_of(plan, "review_session_plan")
    fields = sent_review(cleos.get(address), plan)

    answer = cleos.post(address, fields | {"total": ["1.00 EUR"]})

    assert answer.status_code == 409
    assert "The price of this plan has changed" in visible_text(answer)
    assert not Booking.objects.exists()


def test_a_lost_time_leads_back_with_the_nearest_ones(ada: User, cleo: User, cleos: Client) -> None:
    hour = mentor(ada)
    plan = plan_with(cleo, hour)
    review = cleos.get(address_of(plan, "review_session_plan"))
    fields = sent_review(review, plan) | {f"type-{hour.pk}-notes": "My second album."}
    sam = make_person("Sam Lee")

    book(hour, sam, only_row(plan).starts_at)
    answer = cleos.post(address_of(plan, "review_session_plan"), fields, follow=True)

    assert "1 time can no longer be booked" in visible_text(answer)
    assert "Nearest free times" in visible_text(answer)
    assert "What you typed is saved." in visible_text(answer)
    plan.refresh_from_db()
    assert plan.details[str(hour.pk)]["notes"] == "My second album."
    assert "disabled" in answer.content.decode()
    assert Booking.objects.filter(client=cleo).count() == 0


@pytest.mark.parametrize("act", ["hold", "release"])
def test_ten_more_minutes_keep_what_was_typed(ada: User, cleo: User, cleos: Client, act: str) -> None:
    hour = mentor(ada)
    plan = holding.hold(plan=plan_with(cleo, hour, weeks=1), by=cleo)
    review = cleos.get(address_of(plan, "review_session_plan"))
    fields = sent_review(review, plan) | {f"type-{hour.pk}-notes": "My second album."}

    cleos.post(address_of(plan, "hold_session_plan"), fields | {"act": act})

    assert "My second album." in cleos.get(address_of(plan, "review_session_plan")).content.decode()
    assert Booking.objects.count() == 0


def test_sessions_paid_with_credits_owe_nothing(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada), weeks=2)
    address, count = address_of(plan, "review_session_plan"), plan.sessions.count()
    CreditGrantFactory.create(holder=cleo, builder=ada, sessions=1)
    partly = visible_text(cleos.get(address))
    CreditGrantFactory.create(holder=cleo, builder=ada, sessions=count - 1)
    wholly = visible_text(cleos.get(address))

    assert "1 with your credits. For the others: You pay Ada Moreno directly." in partly
    assert "With your credits." in wholly
    assert "You pay Ada Moreno directly" not in wholly


def test_times_are_released(ada: User, cleo: User, cleos: Client) -> None:
    plan = plan_with(cleo, mentor(ada))
    holding.hold(plan=plan, by=cleo)

    cleos.post(address_of(plan, "hold_session_plan"), {"act": "release"})

    plan.refresh_from_db()
    assert plan.held_until is None
    assert cleos.post(address_of(plan, "hold_session_plan"), {"act": "x"}).status_code == 404


def booked_plan(cleo: User, *session_types: SessionType) -> SessionPlan:
    return booking.book(plan=plan_with(cleo, *session_types), by=cleo, details={})


def test_the_rest_is_cancelled_with_its_cost_said_before(ada: User, cleo: User, cleos: Client) -> None:
    plan = booked_plan(cleo, mentor(ada))
    count = plan.sessions.count()

    asked = cleos.get(address_of(plan, "end_session_plan"))
    answer = cleos.post(address_of(plan, "end_session_plan"), {"reason": "Moving away"}, follow=True)

    assert f"Cancel {count} sessions?" in visible_text(asked)
    assert "Cancelling them now is free." in visible_text(asked)
    assert f"{count} sessions cancelled" in visible_text(answer)
    assert set(Booking.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert "Nothing to cancel" in visible_text(cleos.get(address_of(plan, "end_session_plan")))


def test_both_sides_see_that_a_booking_is_part_of_a_plan(
    ada: User, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    plan = booked_plan(cleo, mentor(ada))
    count = plan.sessions.count()
    address = Booking.objects.order_by("starts_at")[0].get_absolute_url()

    mine, theirs = browser_of(cleo).get(address), browser_of(ada).get(address)

    assert f"Session 1 of {count} of a plan" in visible_text(mine)
    assert f"Session 1 of {count} of a plan" in visible_text(theirs)
    assert plan.get_absolute_url() in mine.content.decode()
    assert plan.get_absolute_url() not in theirs.content.decode()


def test_a_booked_plan_is_not_changed(ada: User, cleo: User, cleos: Client) -> None:
    plan = booked_plan(cleo, mentor(ada))
    row = only_row(plan)

    assert cleos.get(address_of(plan, "change_session_plan")).status_code == 302
    assert cleos.get(address_of(plan, "add_planned_session")).status_code == 302
    assert cleos.get(address_of(plan, "planned_session", row.pk)).status_code == 404
    answer = cleos.post(plan.get_absolute_url(), {"act": "remove", "session": row.pk})
    assert answer.status_code == 302
    assert plan.sessions.filter(pk=row.pk).exists()


def test_the_list_shows_plans(ada: User, cleo: User, cleos: Client) -> None:
    empty = visible_text(cleos.get("/session-plans/"))
    hour = mentor(ada)
    booked_plan(cleo, hour)
    plan_with(cleo, hour, weeks=1)

    page = visible_text(cleos.get("/session-plans/"))

    assert "No plans yet" in empty
    assert "Booked" in page
    assert "Not booked yet" in page


@pytest.mark.parametrize(
    "page",
    ["session_plan", "change_session_plan", "add_planned_session", "review_session_plan", "end_session_plan"],
)
def test_nobody_else_sees_a_plan(
    ada: User, cleo: User, suri: User, browser_of: Callable[[User | None], Client], page: str
) -> None:
    plan = plan_with(cleo, mentor(ada), weeks=1)
    sam = make_person("Sam Lee")

    for person in (ada, suri, sam):
        assert browser_of(person).get(address_of(plan, page)).status_code == 404
    assert browser_of(None).get(address_of(plan, page)).status_code == 302
    row = only_row(plan)
    assert browser_of(sam).post(plan.get_absolute_url(), {"act": "remove", "session": row.pk}).status_code == 404
    assert browser_of(sam).post(address_of(plan, "hold_session_plan")).status_code == 404
    assert browser_of(ada).get(address_of(plan, "planned_session_starts", row.pk)).status_code == 404


def test_a_session_of_another_plan_is_not_moved(ada: User, cleo: User, cleos: Client) -> None:
    hour = mentor(ada)
    own, other = plan_with(cleo, hour, weeks=1), plan_with(make_person("Sam Lee"), hour, weeks=1)
    row = only_row(other)

    assert cleos.post(own.get_absolute_url(), {"act": "remove", "session": row.pk}).status_code == 404
    assert cleos.get(address_of(own, "planned_session", row.pk)).status_code == 404
    assert other.sessions.filter(pk=row.pk).exists()


def test_pages_are_gone_while_the_flag_is_off(cleos: Client) -> None:

    Flag.objects.update_or_create(name="session_plans", defaults={"everyone": False})

    assert cleos.get(NEW).status_code == 404
