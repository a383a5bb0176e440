"""Guests who want every half hour that a builder has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from bookings.agreement import services
from bookings.agreement.requests import Contact, check
from bookings.models import Booking
from coaching.models import SessionType
from core.errors import Refused
from scheduling.claims import Visitor
from tests.bookings.cast import booking_request
from tests.scheduling.cast import soon

HOURS = [(weekday, 9 * 60, 12 * 60) for weekday in range(7)]  # three hours a day: 42 in fourteen days


def book_as_new_guest(session_type: SessionType, start: Any, network: str = "") -> Booking:
    """Books as a guest with a new address, from a network of its own unless one is named."""
    name = uuid4().hex
    visitor = Visitor(f"visitor:{name}", None, network or name)
    new_request = booking_request(session_type, start, guest=Contact("Gwen Guest", f"{name}@guests.test"))
    return services.request(priced=check(new_request, visitor))


def half_hours(days: range) -> Iterator[Any]:
    """Yields the six half hours that `HOURS` opens on each of the days."""
    for day in days:
        for slot in range(6):
            yield soon(9 + slot // 2, slot % 2 * 30, days=day)


def try_all_starts(session_type: SessionType, days: range, network: str = "") -> Counter[str]:
    """Books each half hour as a new guest; returns how many were booked and how many refused with which code."""
    outcomes: Counter[str] = Counter()
    for start in half_hours(days):
        try:
            book_as_new_guest(session_type, start, network)
            outcomes["booked"] += 1
        except Refused as error:
            outcomes[error.refusal.code] += 1
    return outcomes
