"""The waiting list: which entries get offers, in which order, for how long, and how offers end."""

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
from core.registry import integrity_findings
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.models import Seat
from scheduling.refusals import TimeRefusal
from tests.bookings.cast import book, client_of, confirmed, shop, waits_for
from tests.cast import make_person
from tests.reading import visible_text
from tests.scheduling.cast import offer, open_hours, rates, refused, soon

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def form_of(offered: SlotOffer) -> DetailsForm:
    session_type = SessionType.objects.complete().get(pk=offered.place.session_type_id)
    return DetailsForm(offered.place.details, session_type=session_type, person=offered.place.client)


def accept(offered: SlotOffer) -> Booking:
    form = form_of(offered)
    assert form.is_valid(), form.errors
    return waiting_list.accept(offer=offered, form=form)


@pytest.fixture
def one_slot(ada: User) -> SessionType:
    """The session type of a builder with one hour a day."""
    rates(ada)
    open_hours(ada, [(weekday, 10 * 60, 11 * 60) for weekday in range(7)])
    return offer(ada)


@pytest.fixture
def full(one_slot: SessionType) -> Booking:
    return confirmed(one_slot, make_person("Gwen Hill"))


# Times that fit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "fields", "is_wanted"),
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
def test_only_times_within_the_days_and_hours_fit(at: str, fields: dict[str, Any], is_wanted: bool) -> None:
    wanted = {"weekdays": [0, 1, 2, 3, 4], "from_minute": 18 * 60, "to_minute": 21 * 60, **fields}
    entry = WaitingListEntry(first_day=date(2027, 5, 1), last_day=date(2027, 5, 31), timezone="Europe/London", **wanted)

    assert waiting_rules.fits(entry, datetime.fromisoformat(at).replace(tzinfo=LONDON)) is is_wanted


@pytest.mark.parametrize(
    ("time_left", "duration"),
    [(timedelta(days=3), timedelta(hours=2)), (timedelta(hours=4), timedelta(hours=1)), (timedelta(minutes=30), None)],
)
def test_offers_near_the_start_are_held_for_less_time(time_left: timedelta, duration: timedelta | None) -> None:
    now = clock.now()
    assert waiting_rules.offer_duration(now + time_left, now) == duration


def test_entries_are_described_in_words() -> None:
    entry = WaitingListEntry(
        first_day=date(2027, 5, 1), last_day=date(2027, 5, 31), weekdays=[0], from_minute=1080, to_minute=1260
    )
    assert waiting_rules.describe(entry) == "Mondays between 18:00 and 21:00, from 1 May to 31 May"


# Offers ----------------------------------------------------------------------------------------------------


def test_a_free_time_is_offered_to_the_client_who_waited_longest(
    full: Booking, one_slot: SessionType, cleo: User
) -> None:
    first, second = waits_for(cleo, one_slot), waits_for(make_person("Sam Lee"), one_slot)
    assert waiting_list.offer_free(clock.now()) == 0, "nothing is free yet"

    services.cancel(booking=full, by=client_of(full))
    outbox.deliver_due()

    offered = SlotOffer.objects.get()
    assert (offered.place, offered.starts_at) == (first, full.starts_at)
    assert Notification.objects.get(kind="waiting").person == cleo
    taken = refused(lambda: book(one_slot, second.client, full.starts_at))
    assert taken.refusal == TimeRefusal.SLOT_TAKEN, "the time is held"
    booking = accept(offered)
    assert (booking.client, booking.starts_at, booking.state) == (cleo, full.starts_at, "PENDING")
    first.refresh_from_db()
    assert first.end == "booked"
    assert accept(offered) == booking, "a double click is one booking"
    assert integrity_findings(clock.now()) == []


def test_a_seat_that_becomes_free_in_a_full_group_is_offered(ada: User, cleo: User) -> None:
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


