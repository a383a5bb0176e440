"""A builder books for a client at the moment when somebody else books, or twice."""

from __future__ import annotations

from itertools import count
from uuid import uuid4

import pytest

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.requests import Contact
from bookings.for_clients import services as for_clients
from bookings.integrity import seats, times
from bookings.models import Booking
from bookings.states import AHEAD
from coaching.models import SessionType
from core import clock
from tests.at_once import DONE, at_once
from tests.bookings.cast import book, booking_request, client_of, confirmed, shop
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import soon

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_module")]
numbers = count()


@pytest.fixture
def hour() -> SessionType:
    return shop(make_builder_person(f"Ada Moreno {next(numbers)}"))


def person(name: str) -> User:
    return make_person(f"{name} {next(numbers)}")


def set_up(hour: SessionType, client: User, *, asks: bool = False, **fields: object) -> Booking:
    choice = for_clients.client_choice(hour.builder, client=client, contact=None)
    priced = for_clients.priced_for(booking_request(hour, soon(14), **fields), choice, asks=asks)
    return for_clients.book(priced=priced, builder=hour.builder, asks=asks)


def test_the_builder_and_a_client_want_the_same_time(hour: SessionType) -> None:
    cleo, sam = person("Cleo Park"), person("Sam Lee")
    confirmed(hour, cleo, soon(10))

    outcomes = at_once(lambda: set_up(hour, cleo), lambda: book(hour, sam, soon(14)))

    assert sorted(outcomes) == [DONE, "slot_taken"]
    assert Booking.objects.filter(builder=hour.builder, starts_at=soon(14), state__in=AHEAD).count() == 1
    assert list(times(clock.now())) == list(seats(clock.now())) == []


def test_the_same_form_sent_twice_books_once(hour: SessionType) -> None:
    cleo, key = person("Cleo Park"), uuid4()
    confirmed(hour, cleo, soon(10))

    assert at_once(*[lambda: set_up(hour, cleo, form_key=key)] * 3) == [DONE, DONE, DONE]
    assert Booking.objects.filter(form_key=key).count() == 1


def test_the_same_form_for_a_group_sent_twice_takes_one_seat(hour: SessionType) -> None:
    hour.seats = 5
    hour.save()
    key, choice = uuid4(), for_clients.ClientChoice(contact=Contact("Nora New", f"nora{next(numbers)}@new.test"))

    def invite() -> Booking:
        priced = for_clients.priced_for(
            booking_request(hour, soon(14), guest=choice.contact, form_key=key), choice, asks=True
        )
        return for_clients.book(priced=priced, builder=hour.builder, asks=True)

    assert at_once(*[invite] * 3) == [DONE, DONE, DONE]
    assert Booking.objects.filter(form_key=key).count() == 1
    assert list(times(clock.now())) == list(seats(clock.now())) == []


def test_accepting_while_the_invitation_expires_does_one_of_them(hour: SessionType) -> None:
    cleo = person("Cleo Park")
    confirmed(hour, cleo, soon(10))
    booking = set_up(hour, cleo, asks=True)
    Booking.objects.filter(pk=booking.pk).update(answer_by=clock.now())

    at_once(
        lambda: for_clients.accept(booking=booking, by=client_of(booking)), lambda: services.expire(booking=booking)
    )

    assert booking.events.filter(verb__in=["accept", "expire"]).count() == 1
    assert list(times(clock.now())) == list(seats(clock.now())) == []
