"""Bookings that are made, moved and cancelled on Calendly follow here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import BuilderProfile, Notification, User
from bookings.agreement import services as agreement
from bookings.agreement.rules import why_blocked
from bookings.agreement.signed_links import page_of
from bookings.calendly import outgoing
from bookings.meetings.rules import is_link_missing, link_for
from bookings.models import Booking, CalendlyInvitee, Guest
from bookings.states import Side
from coaching.models import SessionType
from core import clock
from core.models import OutboxMessage
from core.registry import integrity_findings
from sandbox.calendly.sample import question
from sandbox.calendly.state import moment
from scheduling.models import Reservation
from tests.bookings.calendly.cast import Shop, open_shop
from tests.bookings.cast import book, builder_of
from tests.calendly import CalendlyServer, at
from tests.scheduling.cast import open_hours, rates

pytestmark = pytest.mark.django_db


def only() -> Booking:
    return Booking.objects.complete().select_related("seat__reservation").get()


def faults() -> list[str]:
    return [finding.what for finding in integrity_findings(clock.now())]


def test_a_booking_of_a_stranger_is_one_of_a_guest(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at(), name="Jo Doe", email="Jo@Example.com")
    shop.take_over(invitee)
    booking = only()
    assert (booking.state, booking.source, booking.client) == ("CONFIRMED", "calendly", None)
    assert booking.guest is not None
    assert (booking.guest.name, booking.guest.email, booking.guest.proven_at) == ("Jo Doe", "jo@example.com", None)
    assert (booking.starts_at, booking.minutes, booking.timezone) == (at(), 30, "Europe/London")
    assert booking.calendly_event_uri == invitee["event"]
    assert booking.calendly_cancel_url == invitee["cancel_url"]
    assert not User.objects.filter(email="jo@example.com").exists()
    assert faults() == []


def test_a_client_is_known_by_their_address(shop: Shop, cleo: User) -> None:
    shop.take_over(shop.calendly.book(shop.event_type, at(), email=cleo.email.upper()))
    assert only().client == cleo
    assert Guest.objects.count() == 0


def test_answers_tracking_and_payment_are_kept(calendly: CalendlyServer, ada: User) -> None:
    shop = open_shop(calendly, ada, custom_questions=[question("Company", "string", 0)])
    shop.take_over(calendly.book(
        shop.event_type, at(), tracking={"utm_source": "mail"},
        questions_and_answers=[
            {"question": "Company", "answer": "ACME", "position": 0}, {"question": "Old one", "answer": "Yes", "position": 1},
        ],
        payment={"external_id": "ch_1", "provider": "stripe", "amount": 20.5, "currency": "EUR", "terms": None, "successful": True},
    ))  # fmt: skip
    row = CalendlyInvitee.objects.get()
    assert [(answer.label, answer.value) for answer in only().answers.all()] == [("Company", "ACME")]
    assert row.answers == [["Old one", "Yes"]]
    assert row.tracking == {"utm_source": "mail"}
    assert (row.payment["amount"], row.payment["currency"]) == (20.5, "EUR")


def test_the_same_invitee_twice_is_one_booking(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at())
    shop.take_over(invitee)
    shop.take_over(invitee)
    assert (Booking.objects.count(), only().version, only().events.count()) == (1, 1, 1)


def test_a_cancellation_there_is_one_here(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at())
    shop.take_over(invitee)
    shop.calendly.state.cancel(invitee, reason="Ill")
    shop.take_over(invitee)
    booking = only()
    assert (booking.state, booking.cancelled_by, booking.cancel_reason) == ("CANCELLED", "client", "Ill")
    assert booking.seat.reservation.released_at is not None


def test_a_cancellation_by_the_host_is_the_builders(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at())
    shop.take_over(invitee)
    shop.calendly.state.cancel(invitee, by="host")
    shop.take_over(invitee)
    assert only().cancelled_by == "builder"


@pytest.mark.parametrize("is_created_first", [False, True])
def test_either_half_of_a_move_moves_the_booking(shop: Shop, is_created_first: bool) -> None:
    old = shop.calendly.book(shop.event_type, at())
    shop.take_over(old)
    reference = only().reference
    new = shop.calendly.state.reschedule(old, at(5, 14))
    for invitee in (new, old) if is_created_first else (old, new):
        shop.take_over(invitee)
    booking = only()
    assert (booking.reference, booking.state, booking.starts_at) == (reference, "CONFIRMED", at(5, 14))
    assert (booking.previous_start, booking.calendly_event_uri) == (at(), new["event"])
    assert booking.events.count() == 2
    assert faults() == []


def test_two_moves_that_nobody_told_us_about_are_followed(shop: Shop) -> None:
    first = shop.calendly.book(shop.event_type, at())
    shop.take_over(first)
    second = shop.calendly.state.reschedule(first, at(5))
    third = shop.calendly.state.reschedule(second, at(6))
    shop.take_over(third)
    assert only().starts_at == at(6)
    assert CalendlyInvitee.objects.filter(is_current=True).get().uri == third["uri"]


def test_a_booking_that_is_cancelled_before_we_hear_of_it_is_never_made(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at())
    shop.calendly.state.cancel(invitee)
    assert shop.take_over(invitee) is None
    assert Booking.objects.count() == 0


def test_an_overlap_is_kept_and_the_builder_is_told_once(shop: Shop, ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada)
    session_type = SessionType.objects.get()
    ours = book(session_type, cleo, at())
    invitee = shop.calendly.book(shop.event_type, at())
    booking = shop.take_over(invitee)
    shop.take_over(invitee)
    assert booking is not None
    assert (booking.has_conflict, booking.seat.reservation.kind) == (True, "EXTERNAL")
    assert Notification.objects.filter(person=ada, title__startswith="You are double-booked").count() == 1
    assert faults() == [f"{booking.reference} was booked on Calendly at a time that was taken"]
    agreement.cancel(booking=ours, by=builder_of(ours))
    shop.poll()
    booking.refresh_from_db()
    assert not booking.has_conflict
    assert Reservation.objects.get(seats=booking.seat).kind == "BOOKED"
    assert faults() == []


def test_a_group_shares_one_reservation(calendly: CalendlyServer, ada: User) -> None:
    shop = open_shop(calendly, ada, seats=5)
    for number in range(3):
        shop.take_over(calendly.book(shop.event_type, at(), email=f"jo{number}@example.com"))
    reservation = Reservation.objects.get(kind="BOOKED")
    assert (reservation.capacity, reservation.seats.count(), Booking.objects.count()) == (5, 3, 3)
    assert faults() == []


def test_a_no_show_is_taken_over_and_taken_back(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at())
    shop.take_over(invitee)
    begun = clock.now() - timedelta(minutes=20)
    booking = only()
    Reservation.objects.update(during=(begun, begun + timedelta(minutes=30)))
    Booking.objects.update(starts_at=begun, ends_at=begun + timedelta(minutes=30))
    event = shop.calendly.state.events[invitee["event"]]
    event.update(start_time=begun.isoformat(), end_time=(begun + timedelta(minutes=30)).isoformat())
    mark = shop.calendly.state.mark_no_show(invitee)
    shop.take_over(invitee)
    booking.refresh_from_db()
    assert (booking.state, booking.no_show_by) == ("IN_PROGRESS", "client")
    shop.calendly.state.clear_no_show(mark["uri"])
    shop.take_over(invitee)
    booking.refresh_from_db()
    assert booking.no_show_by == ""


def test_a_join_link_that_comes_later_is_taken_over_by_the_poll(calendly: CalendlyServer, ada: User) -> None:
    shop = open_shop(calendly, ada, locations=[{"kind": "zoom_conference"}])
    shop.take_over(calendly.book(shop.event_type, at()))
    assert only().meeting_url == ""
    calendly.state.pushes_after = timedelta(0)
    shop.poll()
    assert only().meeting_url.startswith("https://meet.example/")


@pytest.mark.parametrize(
    ("locations", "link"),
    [
        ([{"kind": "zoom_conference"}], ""),
        ([{"kind": "outbound_call"}], ""),
        ([], "https://meet.example.com/ada"),
    ],
)
def test_the_standing_link_applies_only_where_calendly_arranges_nothing(
    calendly: CalendlyServer, ada: User, locations: list[dict[str, str]], link: str
) -> None:
    """A client who saves Ada's own link a moment before the link of Zoom is known would wait there alone."""
    BuilderProfile.objects.filter(user=ada).update(meeting_url="https://meet.example.com/ada")
    shop = open_shop(calendly, ada, locations=locations)
    shop.take_over(calendly.book(shop.event_type, at()))
    booking = only()
    assert link_for(booking, {Side.CLIENT}) == link
    page = Client().get(page_of(booking, "booked")).text
    assert ("Calendly’s invitation says how you meet" in page) == (not link)
    assert not is_link_missing(booking)


