"""Somebody books as hundreds of guests, to fill a builder's calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.requests import Contact, check
from bookings.agreement.transitions import Actor
from bookings.guests import services as guests
from bookings.models import Booking
from bookings.states import Side
from coaching.models import SessionType
from core import clock
from core.errors import Refusal, Refused
from scheduling.claims import Visitor
from scheduling.models import Reservation
from tests.bookings.cast import book, book_as_guest, booking_request, builder_of, free_shop
from tests.bookings.wire import CREATE, Caller, at, error
from tests.cast import make_builder_person
from tests.scheduling.cast import free_session, live, open_hours, rates, refused, soon
from tests.scheduling.test_races import crowd

HOURS = [(weekday, 9 * 60, 12 * 60) for weekday in range(7)]  # three hours a day: 42 in fourteen days


def flood(session_type: SessionType, start: Any, network: str = "") -> Booking:
    """One guest booking with an address that nobody has seen before."""
    name = uuid4().hex
    visitor = Visitor(f"visitor:{name}", None, network or name)
    told = booking_request(session_type, start, guest=Contact("Gwen Guest", f"{name}@guests.test"))
    return services.request(priced=check(told, visitor), visitor=visitor)


def starts(days: range) -> Iterator[Any]:
    for day in days:
        for slot in range(6):
            yield soon(9 + slot // 2, slot % 2 * 30, days=day)


def tried(session_type: SessionType, days: range, network: str = "") -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for start in starts(days):
        try:
            flood(session_type, start, network)
            outcomes["booked"] += 1
        except Refused as error:
            outcomes[error.refusal.code] += 1
    return outcomes


@pytest.fixture
def free(ada: User) -> SessionType:
    rates(ada)
    open_hours(ada, HOURS)
    return free_session(ada, auto_confirm=True)


@pytest.mark.django_db
def test_guests_of_many_networks_get_a_third_of_the_next_fortnight(free: SessionType, cleo: User) -> None:
    outcomes = tried(free, range(1, 14))

    assert set(outcomes) == {"booked", "too_many_holds"}
    assert 24 <= outcomes["booked"] <= 28, "a third of 42 hours is 28 half hours"
    assert live() == outcomes["booked"]
    book(free, cleo, soon(11, 30, days=13))


@pytest.mark.django_db
def test_the_fortnights_after_it_are_kept_as_well(free: SessionType) -> None:
    outcomes = tried(free, range(15, 27))

    assert outcomes["too_many_holds"] > 0
    assert outcomes["booked"] <= 28
    flood(free, soon(9, days=5))


@pytest.mark.django_db
def test_holds_and_bookings_count_together(free: SessionType) -> None:
    from scheduling import claims
    from scheduling.claims import TimeRequest

    held = 0
    for start in list(starts(range(1, 6)))[:20]:
        claims.hold(TimeRequest(free, start, 30, Visitor(f"visitor:{start}", None, f"network {start}")))
        held += 1
    outcomes = tried(free, range(7, 13))

    assert held + outcomes["booked"] <= 28


@pytest.mark.django_db
def test_what_was_held_is_booked_at_the_limit_too(free: SessionType) -> None:
    from scheduling import claims
    from scheduling.claims import TimeRequest

    visitor = Visitor("visitor:gwen", None, "network of gwen")
    claims.hold(TimeRequest(free, soon(9), 30, visitor))
    tried(free, range(1, 14))

    told = booking_request(free, soon(9), guest=Contact("Gwen Guest", "gwen@guests.test"))
    assert services.request(priced=check(told, visitor), visitor=visitor).state == "CONFIRMED"


@pytest.mark.django_db
def test_a_proof_makes_room(free: SessionType) -> None:
    first = flood(free, soon(9, days=1))
    tried(free, range(2, 14))
    assert refused(lambda: flood(free, soon(9, 30, days=1))).refusal == Refusal.TOO_MANY_HOLDS

    guests.prove(booking=first, now=clock.now())

    flood(free, soon(9, 30, days=1))


@pytest.mark.django_db
def test_a_guest_does_not_move_past_the_limit_and_a_builder_may(free: SessionType) -> None:
    later = flood(free, soon(9, days=20))
    tried(free, range(1, 14))
    start = soon(11, 30, days=13)

    by_guest = lambda: services.reschedule(booking=later, start=start, by=Actor(Side.CLIENT))  # noqa: E731
    assert refused(by_guest).refusal == Refusal.TOO_MANY_HOLDS
    assert services.reschedule(booking=later, start=start, by=builder_of(later)).starts_at == start


@pytest.mark.django_db
def test_one_guest_can_always_book_where_a_third_is_less_than_a_session(ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada, [(soon(9).weekday(), 9 * 60, 9 * 60 + 30)])  # a third is 20 minutes a fortnight
    short = free_session(ada, auto_confirm=True)

    flood(short, soon(9))

    assert refused(lambda: flood(short, soon(9, days=10))).refusal == Refusal.TOO_MANY_HOLDS
    book(short, cleo, soon(9, days=10))


@pytest.mark.django_db
def test_guests_in_one_group_take_its_time_once(ada: User) -> None:
    rates(ada)
    open_hours(ada, [(weekday, 540, 600) for weekday in range(7)])  # an hour a day: 14 in fourteen days
    group = free_session(ada, auto_confirm=True, seats=50)

    for number in range(20):
        book_as_guest(group, soon(9), guest=Contact("Gwen Guest", f"gwen-{number}@guests.test"))

    assert Reservation.objects.count() == 1


@pytest.mark.django_db
def test_five_an_hour_from_one_network_with_one_builder(free: SessionType, settings: Any) -> None:
    settings.LIMIT_GUEST_BOOKINGS_PER_NETWORK = 5
    outcomes = tried(free, range(1, 4), "one network")

    assert outcomes == {"booked": 5, "rate_limited": 13}
    other = make_builder_person("Bea Other")
    flood(free_shop(other), soon(9), "one network")
    flood(free, soon(11, days=5), "another network")


@pytest.mark.django_db
def test_a_refused_booking_is_not_counted(free: SessionType, settings: Any, cleo: User) -> None:
    settings.LIMIT_GUEST_BOOKINGS_PER_NETWORK = 1
    book(free, cleo, soon(9))
    assert refused(lambda: flood(free, soon(9), "one network")).refusal == Refusal.SLOT_TAKEN

    flood(free, soon(10), "one network")


@pytest.mark.django_db
def test_the_api_says_when_to_come_back(free: SessionType, settings: Any) -> None:
    settings.LIMIT_GUEST_BOOKINGS_PER_NETWORK = 1
    answers = [
        Caller(None).post(
            CREATE,
            {
                "sessionTypeId": str(free.pk),
                "scheduledTime": at(9 + number),
                "guest": {"name": "Gwen Guest", "email": f"gwen-{number}@guests.test"},
            },
        )
        for number in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 429]
    assert error(answers[1])["code"] == "rate_limited"
    assert 3500 < int(answers[1]["Retry-After"]) <= 3601


@pytest.mark.slow
def test_many_at_once_keep_to_the_third(committed: None) -> None:
    ada = make_builder_person("Ada Moreno")
    rates(ada)
    open_hours(ada, [(weekday, 540, 600) for weekday in range(7)])  # 14 hours: a third is 9 half hours
    free = free_session(ada, auto_confirm=True)
    slots = [soon(9, minute, days=day) for day in range(1, 13) for minute in (0, 30)]

    def attempt(number: int) -> None:
        while True:
            try:
                flood(free, slots[number])
            except Refused as error:
                if error.refusal != Refusal.BUSY:
                    raise
            else:
                return

    outcomes = crowd(len(slots), attempt)

    assert outcomes["won"] + outcomes["too_many_holds"] == len(slots), outcomes
    assert 8 <= outcomes["won"] <= 9
    assert Booking.objects.count() == outcomes["won"]


@pytest.mark.slow
def test_many_at_once_keep_to_the_limit_of_a_network(committed: None, settings: Any) -> None:
    settings.LIMIT_GUEST_BOOKINGS_PER_NETWORK = 5
    free = free_shop(make_builder_person("Ada Moreno"))

    def attempt(number: int) -> None:
        while True:
            try:
                flood(free, soon(9 + number // 2, number % 2 * 30), "one network")
            except Refused as error:
                if error.refusal != Refusal.BUSY:
                    raise
            else:
                return

    outcomes = crowd(16, attempt)

    assert outcomes == {"won": 5, "rate_limited": 11}
    assert Booking.objects.count() == 5


@pytest.mark.slow
def test_a_proof_and_the_clock_at_the_same_moment(committed: None) -> None:
    """Whoever comes first, the booking counts or its time is free; never both."""
    booking = book_as_guest(free_shop(make_builder_person("Ada Moreno"), needs_proof=True))
    now = clock.now()
    Booking.objects.update(proof_due_at=now, answer_by=now)

    def work(number: int) -> None:
        if number % 2:
            services.lapse(booking=booking)
        else:
            guests.prove(booking=booking, now=now - timedelta(minutes=1))

    assert crowd(6, work)["won"] == 6
    assert (Booking.objects.get().state, live()) in (("CONFIRMED", 1), ("CANCELLED", 0))
    assert booking.events.filter(verb__in=["prove", "lapse"]).count() == 1