def test_priority_counts_more_than_waiting_time(full: Booking, one_slot: SessionType, cleo: User, alex: User) -> None:
    waits_for(cleo, one_slot)
    later = waits_for(make_person("Sam Lee"), one_slot)
    waiting_list.put_first(entry=later, by=alex)

    services.cancel(booking=full, by=client_of(full))
    outbox.deliver_due()

    assert SlotOffer.objects.get().place == later


@pytest.mark.parametrize("ending", ["declined", "expired"])
def test_a_declined_or_expired_offer_goes_to_the_next_client(
    full: Booking, one_slot: SessionType, cleo: User, ending: str
) -> None:
    entries = [waits_for(cleo, one_slot), waits_for(make_person("Sam Lee"), one_slot)]
    services.cancel(booking=full, by=client_of(full))
    outbox.deliver_due()
    offered = SlotOffer.objects.get()
    if ending == "declined":
        waiting_list.decline(offer=offered)
    else:
        past = clock.now() - timedelta(seconds=1)
        SlotOffer.objects.update(expires_at=past)
        waiting_list.expire_offers(clock.now())
        waiting_list.expire_offers(clock.now())

    offered.refresh_from_db()
    assert offered.state == ending
    assert refused(lambda: accept(offered)).refusal == TimeRefusal.HOLD_LOST
    assert SlotOffer.objects.get(state="open").place == entries[1]
    entries[0].refresh_from_db()
    assert entries[0].ended_at is None, "still on the list"
    waiting_list.leave(entry=entries[1])
    assert waiting_list.offer_free(clock.now()) == 0, "this time was offered to the first client already"


def test_newly_opened_hours_are_offered(one_slot: SessionType, cleo: User) -> None:
    entry = waits_for(cleo, one_slot)

    assert waiting_list.offer_free(clock.now()) == 1
    assert waiting_list.offer_free(clock.now()) == 0, "one offer at a time"
    assert entry.offers.count() == 1


def test_booking_without_an_offer_ends_the_entry(one_slot: SessionType, cleo: User) -> None:
    entry = waits_for(cleo, one_slot)
    book(one_slot, cleo)

    assert waiting_list.offer_free(clock.now()) == 0
    entry.refresh_from_db()
    assert entry.end == "booked"


def test_entries_end_after_their_last_day(one_slot: SessionType, cleo: User) -> None:
    entry = waits_for(cleo, one_slot, clock.now().date() - timedelta(days=2))

    waiting_list.offer_free(clock.now())

    entry.refresh_from_db()
    assert entry.end == "over"


def test_joining_twice_makes_one_entry_and_entries_are_limited(one_slot: SessionType, cleo: User) -> None:
    day = soon().date()
    assert waits_for(cleo, one_slot) == waits_for(cleo, one_slot)
    for number in range(1, waiting_list.MOST_PLACES):
        waits_for(cleo, one_slot, day + timedelta(days=number))

    assert refused(lambda: waits_for(cleo, one_slot, day + timedelta(days=99))).refusal == TimeRefusal.TOO_MANY_HOLDS


def test_a_released_hold_is_offered(one_slot: SessionType, cleo: User) -> None:
    seat = claims.hold(TimeRequest(one_slot, soon(), 60, Visitor("visitor:x", None, "somewhere")))
    waits_for(cleo, one_slot)
    assert waiting_list.offer_free(clock.now()) == 0

    claims.release(seat=seat)

    assert waiting_list.offer_free(clock.now()) == 1


def test_erasing_an_account_releases_the_time_held_for_it(one_slot: SessionType, cleo: User) -> None:
    from accounts.personal_data import erasure

    waits_for(cleo, one_slot)
    waiting_list.offer_free(clock.now())

    erasure.erase(user=cleo)

    assert not WaitingListEntry.objects.exists()
    assert not Seat.objects.filter(released_at__isnull=True).exists()


# Pages -----------------------------------------------------------------------------------------------------


