"""Making a booking: what it stores, who may book, and which requests are refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from bookings.models import Booking
from bookings.refusals import BookingRefusal
from bookings.states import State
from coaching.models import SessionType
from coaching.services import Config, save_config
from core.errors import Refusal
from core.models import OutboxMessage
from tests.bookings.cast import (
    book,
    book_as_guest,
    booking_request,
    free_shop,
    person_visitor,
    shop,
)
from tests.factories.coaching import CancellationTierFactory
from tests.scheduling.cast import live, refused, soon

pytestmark = pytest.mark.django_db


def events(booking: Booking) -> list[tuple[str, str, str, str]]:
    return [(event.verb, event.before, event.after, event.side) for event in booking.events.all()]


def test_a_booking_keeps_its_price_terms_and_title(hour: SessionType, cleo: User) -> None:
    CancellationTierFactory.create(session_type=hour, hours=24, percent=0)
    booking = book(hour, cleo)
    save_config(builder=hour.builder, config=Config(prices={60: Decimal(500)}))
    hour.title = "Something else"
    hour.save()
    hour.tiers.all().delete()

    kept = Booking.objects.get()
    assert (kept.total, kept.rate, kept.currency, kept.rate_type) == (Decimal(90), Decimal(90), "USD", "fixed")
    assert (kept.title, kept.tiers, kept.state) == ("Coaching hour", [[24, 0]], State.PENDING)
    assert kept.reference.startswith("WM-")
    assert len(kept.reference) == 9
    assert live() == 1
    assert events(booking) == [("request", "", "PENDING", "client")]


def test_an_automatically_confirmed_session_is_confirmed_at_once(ada: User, cleo: User) -> None:
    booking = book(free_shop(ada), cleo)

    assert (booking.state, booking.answer_by) == (State.CONFIRMED, None)
    assert booking.confirmed_at is not None


def test_a_guest_booking_neither_makes_nor_uses_an_account(ada: User, cleo: User) -> None:
    from bookings.agreement.requests import Contact

    free = free_shop(ada)
    with_account = book_as_guest(free, soon(10), guest=Contact("Somebody", cleo.email))
    without = book_as_guest(free, soon(11), guest=Contact("Somebody", "nobody@guests.test"))

    assert (with_account.client, without.client) == (None, None)
    assert not User.objects.filter(email="nobody@guests.test").exists()


def test_a_guest_cannot_book_a_paid_session(hour: SessionType) -> None:
    assert refused(lambda: book_as_guest(hour)).refusal == Refusal.SIGN_IN_REQUIRED


def test_a_builder_cannot_book_themselves(hour: SessionType) -> None:
    assert refused(lambda: book(hour, hour.builder)).refusal == BookingRefusal.NOT_BOOKABLE


@pytest.mark.parametrize("reason", ["inactive", "closed", "hidden"])
def test_what_is_not_offered_is_not_bookable(hour: SessionType, cleo: User, reason: str) -> None:
    if reason == "inactive":
        SessionType.objects.update(is_active=False)
    elif reason == "closed":
        save_config(builder=hour.builder, config=Config(prices={60: Decimal(90)}, is_active=False))
    else:
        hour.builder.builder_profile.is_published = False
        hour.builder.builder_profile.save()

    assert refused(lambda: book(hour, cleo)).refusal == BookingRefusal.NOT_BOOKABLE


def test_a_request_with_an_outdated_price_is_refused(hour: SessionType, cleo: User) -> None:
    error = refused(lambda: book(hour, cleo, expected_rate=Decimal(80)))

    assert error.refusal == BookingRefusal.PRICE_CHANGED
    assert error.details == {"price": "90.00", "currency": "USD"}
    assert refused(lambda: book(hour, cleo, expected_currency="EUR")).refusal == BookingRefusal.PRICE_CHANGED
    assert book(hour, cleo, expected_rate=Decimal("90.0"), expected_currency="usd").total == Decimal(90)


def test_the_same_form_twice_makes_one_booking(hour: SessionType, cleo: User) -> None:
    key = uuid4()

    first, again = book(hour, cleo, form_key=key), book(hour, cleo, form_key=key)

    assert first.pk == again.pk
    assert Booking.objects.count() == 1
    assert OutboxMessage.objects.filter(channel="booking").count() == 2


def test_booking_a_held_time_uses_the_held_seat(hour: SessionType, cleo: User) -> None:
    from scheduling import claims

    seat = claims.hold(booking_request(hour).time_request(person_visitor(cleo)))

    assert book(hour, cleo).seat_id == seat.pk
    assert live() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"minutes": 45}, "minutes"),
        ({"is_remote": False}, "is_remote"),
        ({"rate_type": "day"}, "minutes"),
        ({"answers": {uuid4(): "x"}}, "answers"),
    ],
)
def test_an_invalid_request_is_refused(hour: SessionType, cleo: User, fields: dict[str, Any], field: str) -> None:
    error = refused(lambda: book(hour, cleo, **fields))

    assert error.refusal == Refusal.INVALID
    assert [name for name in error.fields or {} if name.startswith(field)]


def test_answers_keep_the_question_as_it_was_when_booked(ada: User, cleo: User) -> None:
    from coaching.services import QuestionInput, SessionTypeParts, save_session_type

    hour = shop(ada)
    parts = SessionTypeParts(
        durations={60: None},
        questions=[
            QuestionInput("How far are you?", "dropdown", ["An idea", "An app"], is_required=True),
            QuestionInput("I have read the terms", "checkbox", [], is_required=True),
            QuestionInput("Anything else?", "text", []),
        ],
    )
    save_session_type(session_type=hour, parts=parts, by=ada)
    stage, terms, _ = hour.questions.all()

    error = refused(lambda: book(hour, cleo, answers={stage.pk: "Somewhere", terms.pk: False}))
    booking = book(hour, cleo, answers={stage.pk: "An app", terms.pk: True})
    stage.label = "Where do you stand?"
    stage.save()

    assert len(error.fields or {}) == 2
    assert [(answer.label, answer.shown) for answer in booking.answers.all()] == [
        ("How far are you?", "An app"),
        ("I have read the terms", "Yes"),
    ]
