"""The list of events, read every ten minutes, finds what no webhook has told."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from bookings.agreement import services as agreement
from bookings.calendly.services import LOOKS
from bookings.models import Booking, CalendlyInvitee
from connections.oauth.services import mark_broken
from core import clock, outbox
from sandbox.calendly.state import moment
from scheduling.calendly.services import disconnect
from scheduling.models import Reservation
from tests.bookings.calendly.cast import Shop
from tests.bookings.cast import builder_of
from tests.calendly import at
from tests.scheduling.calendly import connect, sync

pytestmark = pytest.mark.django_db
HALF_AN_HOUR = timedelta(minutes=30)


def begin(shop: Shop, invitee: dict[str, Any], ago: timedelta) -> None:
    """Moves the session, there and here, so that it began this long ago."""
    start = clock.now() - ago
    Reservation.objects.update(during=(start, start + HALF_AN_HOUR))
    Booking.objects.update(starts_at=start, ends_at=start + HALF_AN_HOUR)
    event = shop.calendly.state.events[invitee["event"]]
    event.update(start_time=start.isoformat(), end_time=(start + HALF_AN_HOUR).isoformat())


def booked(shop: Shop) -> dict[str, Any]:
    invitee = shop.calendly.book(shop.event_type, at())
    shop.poll()
    return invitee


def confirmed() -> list[Booking]:
    return list(Booking.objects.select_related("guest").filter(state="CONFIRMED"))


def test_a_no_show_is_found_by_the_poll_and_its_end_too(shop: Shop) -> None:
    invitee = booked(shop)
    begin(shop, invitee, timedelta(minutes=40))
    shop.poll()
    mark = shop.calendly.state.mark_no_show(invitee)
    begin(shop, invitee, timedelta(minutes=70))
    shop.poll()
    assert Booking.objects.get().no_show_by == "client"

    shop.calendly.state.clear_no_show(mark["uri"])
    begin(shop, invitee, timedelta(minutes=130))
    shop.poll()

    assert Booking.objects.get().no_show_by == ""


def test_events_that_have_begun_are_read_a_few_times_only(shop: Shop) -> None:
    invitee = booked(shop)
    begin(shop, invitee, timedelta(minutes=40))
    shop.poll()
    shop.calendly.state.requests.clear()
    shop.poll()
    assert shop.calendly.state.requests == ["GET scheduled_events"]
    assert len(LOOKS) <= 12


def test_a_move_that_no_webhook_told_is_found(shop: Shop) -> None:
    invitee = booked(shop)
    reference = Booking.objects.get().reference
    new = shop.calendly.state.reschedule(invitee, at(5, 14))
    shop.poll()
    booking = Booking.objects.get()
    assert (booking.reference, booking.starts_at, booking.calendly_event_uri) == (reference, at(5, 14), new["event"])
    assert CalendlyInvitee.objects.get(is_current=True).uri == new["uri"]


def test_a_booking_that_was_made_and_moved_before_we_looked_is_one(shop: Shop) -> None:
    shop.calendly.state.reschedule(shop.calendly.book(shop.event_type, at()), at(5, 14))
    shop.poll()
    assert Booking.objects.get().starts_at == at(5, 14)


@pytest.mark.parametrize("is_disconnected", [True, False])
def test_what_was_cancelled_here_meanwhile_is_cancelled_there_after_connecting_again(
    shop: Shop, ada: User, is_disconnected: bool
) -> None:
    invitee = booked(shop)
    if is_disconnected:
        disconnect(account=shop.account, keeps_open=True, by=ada)
    else:
        mark_broken(account=shop.account)
    booking = Booking.objects.complete().get()
    agreement.cancel(booking=booking, by=builder_of(booking), reason="Away")
    outbox.deliver_due()
    assert invitee["status"] == "active"

    shop.account = connect(ada)
    sync(shop.account)
    shop.poll()
    outbox.deliver_due()

    assert (invitee["status"], Booking.objects.get().state) == ("canceled", "CANCELLED")


def test_what_happened_there_meanwhile_follows_after_connecting_again(shop: Shop, ada: User) -> None:
    moved, gone = booked(shop), shop.calendly.book(shop.event_type, at(4), email="other@example.com")
    shop.poll()
    disconnect(account=shop.account, keeps_open=True, by=ada)
    shop.calendly.state.reschedule(moved, at(5, 14))
    shop.calendly.state.cancel(gone)
    shop.calendly.book(shop.event_type, at(6), email="third@example.com")

    shop.account = connect(ada)
    sync(shop.account)
    shop.poll()

    states = {(booking.starts_at, booking.state) for booking in Booking.objects.all()}
    assert states == {(at(5, 14), "CONFIRMED"), (at(4), "CANCELLED"), (at(6), "CONFIRMED")}


@pytest.mark.parametrize("seed", range(3))
def test_after_any_history_both_sides_have_the_same_sessions(shop: Shop, seed: int) -> None:
    """Sessions are made, moved and cancelled on Calendly and cancelled here, while most webhooks get lost."""
    chance = random.Random(seed)
    state = shop.calendly.state
    state.limit = 100_000
    free = [at(day, hour) for day in range(2, 12) for hour in (9, 11, 13)]
    chance.shuffle(free)
    for number in range(25):
        active = [invitee for invitee in state.invitees.values() if invitee["status"] == "active"]
        here = list(Booking.objects.complete().filter(state="CONFIRMED"))
        act = chance.choice(("book", "book", "move", "cancel", "cancel here"))
        if act == "book":
            shop.calendly.book(shop.event_type, free.pop(), email=f"jo{number}@example.com")
        elif act == "move" and active:
            state.reschedule(chance.choice(active), free.pop())
        elif act == "cancel" and active:
            state.cancel(chance.choice(active))
        elif act == "cancel here" and here:
            booking = chance.choice(here)
            agreement.cancel(booking=booking, by=builder_of(booking))
        if chance.random() < 0.3:
            for invitee in list(state.invitees.values())[-1:]:
                shop.take_over(invitee)
        if chance.random() < 0.2:
            outbox.deliver_due()

    shop.poll()
    outbox.deliver_due()
    shop.poll()

    there = {
        (invitee["email"], moment(state.events[invitee["event"]]["start_time"]))
        for invitee in state.invitees.values()
        if invitee["status"] == "active"
    }
    assert {(booking.guest.email, booking.starts_at) for booking in confirmed() if booking.guest} == there


@pytest.mark.parametrize(
    "garbage",
    [
        {"email": "no address"},
        {"email": f"{'x' * 300}@example.com"},
        {"created_at": "yesterday"},
        {"uri": "https://api.calendly.com/scheduled_events/a/invitees/b c"},
        {"event": "https://api.calendly.com/scheduled_events/\x00"},
    ],
)
def test_one_event_that_is_garbage_holds_up_no_other(shop: Shop, garbage: dict[str, Any]) -> None:
    shop.calendly.book(shop.event_type, at(3)).update(garbage)
    shop.calendly.book(shop.event_type, at(4))
    shop.poll()
    assert [booking.starts_at for booking in Booking.objects.all()] == [at(4)]


def test_what_an_invitee_writes_is_stored_and_shown_as_text(shop: Shop) -> None:
    """Markup, forbidden characters and numbers that no JSON has, where Calendly passes on what people type."""
    invitee = shop.calendly.book(
        shop.event_type, at(), name="<script>alert(1)</script>\x00\ud800 Jo",
        tracking={"utm_source": "\ud800", "utm_campaign": "spring", "more\x00": "x"},
        questions_and_answers=[{"question": "<b>\x00", "answer": "\ud800<i>", "position": 0}],
        payment={"external_id": "ch\x00", "provider": "stripe", "amount": float("nan"), "currency": "EUR"},
    )  # fmt: skip
    shop.calendly.state.events[invitee["event"]]["location"] = {"type": "custom", "location": "javascript:alert(1)"}
    shop.poll()
    booking = Booking.objects.select_related("guest").get()
    row = CalendlyInvitee.objects.get()
    assert booking.guest is not None
    assert "\x00" not in booking.guest.name
    assert booking.meeting_url == ""
    assert (row.tracking, row.payment) == ({"utm_campaign": "spring"}, {"provider": "stripe", "currency": "EUR"})
    assert row.answers == [["<b>", "<i>"]]