def test_a_join_link_is_looked_for_half_a_minute_later(calendly: CalendlyServer, ada: User) -> None:
    shop = open_shop(calendly, ada, locations=[{"kind": "zoom_conference"}])
    shop.take_over(calendly.book(shop.event_type, at()))
    message = OutboxMessage.objects.get(channel=outgoing.CHANNEL)
    assert timedelta(seconds=20) < message.due_at - clock.now() <= timedelta(seconds=30)
    calendly.state.pushes_after = timedelta(0)
    outgoing.deliver(message)
    assert only().meeting_url.startswith("https://meet.example/")


def test_the_poll_finds_what_no_webhook_told(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at())
    shop.poll()
    assert only().starts_at == at()
    shop.calendly.state.cancel(invitee)
    shop.poll()
    assert only().state == "CANCELLED"


def test_a_poll_without_news_asks_for_the_list_only(shop: Shop) -> None:
    shop.calendly.book(shop.event_type, at())
    shop.poll()
    shop.calendly.state.requests.clear()
    shop.poll()
    assert shop.calendly.state.requests == ["GET scheduled_events"]


def test_a_booking_takes_its_time_once(shop: Shop) -> None:
    shop.calendly.book(shop.event_type, at())
    shop.poll()
    shop.poll()
    live = Reservation.objects.filter(released_at__isnull=True)
    assert [row.kind for row in live.filter(during__contains=at())] == ["BOOKED"]


