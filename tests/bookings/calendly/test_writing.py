"""Sessions that are booked here are written to Calendly, where the builder wants that."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from accounts.models import Notification, User
from bookings.agreement import services as agreement
from bookings.calendly import outgoing
from bookings.models import Booking, CalendlyInvitee
from coaching.models import SessionType
from connections.calendly.models import CalendlyAccount
from core.models import OutboxMessage
from core.service_calls import ServiceDown
from tests.bookings.calendly.cast import Shop, open_shop
from tests.bookings.cast import book, builder_of
from tests.calendly import CalendlyServer, at
from tests.scheduling.cast import open_hours, rates

pytestmark = pytest.mark.django_db


@pytest.fixture
def writing(shop: Shop, ada: User) -> Shop:
    """Returns the shop, with Ada's hours here, and her wish to have her sessions on Calendly."""
    rates(ada)
    open_hours(ada)
    CalendlyAccount.objects.update(writes_bookings=True)
    return shop


def booked(cleo: User, hour: int = 10) -> Booking:
    return book(SessionType.objects.get(), cleo, at(3, hour))


def deliver(booking: Booking) -> None:
    """Delivers the newest message about the booking."""
    outgoing.deliver(OutboxMessage.objects.filter(channel=outgoing.CHANNEL, recipient=str(booking.pk)).latest("id"))


def test_a_session_that_is_booked_here_is_on_calendly(writing: Shop, cleo: User) -> None:
    booking = booked(cleo)
    deliver(booking)
    invitee = next(iter(writing.calendly.state.invitees.values()))
    assert (invitee["email"], invitee["name"]) == (cleo.email, cleo.display_name)
    assert writing.calendly.state.events[invitee["event"]]["start_time"].startswith(f"{at():%Y-%m-%dT%H:%M}")
    booking.refresh_from_db()
    assert booking.calendly_event_uri == invitee["event"]
    writing.poll()
    assert Booking.objects.count() == 1


def test_twice_is_once(writing: Shop, cleo: User) -> None:
    booking = booked(cleo)
    deliver(booking)
    deliver(booking)
    assert len(writing.calendly.state.invitees) == 1


@pytest.mark.slow
def test_an_answer_that_is_lost_is_looked_for_before_the_next_try(writing: Shop, cleo: User) -> None:
    booking = booked(cleo)
    writing.calendly.service.slow_seconds = 12
    state = writing.calendly.state
    state.fail("lost", after=2, times=1)
    with pytest.raises(ServiceDown):
        deliver(booking)
    assert len(state.invitees) == 1
    cache.clear()
    deliver(booking)
    assert len(state.invitees) == CalendlyInvitee.objects.count() == 1


def test_a_webhook_that_is_faster_than_the_answer_makes_no_second_booking(writing: Shop, cleo: User) -> None:
    booking = booked(cleo)
    body = outgoing._body(Booking.objects.complete().prefetch_related("answers").get(), writing.client)
    invitee = writing.client.book(body)
    writing.take_over(next(iter(writing.calendly.state.invitees.values())))
    deliver(booking)
    assert Booking.objects.count() == CalendlyInvitee.objects.count() == 1
    assert CalendlyInvitee.objects.get().uri == invitee.uri


def test_cancelling_here_cancels_there(writing: Shop, cleo: User) -> None:
    booking = booked(cleo)
    deliver(booking)
    booking.refresh_from_db()
    agreement.cancel(booking=booking, by=builder_of(booking))
    deliver(booking)
    assert {row["status"] for row in writing.calendly.state.invitees.values()} == {"canceled"}


def test_moving_here_moves_it_there(writing: Shop, cleo: User) -> None:
    booking = booked(cleo)
    deliver(booking)
    booking.refresh_from_db()
    agreement.reschedule(booking=booking, start=at(4), by=builder_of(booking))
    deliver(booking)
    rows = list(writing.calendly.state.invitees.values())
    assert [row["status"] for row in rows] == ["canceled", "active"]
    writing.poll()
    for row in rows:
        writing.take_over(row)
    booking.refresh_from_db()
    assert (booking.state, booking.starts_at, Booking.objects.count()) == ("CONFIRMED", at(4), 1)


def test_cancelling_there_cancels_here(writing: Shop, cleo: User) -> None:
    booking = booked(cleo)
    deliver(booking)
    invitee = next(iter(writing.calendly.state.invitees.values()))
    writing.calendly.state.cancel(invitee)
    writing.poll()
    booking.refresh_from_db()
    assert booking.state == "CANCELLED"


def test_a_time_that_is_taken_there_is_told_to_the_builder_once(writing: Shop, ada: User, cleo: User) -> None:
    booking = booked(cleo)
    writing.calendly.book(writing.event_type, at())
    deliver(booking)
    deliver(booking)
    assert Notification.objects.filter(person=ada, title__endswith="is not on Calendly").count() == 1


def test_without_the_wish_nothing_is_written(writing: Shop, cleo: User) -> None:
    CalendlyAccount.objects.update(writes_bookings=False)
    deliver(booked(cleo))
    assert writing.calendly.state.invitees == {}


def test_a_place_that_has_to_be_named_is_named(calendly: CalendlyServer, ada: User, cleo: User) -> None:
    shop = open_shop(calendly, ada, locations=[{"kind": "physical", "location": "Oranienstraße 12"}])
    rates(ada)
    open_hours(ada)
    CalendlyAccount.objects.update(writes_bookings=True)
    booking = book(SessionType.objects.get(), cleo, at(), is_remote=False)
    deliver(booking)
    assert len(shop.calendly.state.invitees) == 1
