"""Answers to several requests at once, and the sheet of a day."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement import services
from bookings.lists.several import answer_several
from bookings.models import Booking
from bookings.preparation.services import save_agenda
from bookings.states import State, Verb
from coaching.models import Question, SessionType
from tests.bookings.cast import book, builder_of, client_of, confirmed, state_of
from tests.cast import make_builder_person, make_person
from tests.reading import visible_text
from tests.scheduling.cast import BERLIN, soon

pytestmark = pytest.mark.django_db
ANSWER = "/dashboard/bookings/answer/"
DONE = "/dashboard/bookings/answered/"


@pytest.fixture
def requests(hour: SessionType) -> list[Booking]:
    return [book(hour, make_person(f"Client {number}"), soon(9 + 2 * number)) for number in range(3)]


def form_of(bookings: list[Booking], **fields: Any) -> dict[str, Any]:
    return {
        "booking": [booking.reference for booking in bookings],
        "version": [f"{booking.reference}:{booking.version}" for booking in bookings],
        **fields,
    }


def test_the_list_offers_to_choose_requests(adas: Client, requests: list[Booking]) -> None:
    page = adas.get("/dashboard/bookings/?show=to-answer").content.decode()

    assert page.count('form="several"') == 3
    assert f'action="{ANSWER}"' in page
    assert 'form="several"' not in adas.get("/dashboard/bookings/").content.decode()


def test_the_question_comes_first_and_changes_nothing(adas: Client, requests: list[Booking]) -> None:
    seen = visible_text(
        adas.get(ANSWER, {"all": ",".join(booking.reference for booking in requests), "verb": "confirm"})
    )

    assert "Confirm 3 requests?" in seen
    assert all(state_of(booking) == State.PENDING for booking in requests)


def test_several_requests_are_confirmed(adas: Client, requests: list[Booking]) -> None:
    answer = adas.post(ANSWER, form_of(requests[:2], verb="confirm"))

    assert answer["Location"] == DONE
    assert [state_of(booking) for booking in requests] == [State.CONFIRMED, State.CONFIRMED, State.PENDING]
    seen = visible_text(adas.get(DONE))
    assert "2 requests confirmed" in seen
    assert "1 more request to answer" in seen


def test_declining_several_needs_a_reason(adas: Client, requests: list[Booking]) -> None:
    without = adas.post(ANSWER, form_of(requests, verb="decline", reason=""))
    assert without.status_code == 422
    assert "Give a reason" in visible_text(without)

    adas.post(ANSWER, form_of(requests, verb="decline", reason="I am ill."))

    assert {booking.cancel_reason for booking in Booking.objects.all()} == {"I am ill."}


def test_the_report_says_what_was_not_possible_and_why(adas: Client, requests: list[Booking]) -> None:
    gone, moved, good = requests
    form = form_of(requests, verb="confirm")
    services.cancel(booking=gone, by=client_of(gone))
    services.reschedule(booking=moved, start=soon(16), by=client_of(moved))

    adas.post(ANSWER, form)

    assert (state_of(gone), state_of(moved), state_of(good)) == (State.CANCELLED, State.PENDING, State.CONFIRMED)
    seen = visible_text(adas.get(DONE))
    assert "1 request confirmed" in seen
    assert "2 were not confirmed" in seen
    assert "Somebody else has changed this in the meantime" in seen


def test_what_cannot_be_answered_is_left_out_with_the_reason(
    adas: Client, hour: SessionType, cleo: User, requests: list[Booking]
) -> None:
    agreed = confirmed(hour, cleo, soon(16))

    seen = visible_text(adas.get(ANSWER, {"booking": [requests[0].reference, agreed.reference], "verb": "confirm"}))

    assert "Confirm 1 request?" in seen
    assert "Left out: It is confirmed already." in seen


def test_the_same_form_sent_twice_reports_no_failure(adas: Client, requests: list[Booking]) -> None:
    form = form_of(requests, verb="confirm")
    for _ in range(2):
        adas.post(ANSWER, form)

    assert "not confirmed" not in visible_text(adas.get(DONE))


def test_requests_of_another_builder_are_not_answered(browser_of: Any, requests: list[Booking]) -> None:
    ben = browser_of(make_builder_person("Ben Other"))

    assert ben.post(ANSWER, form_of(requests, verb="confirm")).status_code == 302
    assert all(state_of(booking) == State.PENDING for booking in requests)
    assert "Nothing was answered" in visible_text(ben.get(DONE))


def test_one_refusal_stops_none_of_the_others(hour: SessionType, requests: list[Booking]) -> None:
    versions = {booking.reference: booking.version for booking in requests} | {requests[1].reference: 99}

    answered = answer_several(bookings=requests, versions=versions, by=hour.builder, verb=Verb.CONFIRM)

    assert [bool(outcome.problem) for outcome in answered] == [False, True, False]


def test_the_sheet_of_a_day_has_what_the_sessions_need(adas: Client, ada: User, hour: SessionType, cleo: User) -> None:
    ada.timezone = "Europe/Berlin"
    ada.save()
    question = hour.questions.create(label="What have you tried?", kind=Question.Kind.TEXT, position=1)
    booking = confirmed(hour, cleo, soon(9), answers={question.pk: "Turning it off"})
    confirmed(hour, make_person("Sam Lee"), soon(9, days=4))
    save_agenda(booking=booking, by=builder_of(booking), text="- The first screen", version=0)
    day = booking.starts_at.astimezone(BERLIN).date()

    seen = visible_text(adas.get(f"/dashboard/day/{day}/"))

    for text in ("09:00–10:00", "Cleo Park", "What have you tried? Turning it off", "The first screen", "1 booking"):
        assert text in seen
    assert "Sam Lee" not in seen


def test_the_sheet_needs_the_same_queries_for_few_and_many_sessions(
    adas: Client, hour: SessionType, django_assert_num_queries: Any
) -> None:
    day = f"/dashboard/day/{soon().date()}/"
    adas.get(day)
    for number in range(5):
        confirmed(hour, make_person(f"Client {number}"), soon(9 + number))
        if number in (0, 4):
            with django_assert_num_queries(8):
                adas.get(day)


def test_a_day_that_is_none_is_not_found(adas: Client) -> None:
    assert adas.get("/dashboard/day/2026-02-30/").status_code == 404
    assert adas.get("/dashboard/day/")["Location"].startswith("/dashboard/day/20")
