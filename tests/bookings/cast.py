"""Functions that make bookings for tests, through the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.requests import BookingRequest, Contact, check
from bookings.agreement.transitions import Actor
from bookings.models import Booking, BookingEvent, WaitingListEntry
from bookings.states import Side
from bookings.waiting_list import services as waiting_list
from coaching.models import SessionType
from scheduling.claims import Visitor
from tests.scheduling.cast import free_session, offer, open_hours, rates, soon

GWEN = Contact("Gwen Guest", "gwen@guests.test")


def person_visitor(person: User) -> Visitor:
    return Visitor(f"person:{person.pk}", person)


def stranger(name: str = "gwen") -> Visitor:
    return Visitor(f"visitor:{name}", None, f"address of {name}")


def booking_request(session_type: SessionType, start: datetime | None = None, **fields: Any) -> BookingRequest:
    fields = {"minutes": session_type.default_minutes, "timezone": "Europe/London", **fields}
    return BookingRequest(session_type=_complete(session_type), start=start or soon(), **fields)


def book(session_type: SessionType, person: User, start: datetime | None = None, **fields: Any) -> Booking:
    """Books as a client; the booking is confirmed at once if the session type confirms automatically."""
    visitor = person_visitor(person)
    return services.request(priced=check(booking_request(session_type, start, **fields), visitor))


def book_as_guest(session_type: SessionType, start: datetime | None = None, **fields: Any) -> Booking:
    guest = fields.pop("guest", GWEN)
    visitor = stranger(guest.email)
    asked = booking_request(session_type, start, guest=guest, **fields)
    return services.request(priced=check(asked, visitor))


def confirmed(session_type: SessionType, person: User, start: datetime | None = None, **fields: Any) -> Booking:
    booking = book(session_type, person, start, **fields)
    return services.confirm(booking=booking, by=builder_of(booking))


def finished(hour: SessionType, cleo: User, start: Any = None) -> Booking:
    booking = confirmed(hour, cleo, start)
    return services.complete(booking=services.start(booking=booking, by=builder_of(booking)), by=builder_of(booking))


def builder_of(booking: Booking) -> Actor:
    return Actor(Side.BUILDER, booking.builder)


def client_of(booking: Booking) -> Actor:
    return Actor(Side.CLIENT, booking.client)


def latest(booking: Booking) -> BookingEvent:
    """Returns the last event of the booking."""
    event = booking.events.last()
    assert event is not None
    return event


def state_of(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).state


def shop(builder: User, **hours: Any) -> SessionType:
    """Gives the builder opening hours and rates, and returns a session type of an hour that they confirm."""
    rates(builder)
    open_hours(builder, **hours)
    return offer(builder)


def free_shop(builder: User, **fields: Any) -> SessionType:
    rates(builder)
    open_hours(builder)
    return free_session(builder, auto_confirm=True, **fields)


def _complete(session_type: SessionType) -> SessionType:
    return SessionType.objects.complete().select_related("builder__builder_profile").get(pk=session_type.pk)


class Rollback(Exception):
    """Raised to roll back what was done in `forgotten()`."""


@contextmanager
def forgotten() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Rollback
    except Rollback:
        pass


def waits_for(client: User, session_type: SessionType, day: date | None = None, **fields: Any) -> WaitingListEntry:
    first = day or soon().date()
    defaults = {"minutes": session_type.default_minutes, "timezone": "Europe/London", "last_day": first}
    return waiting_list.join(
        entry=WaitingListEntry(client=client, session_type=session_type, first_day=first, **defaults | fields)
    )
