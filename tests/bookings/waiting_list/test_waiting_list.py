"""The waiting list: who is asked, in which order, for how long, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from bookings.agreement import services
from bookings.models import Booking, SlotOffer, WaitingListEntry
from bookings.waiting_list import rules as waiting_rules
from bookings.waiting_list import services as waiting_list
from bookings.wizard.forms import DetailsForm
from coaching.models import SessionType
from core import clock, outbox
from core.errors import Refusal
from core.registry import integrity_findings
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.models import Seat
from tests.bookings.cast import book, client_of, confirmed, shop
from tests.bookings.wizard.test_wizard import words
from tests.cast import make_person
from tests.scheduling.cast import offer, open_hours, rates, refused, soon

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def waits_for(client: User, session_type: SessionType, day: date | None = None, **told: Any) -> WaitingListEntry:
    first = day or soon().date()
    fields = {"minutes": session_type.default_minutes, "timezone": "Europe/London", "last_day": first, **told}
    return waiting_list.join(
        entry=WaitingListEntry(client=client, session_type=session_type, first_day=first, **fields)
    )


def form_of(offered: SlotOffer) -> DetailsForm:
    session_type = SessionType.objects.complete().get(pk=offered.place.session_type_id)
    return DetailsForm(offered.place.told, session_type=session_type, person=offered.place.client)


def accept(offered: SlotOffer) -> Booking:
    form = form_of(offered)
    assert form.is_valid(), form.errors
    return waiting_list.accept(offer=offered, form=form)


@pytest.fixture
def one_slot(ada: User) -> SessionType:
    """A builder with one hour a day."""
    rates(ada)
    open_hours(ada, [(weekday, 10 * 60, 11 * 60) for weekday in range(7)])
    return offer(ada)


@pytest.fixture
def full(one_slot: SessionType) -> Booking:
    return confirmed(one_slot, make_person("Gwen Hill"))


# What suits ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "told", "is_wanted"),
    [
        ("2027-05-04T18:30", {}, True),
        ("2027-05-04T17:59", {}, False),
        ("2027-05-04T21:00", {}, False),
        ("2027-05-08T18:30", {}, False),
        ("2027-05-08T18:30", {"weekdays": []}, True),
        ("2027-06-01T18:30", {}, False),
        ("2027-05-31T20:59", {}, True),
    ],
)
def test_any_weekday_evening_in_may(at: str, told: dict[str, Any], is_wanted: bool) -> None:
    booking_request = {"weekdays": [0, 1, 2, 3, 4], "from_minute": 18 * 60, "to_minute": 21 * 60, **told}
    entry = WaitingListEntry(
        first_day=date(2027, 5, 1), last_day=date(2027, 5, 31), timezone="Europe/London", **booking_request
    )

    assert waiting_rules.fits(entry, datetime.fromisoformat(at).replace(tzinfo=LONDON)) is is_wanted


@pytest.mark.parametrize(
    ("left", "stands"),
    [(timedelta(days=3), timedelta(hours=2)), (timedelta(hours=4), timedelta(hours=1)), (timedelta(minutes=30), None)],
)
def test_an_offer_near_the_start_is_shorter(left: timedelta, stands: timedelta | None) -> None:
    now = clock.now()
    assert waiting_rules.offer_duration(now + left, now) == stands


def test_a_wish_in_words() -> None:
    entry = WaitingListEntry(
        first_day=date(2027, 5, 1), last_day=date(2027, 5, 31), weekdays=[0], from_minute=1080, to_minute=1260
    )
    assert waiting_rules.describe(entry) == "Mondays between 18:00 and 21:00, from 1 May to 31 May"


# Offers ----------------------------------------------------------------------------------------------------


def test_what_comes_free_is_held_for_who_waited_longest(full: Booking, one_slot: SessionType, cleo: User) -> None:
    first, second = waits_for(cleo, one_slot), waits_for(make_person("Sam Lee"), one_slot)
    assert waiting_list.offer_free(clock.now()) == 0, "nothing is free yet"

    services.cancel(booking=full, by=client_of(full))
    outbox.deliver_due()

    made = SlotOffer.objects.get()
    assert (made.place, made.starts_at) == (first, full.starts_at)
    assert Notification.objects.get(kind="waiting").person == cleo
    taken = refused(lambda: book(one_slot, second.client, full.starts_at))
    assert taken.refusal == Refusal.SLOT_TAKEN, "it is held"
    booking = accept(made)
    assert (booking.client, booking.starts_at, booking.state) == (cleo, full.starts_at, "PENDING")
    first.refresh_from_db()
    assert first.end == "booked"
    assert accept(made) == booking, "a double click is one booking"
    assert integrity_findings(clock.now()) == []


def test_a_group_of_six_fills_one_leaves_and_the_first_in_the_list_gets_the_place(ada: User, cleo: User) -> None:
    shop(ada)
    group = offer(ada, title="Clinic", seats=6, auto_confirm=True)
    others = [book(group, make_person(f"Client {number}"), soon(10)) for number in range(6)]
    window: dict[str, Any] = {"from_minute": 540, "to_minute": 541, "timezone": "Europe/London"}  # ten in Berlin
    entry = waits_for(cleo, group, **window)
    assert waiting_list.offer_free(clock.now()) == 0

    services.cancel(booking=others[2], by=client_of(others[2]))
    outbox.deliver_due()
    booking = accept(entry.offers.get())

    assert booking.seat.reservation_id == others[0].seat.reservation_id
    live = Seat.objects.filter(reservation=booking.seat.reservation_id, released_at__isnull=True)
    assert live.count() == 6
    assert integrity_findings(clock.now()) == []


def test_priority_goes_before_age(full: Booking, one_slot: SessionType, cleo: User, alex: User) -> None:
    waits_for(cleo, one_slot)
    later = waits_for(make_person("Sam Lee"), one_slot)
    waiting_list.put_first(entry=later, by=alex)

    services.cancel(booking=full, by=client_of(full))
    outbox.deliver_due()

    assert SlotOffer.objects.get().place == later


@pytest.mark.parametrize("way", ["declined", "expired"])
def test_what_one_does_not_take_goes_to_the_next(full: Booking, one_slot: SessionType, cleo: User, way: str) -> None:
    places = [waits_for(cleo, one_slot), waits_for(make_person("Sam Lee"), one_slot)]
    services.cancel(booking=full, by=client_of(full))
    outbox.deliver_due()
    made = SlotOffer.objects.get()
    if way == "declined":
        waiting_list.decline(offer=made)
    else:
        past = clock.now() - timedelta(seconds=1)
        SlotOffer.objects.update(expires_at=past)
        waiting_list.expire_offers(clock.now())
        waiting_list.expire_offers(clock.now())

    made.refresh_from_db()
    assert made.state == way
    assert refused(lambda: accept(made)).refusal == Refusal.HOLD_LOST
    assert SlotOffer.objects.get(state="open").place == places[1]
    places[0].refresh_from_db()
    assert places[0].ended_at is None, "still on the list"
    waiting_list.leave(entry=places[1])
    assert waiting_list.offer_free(clock.now()) == 0, "the first was asked for this time already"


def test_hours_that_open_are_offered_too(one_slot: SessionType, cleo: User) -> None:
    entry = waits_for(cleo, one_slot)

    assert waiting_list.offer_free(clock.now()) == 1
    assert waiting_list.offer_free(clock.now()) == 0, "one offer at a time"
    assert entry.offers.count() == 1


def test_who_has_booked_otherwise_waits_no_longer(one_slot: SessionType, cleo: User) -> None:
    entry = waits_for(cleo, one_slot)
    book(one_slot, cleo)

    assert waiting_list.offer_free(clock.now()) == 0
    entry.refresh_from_db()
    assert entry.end == "booked"


def test_days_that_are_over_end_the_wait(one_slot: SessionType, cleo: User) -> None:
    entry = waits_for(cleo, one_slot, clock.now().date() - timedelta(days=2))

    waiting_list.offer_free(clock.now())

    entry.refresh_from_db()
    assert entry.end == "over"


def test_the_same_wish_twice_is_one_place_and_lists_are_not_endless(one_slot: SessionType, cleo: User) -> None:
    day = soon().date()
    assert waits_for(cleo, one_slot) == waits_for(cleo, one_slot)
    for number in range(1, waiting_list.MOST_PLACES):
        waits_for(cleo, one_slot, day + timedelta(days=number))

    assert refused(lambda: waits_for(cleo, one_slot, day + timedelta(days=99))).refusal == Refusal.TOO_MANY_HOLDS


def test_a_hold_that_somebody_lets_go_is_offered(one_slot: SessionType, cleo: User) -> None:
    seat = claims.hold(TimeRequest(one_slot, soon(), 60, Visitor("visitor:x", None, "somewhere")))
    waits_for(cleo, one_slot)
    assert waiting_list.offer_free(clock.now()) == 0

    claims.release(seat=seat)

    assert waiting_list.offer_free(clock.now()) == 1


def test_erasing_somebody_gives_back_what_was_held_for_them(one_slot: SessionType, cleo: User) -> None:
    from accounts.personal_data import erasure

    waits_for(cleo, one_slot)
    waiting_list.offer_free(clock.now())

    erasure.erase(user=cleo)

    assert not WaitingListEntry.objects.exists()
    assert not Seat.objects.filter(released_at__isnull=True).exists()


# Pages -----------------------------------------------------------------------------------------------------


def test_from_the_full_day_to_the_booking(
    full: Booking, one_slot: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    cleos = browser_of(cleo)
    args = ["ada-moreno", one_slot.pk]
    day = str(full.starts_at.date())
    assert "Be told when something comes free" in words(cleos.get(reverse("bookings:times", args=args)))
    page = reverse("bookings:wait", args=args)
    bad = cleos.post(page, {"first_day": day, "last_day": "2020-01-01", "after": "12:00", "before": "09:00"})
    assert bad.status_code == 422
    assert "This is before the first day." in words(bad)

    cleos.post(page, {"first_day": day, "last_day": day, "notes": "Any time will do."})
    assert "You are on the list." in words(cleos.get("/waiting/"))
    services.cancel(booking=full, by=client_of(full))
    outbox.deliver_due()
    offered = SlotOffer.objects.get()
    assert "Something has come free" in words(cleos.get("/waiting/"))
    assert browser_of(make_person("Sam Lee")).get(offered.get_absolute_url()).status_code == 404
    assert "This time is yours, if you like" in words(cleos.get(offered.get_absolute_url()))

    cleos.post(offered.get_absolute_url())

    booking = Booking.objects.get(client=cleo)
    assert (booking.starts_at, booking.notes) == (full.starts_at, "Any time will do.")
    assert "You have taken it" in words(cleos.get(offered.get_absolute_url()))


def test_leaving_and_declining_by_page(
    one_slot: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    cleos = browser_of(cleo)
    entry = waits_for(cleo, one_slot)
    waiting_list.offer_free(clock.now())
    offered = SlotOffer.objects.get()

    cleos.post(offered.get_absolute_url(), {"act": "decline"})
    assert "This offer is over" in words(cleos.get(offered.get_absolute_url()))
    cleos.post(reverse("bookings:leave", args=[entry.pk]))

    assert "You wait for nothing" in words(cleos.get("/waiting/"))


def test_strangers_sign_in_to_wait(one_slot: SessionType, client: Client) -> None:
    SessionType.objects.update(category="FREE")
    answer = client.get(reverse("bookings:wait", args=["ada-moreno", one_slot.pk]))

    assert (answer.status_code, "/account/login/" in answer["Location"]) == (302, True)


def test_nobody_sits_in_a_group_twice(ada: User, cleo: User) -> None:
    """Found by the crowd: two places of one client were offered both seats of a group."""
    shop(ada)
    group = offer(ada, title="Clinic", seats=3, auto_confirm=True)
    hour: dict[str, Any] = {"from_minute": 9 * 60, "timezone": "Europe/London"}
    waits_for(cleo, group, **hour, to_minute=9 * 60 + 1)
    waits_for(cleo, group, **hour, to_minute=9 * 60 + 2)

    waiting_list.offer_free(clock.now())

    offered = SlotOffer.objects.get()
    assert refused(lambda: book(group, cleo, offered.starts_at)).sentence == "You have a seat in this group already."
    accept(offered)
    assert waiting_list.offer_free(clock.now()) == 0


@pytest.mark.parametrize("count", [1, 8])
def test_looking_costs_the_same_for_few_and_many_who_wait(
    full: Booking, one_slot: SessionType, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        waits_for(make_person(f"Client {number}"), one_slot)
    now = clock.now()

    with django_assert_num_queries(5):
        waiting_list.offer_free(now)
