"""What staff do with a booking: each role of staff may do it, nobody else, and nobody who acts as somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from bookings.agreement import services
from bookings.disputes import no_shows
from bookings.disputes import services as disputes
from bookings.models import Booking, BookingEvent
from coaching.models import SessionType
from core.models import OutboxMessage
from operations.bookings.acts import BOOKING_ACTS
from operations.models import StaffNote
from tests.bookings.cast import book, builder_of, client_of, confirmed, shop
from tests.cast import make_builder_person
from tests.operations.cast import act_as
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
NOTE = "note"
ACTS = (*BOOKING_ACTS, NOTE)
MAY = ("support", "admin")
MAY_NOT = ("its client", "its builder", "another builder", "a visitor", "support as the client")


def requested(session_type: SessionType, client: User) -> Booking:
    return book(session_type, client, soon(10))


def agreed(session_type: SessionType, client: User) -> Booking:
    return confirmed(session_type, client, soon(10))


def disputed(session_type: SessionType, client: User) -> Booking:
    booking = agreed(session_type, client)
    services.start(booking=booking, by=builder_of(booking))
    services.complete(booking=booking, by=builder_of(booking))
    return disputes.open_(booking=booking, by=client_of(booking), reason="Nobody came.")


def contested(session_type: SessionType, client: User) -> Booking:
    booking = agreed(session_type, client)
    services.start(booking=booking, by=builder_of(booking))
    services.complete(booking=booking, by=builder_of(booking))
    no_shows.say(booking=booking, by=builder_of(booking))
    return no_shows.contest(booking=booking, by=client_of(booking), reason="I was there.")


BEFORE: dict[str, Callable[[SessionType, User], Booking]] = {
    "confirm": requested, "settle": disputed, "uphold": contested, "excuse": contested,
}  # fmt: skip


def answers_for(act: str, booking: Booking) -> dict[str, str]:
    """Returns a form of the act, filled in."""
    later = timezone.localtime(soon(14), ZoneInfo(booking.builder.timezone))
    answers = {
        "move": {"day": later.date().isoformat(), "time": f"{later:%H:%M}"},
        "settle": {"outcome": "COMPLETED"},
        "contact": {"side": "builder", "text": "Could you look at the link?"},
        NOTE: {"text": "Asked Ada."},
    }
    return {"reason": "They asked for it."} | answers.get(act, {})


def facts_of(booking: Booking) -> tuple[Any, ...]:
    """Returns what any act leaves behind."""
    booking.refresh_from_db()
    events = BookingEvent.objects.filter(booking=booking).count()
    notes = StaffNote.objects.filter(booking=booking).count()
    return booking.state, booking.starts_at, booking.no_show_by, events, notes, OutboxMessage.objects.count()


@pytest.fixture
def browsers(
    suri: User, alex: User, cleo: User, ada: User, confirmed: Callable[[User], Client]
) -> Callable[[str], Client]:
    """Returns a function that opens the browser of one of the roles."""
    people = {
        "support": lambda: suri, "admin": lambda: alex, "its client": lambda: cleo, "its builder": lambda: ada,
        "another builder": lambda: make_builder_person("Bert Okafor"),
    }  # fmt: skip

    def open_browser(role: str) -> Client:
        if role == "a visitor":
            return Client()
        if role == "support as the client":
            return act_as(confirmed(suri), cleo)
        return confirmed(people[role]())

    return open_browser


def send(browser: Client, booking: Booking, act: str) -> Any:
    page = f"/operations/bookings/{booking.reference}/"
    address = f"{page}note/" if act == NOTE else f"{page}do/{act}/"
    return browser.post(address, answers_for(act, booking))


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", MAY)
def test_each_role_of_staff_may(role: str, act: str, browsers: Callable[[str], Client], cleo: User, ada: User) -> None:
    booking = BEFORE.get(act, agreed)(shop(ada), cleo)
    before = facts_of(booking)

    answer = send(browsers(role), booking, act)

    assert answer.status_code == 302
    assert facts_of(booking) != before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", MAY_NOT)
def test_nobody_else_may(role: str, act: str, browsers: Callable[[str], Client], cleo: User, ada: User) -> None:
    booking = BEFORE.get(act, agreed)(shop(ada), cleo)
    browser = browsers(role)
    before = facts_of(booking)

    answer = send(browser, booking, act)

    if role == "a visitor":
        assert answer["Location"].startswith("/account/login/")
    else:
        assert answer.status_code == 403
    assert facts_of(booking) == before


@pytest.mark.parametrize("role", MAY)
def test_staff_cannot_do_what_the_state_does_not_allow(
    role: str, browsers: Callable[[str], Client], cleo: User, ada: User
) -> None:
    booking = agreed(shop(ada), cleo)
    browser = browsers(role)
    before = facts_of(booking)

    for act in ("confirm", "settle", "uphold", "excuse", "nothing"):
        assert send(browser, booking, act).status_code == (404 if act == "nothing" else 302)

    assert facts_of(booking) == before