def test_busy_times_of_other_calendars_take_time(shop: Shop, ada: User) -> None:
    shop.calendly.state.busy[shop.calendly.ada["uri"]] = [(at(2, 12), at(2, 13)), (at(20, 9), at(20, 17))]
    shop.poll()
    busy = Reservation.objects.filter(builder=ada, kind="EXTERNAL", released_at__isnull=True).order_by("during")
    assert [(row.during.lower, row.during.upper) for row in busy] == [(at(2, 12), at(2, 13)), (at(20, 9), at(20, 17))]


def test_a_cancellation_here_reaches_calendly_once(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at())
    shop.take_over(invitee)
    agreement.cancel(booking=only(), by=builder_of(only()), reason="Away")
    message = OutboxMessage.objects.get(channel=outgoing.CHANNEL)
    outgoing.deliver(message)
    outgoing.deliver(message)
    event = shop.calendly.state.events[invitee["event"]]
    assert (event["status"], event["cancellation"]["reason"]) == ("canceled", "Away")
    assert len([line for line in shop.calendly.state.requests if "cancellation" in line]) == 1


def test_one_of_a_group_is_cancelled_there_by_its_builder(calendly: CalendlyServer, ada: User) -> None:
    shop = open_shop(calendly, ada, seats=5)
    mine, other = (calendly.book(shop.event_type, at(), email=f"jo{number}@example.com") for number in range(2))
    booking = shop.take_over(mine)
    shop.take_over(other)
    assert booking is not None
    agreement.cancel(booking=booking, by=builder_of(booking))
    outgoing.deliver(OutboxMessage.objects.get(channel=outgoing.CHANNEL))
    assert other["status"] == "active"
    assert Notification.objects.filter(person=ada, title__contains="has to be cancelled on Calendly too").count() == 1


def test_it_is_moved_on_calendly_only(shop: Shop) -> None:
    shop.take_over(shop.calendly.book(shop.event_type, at()))
    assert why_blocked(only(), "reschedule", "builder", clock.now()) is not None


def test_times_are_parsed_as_calendly_writes_them(shop: Shop) -> None:
    invitee = shop.calendly.book(shop.event_type, at(3, 15, 30))
    shop.take_over(invitee)
    assert only().starts_at == moment(shop.calendly.state.events[invitee["event"]]["start_time"])
