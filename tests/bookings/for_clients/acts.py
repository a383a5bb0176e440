"""How a builder books for clients, in as few words as tests need."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from bookings.agreement.requests import BookingRequest, Contact
from bookings.for_clients import services as for_clients
from bookings.models import Booking
from coaching.models import SessionType
from tests.bookings.cast import booking_request
from tests.scheduling.cast import soon

NEW = Contact("Nora New", "nora@new.test")


def at_night() -> datetime:
    """Returns a time outside the hours, which are nine to five."""
    return soon(3)


def invite(hour: SessionType, start: datetime | None = None, contact: Contact = NEW, **fields: Any) -> Booking:
    return set_up(hour, start or at_night(), contact=contact, asks=True, **fields)


def set_up(
    hour: SessionType, start: datetime, *, client: User | None = None, contact: Contact | None = None, asks: bool,
    **fields: Any,
) -> Booking:  # fmt: skip
    builder = hour.builder
    choice = for_clients.client_choice(builder, client=client, contact=contact)
    session: BookingRequest = booking_request(hour, start, guest=choice.contact, **fields)
    priced = for_clients.priced_for(session, choice, asks=asks)
    return for_clients.book(priced=priced, builder=builder, asks=asks)