def test_a_client_joins_the_list_and_books_an_offer_on_the_pages(
    full: Booking, one_slot: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    cleos = browser_of(cleo)
    args = ["ada-moreno", one_slot.pk]
    day = str(full.starts_at.date())
    assert "Join the waiting list" in visible_text(cleos.get(reverse("bookings:times", args=args)))
    page = reverse("bookings:wait", args=args)
    bad = cleos.post(page, {"first_day": day, "last_day": "2020-01-01", "after": "12:00", "before": "09:00"})
    assert bad.status_code == 422
    assert "This is before the first day." in visible_text(bad)

    cleos.post(page, {"first_day": day, "last_day": day, "notes": "Any time will do."})
    assert "You are on the waiting list." in visible_text(cleos.get("/waiting/"))
    services.cancel(booking=full, by=client_of(full))
    outbox.deliver_due()
    offered = SlotOffer.objects.get()
    assert "A time has opened up" in visible_text(cleos.get("/waiting/"))
    assert browser_of(make_person("Sam Lee")).get(offered.get_absolute_url()).status_code == 404
    assert "A time has opened up" in visible_text(cleos.get(offered.get_absolute_url()))

    cleos.post(offered.get_absolute_url())

    booking = Booking.objects.get(client=cleo)
    assert (booking.starts_at, booking.notes) == (full.starts_at, "Any time will do.")
    assert "You are booked" in visible_text(cleos.get(offered.get_absolute_url()))


def test_an_offer_says_what_cancelling_costs_before_it_is_accepted(
    one_slot: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    one_slot.tiers.create(hours=48, percent=0)
    one_slot.tiers.create(hours=0, percent=50)
    waits_for(cleo, one_slot)
    waiting_list.offer_free(clock.now())

    page = visible_text(browser_of(cleo).get(SlotOffer.objects.get().get_absolute_url()))

    assert "Nothing is charged now" in " ".join(page.split())
    assert "Cancelling later costs 50%." in page


def test_a_client_declines_an_offer_and_leaves_the_list_on_the_pages(
    one_slot: SessionType, cleo: User, browser_of: Callable[[User | None], Client]
) -> None:
    cleos = browser_of(cleo)
    entry = waits_for(cleo, one_slot)
    waiting_list.offer_free(clock.now())
    offered = SlotOffer.objects.get()

    cleos.post(offered.get_absolute_url(), {"act": "decline"})
    assert "This offer has ended" in visible_text(cleos.get(offered.get_absolute_url()))
    cleos.post(reverse("bookings:leave", args=[entry.pk]))

    assert "You are not on a waiting list" in visible_text(cleos.get("/waiting/"))


def test_joining_the_list_requires_signing_in(one_slot: SessionType, client: Client) -> None:
    SessionType.objects.update(category="FREE")
    answer = client.get(reverse("bookings:wait", args=["ada-moreno", one_slot.pk]))

    assert (answer.status_code, "/account/login/" in answer["Location"]) == (302, True)


def test_two_entries_of_one_client_get_one_seat_in_a_group(ada: User, cleo: User) -> None:
    """Two entries of one client were once offered two seats of the same group."""
    shop(ada)
    group = offer(ada, title="Clinic", seats=3, auto_confirm=True)
    hour: dict[str, Any] = {"from_minute": 9 * 60, "timezone": "Europe/London"}
    waits_for(cleo, group, **hour, to_minute=9 * 60 + 1)
    waits_for(cleo, group, **hour, to_minute=9 * 60 + 2)

    waiting_list.offer_free(clock.now())

    offered = SlotOffer.objects.get()
    assert refused(lambda: book(group, cleo, offered.starts_at)).sentence == "You already have a seat in this group."
    accept(offered)
    assert waiting_list.offer_free(clock.now()) == 0


@pytest.mark.parametrize("count", [1, 8])
def test_offering_has_the_same_query_count_for_few_and_many_entries(
    full: Booking, one_slot: SessionType, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        waits_for(make_person(f"Client {number}"), one_slot)
    now = clock.now()

    with django_assert_num_queries(5):
        waiting_list.offer_free(now)
