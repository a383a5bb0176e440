"""Limits on bookings by unproven guests, so that nobody fills a builder's calendar as hundreds of guests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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
from core.errors import Refused
from scheduling.claims import Visitor
from scheduling.models import Reservation
from scheduling.refusals import TimeRefusal
from tests.at_once import crowd
from tests.bookings.cast import book, book_as_guest, booking_request, builder_of, free_shop
from tests.bookings.guests.many import HOURS, book_as_new_guest, half_hours, try_all_starts
from tests.bookings.wire import CREATE, Caller, at, error
from tests.cast import make_builder_person
from tests.scheduling.cast import free_session, live, open_hours, rates, refused, soon


@pytest.fixture
def free(ada: User) -> SessionType:
    rates(ada)
    open_hours(ada, HOURS)
    return free_session(ada, auto_confirm=True)


@pytest.mark.django_db
def test_guests_of_many_networks_get_a_third_of_the_next_fortnight(free: SessionType, cleo: User) -> None:
    outcomes = try_all_starts(free, range(1, 14))

    assert set(outcomes) == {"booked", "too_many_holds"}
    assert 24 <= outcomes["booked"] <= 28, "a third of 42 hours is 28 half hours"
    assert live() == outcomes["booked"]
    book(free, cleo, soon(11, 30, days=13))


@pytest.mark.slow
@pytest.mark.django_db
def test_later_fortnights_have_the_same_limit(free: SessionType) -> None:
    outcomes = try_all_starts(free, range(15, 27))

    assert outcomes["too_many_holds"] > 0
    assert outcomes["booked"] <= 28
    book_as_new_guest(free, soon(9, days=5))


@pytest.mark.slow
@pytest.mark.django_db
def test_holds_and_bookings_count_together(free: SessionType) -> None:
    from scheduling import claims
    from scheduling.claims import TimeRequest

    holds = 0
    for start in list(half_hours(range(1, 6)))[:20]:
        claims.hold(TimeRequest(free, start, 30, Visitor(f"visitor:{start}", None, f"network {start}")))
        holds += 1
    outcomes = try_all_starts(free, range(7, 13))

    assert holds + outcomes["booked"] <= 28


@pytest.mark.slow
@pytest.mark.django_db
def test_a_held_time_can_be_booked_at_the_limit(free: SessionType) -> None:
    from scheduling import claims
    from scheduling.claims import TimeRequest

    visitor = Visitor("visitor:gwen", None, "network of gwen")
    claims.hold(TimeRequest(free, soon(9), 30, visitor))
    try_all_starts(free, range(1, 14))

    new_request = booking_request(free, soon(9), guest=Contact("Gwen Guest", "gwen@guests.test"))
    assert services.request(priced=check(new_request, visitor)).state == "CONFIRMED"


@pytest.mark.slow
@pytest.mark.django_db
def test_proving_an_address_frees_share_for_other_guests(free: SessionType) -> None:
    first = book_as_new_guest(free, soon(9, days=1))
    try_all_starts(free, range(2, 14))
    assert refused(lambda: book_as_new_guest(free, soon(9, 30, days=1))).refusal == TimeRefusal.TOO_MANY_HOLDS

    guests.prove(booking=first, now=clock.now())

    book_as_new_guest(free, soon(9, 30, days=1))


@pytest.mark.slow
@pytest.mark.django_db
def test_a_builder_can_move_a_booking_beyond_the_limit_and_a_guest_cannot(free: SessionType) -> None:
    later = book_as_new_guest(free, soon(9, days=20))
    try_all_starts(free, range(1, 14))
    start = soon(11, 30, days=13)

    def move(by: Actor) -> Booking:
        return services.reschedule(booking=later, start=start, by=by)

    assert refused(lambda: move(Actor(Side.CLIENT))).refusal == TimeRefusal.TOO_MANY_HOLDS
    assert move(builder_of(later)).starts_at == start


@pytest.mark.django_db
def test_one_guest_can_always_book_where_a_third_is_less_than_a_session(ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada, [(soon(9).weekday(), 9 * 60, 9 * 60 + 30)])  # a third is 20 minutes a fortnight
    short = free_session(ada, auto_confirm=True)

    book_as_new_guest(short, soon(9))

    assert refused(lambda: book_as_new_guest(short, soon(9, days=10))).refusal == TimeRefusal.TOO_MANY_HOLDS
    book(short, cleo, soon(9, days=10))


@pytest.mark.django_db
def test_guests_in_one_group_count_its_time_once(ada: User) -> None:
    rates(ada)
    open_hours(ada, [(weekday, 540, 600) for weekday in range(7)])  # an hour a day: 14 in fourteen days
    group = free_session(ada, auto_confirm=True, seats=50)

    for number in range(20):
        book_as_guest(group, soon(9), guest=Contact("Gwen Guest", f"gwen-{number}@guests.test"))

    assert Reservation.objects.count() == 1


@pytest.mark.django_db
def test_a_network_can_book_a_builder_five_times_an_hour(free: SessionType, settings: Any) -> None:
    settings.LIMIT_GUEST_BOOKINGS_PER_NETWORK = 5
    outcomes = try_all_starts(free, range(1, 4), "one network")

    assert outcomes == {"booked": 5, "rate_limited": 13}
    other = make_builder_person("Bea Other")
    book_as_new_guest(free_shop(other), soon(9), "one network")
    book_as_new_guest(free, soon(11, days=5), "another network")


@pytest.mark.django_db
def test_a_refused_booking_is_not_counted(free: SessionType, settings: Any, cleo: User) -> None:
    settings.LIMIT_GUEST_BOOKINGS_PER_NETWORK = 1
    book(free, cleo, soon(9))
    assert refused(lambda: book_as_new_guest(free, soon(9), "one network")).refusal == TimeRefusal.SLOT_TAKEN

    book_as_new_guest(free, soon(10), "one network")


@pytest.mark.django_db
def test_the_api_returns_when_to_try_again(free: SessionType, settings: Any) -> None:
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
def test_many_guests_at_once_get_a_third_at_most(committed: None) -> None:
    ada = make_builder_person("Ada Moreno")
    rates(ada)
    open_hours(ada, [(weekday, 540, 600) for weekday in range(7)])  # 14 hours: a third is 9 half hours
    free = free_session(ada, auto_confirm=True)
    slots = [soon(9, minute, days=day) for day in range(1, 13) for minute in (0, 30)]

    def attempt(number: int) -> None:
        while True:
            try:
                book_as_new_guest(free, slots[number])
            except Refused as error:
                if error.refusal != TimeRefusal.BUSY:
                    raise
            else:
                return

    outcomes = crowd(len(slots), attempt)

    assert outcomes["won"] + outcomes["too_many_holds"] == len(slots), outcomes
    assert 8 <= outcomes["won"] <= 9
    assert Booking.objects.count() == outcomes["won"]


@pytest.mark.slow
def test_many_requests_at_once_keep_to_the_limit_of_a_network(committed: None, settings: Any) -> None:
    settings.LIMIT_GUEST_BOOKINGS_PER_NETWORK = 5
    free = free_shop(make_builder_person("Ada Moreno"))

    def attempt(number: int) -> None:
        while True:
            try:
                book_as_new_guest(free, soon(9 + number // 2, number % 2 * 30), "one network")
            except Refused as error:
                if error.refusal != TimeRefusal.BUSY:
                    raise
            else:
                return

    outcomes = crowd(16, attempt)

    assert outcomes == {"won": 5, "rate_limited": 11}
    assert Booking.objects.count() == 5


@pytest.mark.slow
def test_proving_and_lapsing_at_once_leave_one_result(committed: None) -> None:
    """The booking is confirmed or its time is free, whichever comes first, but never both."""
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
